package portal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// Proof is what shows that somebody is the customer of an account: its number, and two of three facts that its last bill and
// the utility's file hold. What is left out is "".
type Proof struct {
	Account string
	Total   string // of the last bill, as people write amounts
	Postal  string // of the service address
	IDLast4 string // the last four characters of the identifier on file
}

// throttleProofs is how many wrong proofs one address, and one account, may bring in a quarter of an hour.
const (
	throttleProofs   = 20
	throttleProofsOf = 5
)

// Registration is what somebody registers with.
type Registration struct {
	Proof
	Username string
	Email    string
	Password string
}

const factsWanted = 2

// Register makes a web user for the customer of an account, who is pending until they follow the link of the message that
// is sent to their address (R42). It is no command: who asks is nobody yet, and brings a password and a proof, which no command may
// carry. Whatever is wrong with the proof is CodeNotProven, whether there is such an account or
// not; a user name that is taken is told to nobody before the proof was right. Too many tries are CodeSignInThrottled.
func (p *Portal) Register(ctx context.Context, asked Registration, ip string) error {
	asked.Username, asked.Email = strings.TrimSpace(asked.Username), strings.TrimSpace(asked.Email)
	user := care.WebUser{Username: asked.Username, Email: asked.Email, Enrolment: care.Pending}
	if err := goodName(user); err != nil {
		return err
	}
	hash, err := p.newPassword(user, asked.Password)
	if err != nil {
		return err
	}
	actor := care.Actor{Name: asked.Username, Origin: care.OriginPortal, IP: ip}
	return p.proving(ctx, asked.Proof, &actor, func(tx *store.Tx, account care.Account) error {
		if err := nameFree(ctx, tx, asked.Username); err != nil {
			return err
		}
		user.ID, user.PersonID, user.CreatedAt = actor.ID, account.MainPersonID, tx.Now().UnixMilli()
		if err := tx.Put(&user); err != nil {
			return err
		}
		if _, err := tx.Conn.ExecContext(ctx, customersHash, user.ID, hash); err != nil {
			return fmt.Errorf("keeping a password: %w", err)
		}
		return care.Register(tx, user, account)
	})
}

// AddAccount links one more account to a customer who proves that it is theirs too. It refuses as Register does. What is done is the
// command LinkAccount, in the customer's own name, judged as Do judges it but for the permission, which is a member of staff's: the
// proof stands for that. It does not come through Do, because no command may carry the proof, and because what it is compared
// with, a bill and what only the portal has on file, must still be so when the account is linked.
func (p *Portal) AddAccount(ctx context.Context, actor care.Actor, proof Proof) error {
	if actor.Origin != care.OriginPortal {
		return care.Err(care.CodeNoPermission, "permission", string(care.MayLink))
	}
	return p.proving(ctx, proof, &actor, func(tx *store.Tx, account care.Account) error {
		return give(tx, &care.LinkAccount{WebUserID: actor.ID, Account: account.Number, Add: account.Number, Role: "owner", Relationship: "authorized"})
	})
}

// give does a command that links an account, for a customer who proved that they may have it.
func give(tx *store.Tx, link *care.LinkAccount) error {
	if err := errors.Join(link.Validate(), link.Check(tx)); err != nil {
		return err
	}
	_, err := care.Do(tx, link)
	return err
}

// proving does something in the name of somebody who proves that an account is theirs. An actor who is nobody yet gets an ID.
func (p *Portal) proving(ctx context.Context, proof Proof, actor *care.Actor, do func(*store.Tx, care.Account) error) error {
	now := p.Now()
	proof.Account = strings.TrimSpace(proof.Account)
	byAddress, byAccount := "proof:"+network(actor.IP), "proof:"+proof.Account
	if p.signin.refuses(now, byAddress, throttleProofs) || p.signin.refuses(now, byAccount, throttleProofsOf) {
		return throttled()
	}
	p.signin.note(now, byAddress, byAccount)
	command := uuid.NewString()
	if actor.ID == "" {
		actor.ID = "W-" + command
	}
	var refused error
	err := p.update(ctx, store.Options{Actor: *actor, Now: now, Command: command}, func(tx *store.Tx) error {
		account, err := p.proven(ctx, tx, proof)
		if care.CodeOf(err) == care.CodeNotProven {
			refused = err
			return care.Log(tx, care.Activity{Account: account.Number, Sort: "account.not_proven"})
		}
		if err != nil {
			return err
		}
		return do(tx, account)
	})
	if err == nil && refused == nil {
		p.signin.takeBack(now, byAddress)
		p.signin.takeBack(now, byAccount)
	}
	return errorOr(err, refused)
}

