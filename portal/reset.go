package portal

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// Where the links of messages lead, below the customers' portal. The letters follow.
const (
	ResetPage    = "/reset?link="
	ValidatePage = "/validate?link="
)

// How often one address, and one name or mailbox, may ask for help in a quarter of an hour.
const (
	throttleForgotten = 20
	throttleHelped    = 3
)

// ForgottenPassword sends the web user of a name a link to choose a new password, if they may have one (R49, R50). Who asks
// is told nothing of that: an error is CodeSignInThrottled, or a fault. Beyond a few times in a while nothing is sent.
func (p *Portal) ForgottenPassword(ctx context.Context, username, ip string) error {
	return p.forgotten(ctx, "username = $1", username, ip, "password.reset", func(tx *store.Tx, user care.WebUser) error {
		send := &care.SendLink{WebUserID: user.ID}
		err := send.Check(tx)
		if care.CodeOf(err) == care.CodeNotEnrolled { // the message that lets them in is another one
			again := &care.ResendActivation{WebUserID: user.ID}
			if err = again.Check(tx); err == nil {
				return again.Apply(tx)
			}
		}
		if err != nil {
			return err
		}
		return send.Apply(tx)
	})
}

// ForgottenUsername sends everyone who has a mailbox on record their user name. Who asks is told nothing, as with
// ForgottenPassword.
func (p *Portal) ForgottenUsername(ctx context.Context, email, ip string) error {
	return p.forgotten(ctx, "lower(email) = lower($1)", email, ip, "username.reminder", func(tx *store.Tx, user care.WebUser) error { return care.RemindOfUsername(tx, user) })
}

// forgotten helps the web users whom what was typed fits, each in the one way that is given. What is found, and what is not,
// costs one transaction alike.
func (p *Portal) forgotten(ctx context.Context, fits, typed, ip, what string, help func(*store.Tx, care.WebUser) error) error {
	now := p.Now()
	byAddress, byName := "forgotten:"+network(ip), "forgotten:"+what+":"+strings.ToLower(typed)
	if p.signin.refuses(now, byAddress, throttleForgotten) {
		return throttled()
	}
	often := p.signin.refuses(now, byName, throttleHelped)
	p.signin.note(now, byAddress, byName)
	var users []care.WebUser
	if !often && typed != "" && utf8.ValidString(typed) && !strings.ContainsRune(typed, 0) {
		var err error
		if users, err = records.Select[care.WebUser](ctx, p.Store.Reader(), "WHERE "+fits+" ORDER BY web_user_id LIMIT 20", typed); err != nil {
			return err
		}
	}
	actor := System("signin")
	actor.IP = ip
	_, err := p.Store.Update(ctx, store.Options{Actor: actor, Now: now, Command: uuid.NewString()}, func(tx *store.Tx) error {
		helped := 0
		for _, user := range users {
			err := help(tx, user)
			if refused := care.CodeOf(err); err != nil && refused == care.CodeFault {
				return err
			} else if err == nil {
				helped++
				err = care.Log(tx, care.Activity{Account: defaultAccount(tx, user.ID), WebUserID: user.ID, Sort: what + "_requested"})
			} else {
				err = care.Log(tx, care.Activity{Account: defaultAccount(tx, user.ID), WebUserID: user.ID, Sort: what + "_refused",
					Detail: care.Detail(map[string]string{"code": string(refused)})})
			}
			if err != nil {
				return err
			}
		}
		if len(users) > 0 {
			return nil
		}
		return care.Log(tx, care.Activity{Sort: what + "_refused"}) // or it would be answered sooner
	})
	return err
}

func throttled() error {
	return care.Err(care.CodeSignInThrottled, "minutes", fmt.Sprint(int(throttleWindow.Minutes())))
}

// LinkUser is who a reset link was sent to, while it works; else CodeLinkEnded.
func (p *Portal) LinkUser(ctx context.Context, letters string) (care.WebUser, error) {
	user, _, err := p.linked(ctx, letters, care.RecoverByLink)
	return user, err
}

// linked finds a live link of a sort by its letters.
func (p *Portal) linked(ctx context.Context, letters, sort string) (user care.WebUser, given care.Recovery, err error) {
	id, err := p.secretOf(ctx, "SELECT recovery_id FROM recovery_secret WHERE hash = $1", hashSecret(letters))
	if err != nil {
		return user, given, err
	}
	known, err := records.Load(ctx, p.Store.Reader(), &given, id)
	if err == nil && known && given.Sort == sort && given.Live(p.Now()) {
		known, err = records.Load(ctx, p.Store.Reader(), &user, given.WebUserID)
		if err == nil && known {
			return user, given, nil
		}
	}
	if err == nil {
		err = care.Err(care.CodeLinkEnded)
	}
	return user, given, err
}

// ResetByLink uses up a reset link and sets the password that its web user chose (R49). A link works once, until it ends or
// another one is sent, and not while the web user is locked; it is CodeLinkEnded then. A password that will not do is
// CodeInvalid, and leaves the link as it is.
func (p *Portal) ResetByLink(ctx context.Context, letters, password, ip string) error {
	now := p.Now()
	byAddress := "web:" + network(ip)
	if p.signin.refuses(now, byAddress, throttleAddress) {
		return throttled()
	}
	p.signin.note(now, byAddress)
	user, given, err := p.linked(ctx, letters, care.RecoverByLink)
	if err != nil {
		return err
	}
	hash, err := p.newPassword(user, password)
	if err == nil {
		err = p.redeem(ctx, user, given, hash, ip, now)
	}
	if err == nil {
		p.signin.takeBack(now, byAddress)
	}
	return err
}

// ResetByCode uses up a recovery code and sets the password that its web user chose (R51). It refuses as RedeemRecovery does;
// a password that will not do is CodeInvalid, and costs neither the code nor a try.
func (p *Portal) ResetByCode(ctx context.Context, username, code, password, ip string) error {
	hash, err := p.newPassword(care.WebUser{Username: username}, password)
	if err != nil {
		return err
	}
	_, err = p.redeemCode(ctx, username, code, ip, hash)
	return err
}

// redeem uses up a recovery in one transaction with what it is for: to set a password, where there is one.
func (p *Portal) redeem(ctx context.Context, user care.WebUser, given care.Recovery, hash, ip string, now time.Time) error {
	actor := care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip}
	_, err := p.Store.Update(ctx, store.Options{Actor: actor, Now: now, Command: "redeem " + given.ID}, func(tx *store.Tx) error {
		if err := useUp(ctx, tx, user, given); err != nil || hash == "" {
			return err
		}
		return changePassword(ctx, tx, user.ID, hash)
	})
	return err
}

// ChangePassword sets a new password for a customer who knows the old one, and ends all their sessions but for the one whose
// token is given. A wrong old one is CodeSignInFailed; too many of them are CodeSignInThrottled.
func (p *Portal) ChangePassword(ctx context.Context, actor care.Actor, token, old, password string) error {
	if actor.Origin != care.OriginPortal {
		return care.Err(care.CodeEntitlement, "task", care.TaskPassword)
	}
	if err := p.knowsPassword(ctx, actor.ID, old); err != nil {
		return err
	}
	user, _, err := p.WebUser(ctx, actor.ID)
	if err != nil {
		return err
	}
	hash, err := p.newPassword(user, password)
	if err != nil {
		return err
	}
	return p.update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		return changePassword(ctx, tx, actor.ID, hash, hashSecret(token))
	})
}

// knowsPassword refuses who does not know the password of the web user who is signed in: CodeSignInFailed, and after too many
// CodeSignInThrottled.
func (p *Portal) knowsPassword(ctx context.Context, webUserID, password string) error {
	now, byUser := p.Now(), "password:"+webUserID
	if p.signin.refuses(now, byUser, throttleAccount) {
		return throttled()
	}
	p.signin.note(now, byUser)
	kept, err := p.secretOf(ctx, "SELECT password_hash FROM web_user_secret WHERE web_user_id = $1", webUserID)
	if err == nil && !p.checkPassword(kept, password) {
		err = care.Err(care.CodeSignInFailed)
	}
	if err == nil {
		p.signin.takeBack(now, byUser)
	}
	return err
}

// SignOutEverywhere ends every session of a customer.
func (p *Portal) SignOutEverywhere(ctx context.Context, actor care.Actor) error {
	if actor.Origin != care.OriginPortal {
		return care.Err(care.CodeEntitlement, "task", care.TaskPassword)
	}
	return p.update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		if err := endSessions(ctx, tx, actor.ID); err != nil {
			return err
		}
		return care.Log(tx, care.Activity{Account: defaultAccount(tx, actor.ID), WebUserID: actor.ID, Sort: "signin.ended_everywhere"})
	})
}

// changePassword keeps a password's hash, ends the sessions that the old one opened, but for those that are spared, and logs it.
func changePassword(ctx context.Context, tx *store.Tx, userID, hash string, spared ...string) error {
	if err := endSessions(ctx, tx, userID, spared...); err != nil {
		return err
	}
	if _, err := tx.Conn.ExecContext(ctx, customersHash, userID, hash); err != nil {
		return fmt.Errorf("keeping a password: %w", err)
	}
	user, err := care.Find[care.WebUser](tx, userID)
	if err != nil {
		return err
	}
	if err := care.Post(tx, user, care.Message{Template: care.TemplatePassword}); err != nil {
		return err
	}
	return care.Log(tx, care.Activity{Account: defaultAccount(tx, userID), WebUserID: userID, Sort: "password.changed"})
}

func endSessions(ctx context.Context, tx *store.Tx, userID string, spared ...string) error {
	spared = append(spared, "", "")
	if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM web_session WHERE web_user_id = $1 AND token_hash NOT IN ($2, $3)", userID, spared[0], spared[1]); err != nil {
		return fmt.Errorf("ending sessions: %w", err)
	}
	return nil
}

const longestPassword = 200

// guessed are passwords that are tried before all others.
var guessed = []string{"password", "12345678", "123456789", "1234567890", "11111111", "qwertyui", "qwerty123", "iloveyou", "password1", "passw0rd", "contraseña"}

// newPassword gives the hash of a password that somebody chose, or CodeInvalid where it will not do.
func (p *Portal) newPassword(user care.WebUser, password string) (string, error) {
	plain := strings.ToLower(password)
	name, _, _ := strings.Cut(strings.ToLower(user.Email), "@")
	letters := utf8.RuneCountInString(password)
	if letters < shortestPassword || letters > longestPassword || slices.Contains(guessed, plain) ||
		plain == strings.ToLower(user.Username) || plain == name || strings.Count(plain, plain[:1]) == len(plain) {
		return "", care.Err(care.CodeInvalid, "field", "password", "problem", "is too short, too long or too easy to guess")
	}
	return p.hashPassword(password)
}