// proven gives the account that a proof is of, or CodeNotProven, with the account where there is one.
func (p *Portal) proven(ctx context.Context, tx *store.Tx, proof Proof) (care.Account, error) {
	wrong := care.Err(care.CodeNotProven)
	if !utf8.ValidString(proof.Account) || strings.ContainsRune(proof.Account, 0) {
		return care.Account{}, wrong
	}
	account, err := care.Find[care.Account](tx, proof.Account)
	if care.CodeOf(err) == care.CodeNotFound {
		return account, wrong
	}
	if err != nil {
		return account, err
	}
	right, said := 0, 0
	for _, fact := range []struct {
		said string
		fits func() (bool, error)
	}{
		{proof.Total, func() (bool, error) { return p.fitsTotal(ctx, tx, account, proof.Total) }},
		{proof.Postal, func() (bool, error) { return fitsPostal(tx, account, proof.Postal) }},
		{proof.IDLast4, func() (bool, error) {
			file, err := (&asked{Portal: p, tx: tx}).file(ctx, account.Number)
			return file.has(care.FactIDLast4) && file.fits(care.FactIDLast4, proof.IDLast4), err
		}},
	} {
		if strings.TrimSpace(fact.said) == "" {
			continue
		}
		said++
		fits, err := fact.fits()
		if err != nil {
			return account, err
		}
		if fits {
			right++
		}
	}
	if right < factsWanted || right < said || account.Status == "closed" { // a wrong third is a guess
		return account, wrong
	}
	return account, nil
}

func (p *Portal) fitsTotal(ctx context.Context, tx *store.Tx, account care.Account, said string) (bool, error) {
	last, err := records.Select[care.Bill](ctx, tx.Conn, "WHERE account_number = $1 ORDER BY issued_on DESC, bill_id DESC LIMIT 1", account.Number)
	if err != nil || len(last) == 0 {
		return false, err
	}
	cents, ok := centsOf(said)
	return ok && cents == last[0].TotalCents, nil
}

// fitsPostal compares the postal code's first five characters, which is what people know of it.
func fitsPostal(tx *store.Tx, account care.Account, said string) (bool, error) {
	premise, err := care.Find[care.Premise](tx, account.PremiseID)
	if care.CodeOf(err) == care.CodeNotFound {
		return false, nil
	}
	first := func(s string) string {
		letters := []rune(care.PlainIdentifier(s))
		return string(letters[:min(5, len(letters))])
	}
	return first(premise.Postal) != "" && first(premise.Postal) == first(said), err
}

// goodName refuses a user name or an address that will not do.
func goodName(user care.WebUser) error {
	odd := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || !unicode.IsPrint(r) }
	if n := utf8.RuneCountInString(user.Username); n < 3 || n > 80 || !utf8.ValidString(user.Username) || strings.ContainsFunc(user.Username, odd) {
		return care.Err(care.CodeInvalid, "field", "username", "problem", "is not 3 to 80 letters without spaces")
	}
	if user.Email == "" || !care.IsAddress(user.Email) {
		return care.Err(care.CodeInvalid, "field", "email", "problem", "is not an email address")
	}
	return nil
}

// ValidationUser is whose address a validation link proves, while it works; else CodeLinkEnded.
func (p *Portal) ValidationUser(ctx context.Context, letters string) (care.WebUser, error) {
	user, _, err := p.validation(ctx, letters)
	return user, err
}

// validation finds what a validation link was made for: the message that brought it knows the address.
func (p *Portal) validation(ctx context.Context, letters string) (user care.WebUser, message string, err error) {
	ended := care.Err(care.CodeLinkEnded)
	err = p.Store.Reader().QueryRowContext(ctx, "SELECT coalesce(min(recovery_id), '') FROM recovery_secret WHERE hash = $1 AND ends_at > $2", hashSecret(letters), p.Now().UnixMilli()).Scan(&message)
	if err != nil {
		return user, "", fmt.Errorf("finding a validation link: %w", err)
	}
	var sent care.Notification
	known, err := records.Load(ctx, p.Store.Reader(), &sent, message)
	if err != nil || !known || sent.Template != care.TemplateValidation {
		return user, "", errorOr(err, ended)
	}
	known, err = records.Load(ctx, p.Store.Reader(), &user, sent.WebUserID)
	if err != nil || !known || user.Email != sent.Address || user.Enrolment != care.Pending {
		return care.WebUser{}, "", errorOr(err, ended)
	}
	return user, message, nil
}

// Validate uses up a validation link: the web user's address is proven, and they may sign in.
func (p *Portal) Validate(ctx context.Context, letters, ip string) error {
	user, message, err := p.validation(ctx, letters)
	if err != nil {
		return err
	}
	actor := care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip}
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: "validate " + message}, func(tx *store.Tx) error {
		if err := tx.Get(&user, user.ID); err != nil {
			return err
		}
		if user.Enrolment != care.Pending {
			return care.Err(care.CodeLinkEnded)
		}
		user.Enrolment = care.Enrolled
		if err := tx.Put(&user); err != nil {
			return err
		}
		used, err := tx.Conn.ExecContext(ctx, "DELETE FROM recovery_secret WHERE recovery_id = $1", message)
		if err != nil {
			return fmt.Errorf("using up a validation link: %w", err)
		}
		if n, err := used.RowsAffected(); err != nil || n == 0 { // it ended since it was found: another address may be theirs now
			return errorOr(err, care.Err(care.CodeLinkEnded))
		}
		return care.Log(tx, care.Activity{Account: defaultAccount(tx, user.ID), WebUserID: user.ID, Sort: "registration.validated"})
	})
	return err
}
