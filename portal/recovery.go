package portal

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// codeLetters are those that nobody takes for another when they hear or read them: no O and 0, no I and 1. There are 32,
// so that five random bits choose one.
const codeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

const (
	codeGroups = 3
	codeGroup  = 4
)

// newCode gives a recovery code: three groups of four letters, joined by dashes; 60 random bits.
func newCode() (string, error) {
	b := make([]byte, codeGroups*codeGroup)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("making a recovery code: %w", err)
	}
	var code strings.Builder
	for i, random := range b {
		if i > 0 && i%codeGroup == 0 {
			code.WriteByte('-')
		}
		code.WriteByte(codeLetters[int(random)%len(codeLetters)])
	}
	return code.String(), nil
}

// plainCode is a code as it is compared: how people group it and write its letters does not count.
func plainCode(code string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(codeLetters, r) {
			return r
		}
		return -1
	}, strings.ToUpper(code))
}

// generateCode makes a recovery code; the portal keeps its hash alone.
func generateCode(ctx context.Context, a *asked, q *care.GenerateCode) (any, error) {
	if err := q.Check(a.tx); err != nil {
		return nil, err
	}
	code, err := newCode()
	if err != nil {
		return nil, err
	}
	hash, err := a.hashPassword(plainCode(code))
	if err != nil {
		return nil, err
	}
	given, err := q.Apply(a.tx)
	if err != nil {
		return nil, err
	}
	if err := a.tx.KeepCode(ctx, given, hash); err != nil {
		return nil, err
	}
	return care.RecoveryCode{RecoveryID: given.ID, Code: care.Secret(code), EndsAt: given.EndsAt}, nil
}

// RedeemRecovery uses up a web user's recovery code and gives whose it is (R51): who has it may choose a new password. A
// code works once, until it ends or is revoked, and not while the web user is locked. Every refusal is CodeCodeWrong, and
// takes as long whatever is wrong; too many of one name or address are CodeSignInThrottled.
func (p *Portal) RedeemRecovery(ctx context.Context, username, code, ip string) (care.WebUser, error) {
	return p.redeemCode(ctx, username, code, ip, "")
}

// redeemCode is RedeemRecovery, with the hash of the new password that is set where it is not "".
func (p *Portal) redeemCode(ctx context.Context, username, code, ip, hash string) (care.WebUser, error) {
	now := p.Now()
	byName, byAddress := "code:"+username, "web:"+network(ip)
	if p.signin.refuses(now, byName, throttleAccount) || p.signin.refuses(now, byAddress, throttleAddress) {
		return care.WebUser{}, throttled()
	}
	p.signin.note(now, byName, byAddress) // before it is judged: those who come at once count too
	user, given, err := p.matching(ctx, username, plainCode(code), now)
	if err != nil {
		return care.WebUser{}, err
	}
	if given.ID == "" {
		return care.WebUser{}, errors.Join(care.Err(care.CodeCodeWrong), p.recordWrongCode(ctx, user, ip))
	}
	if err := p.redeem(ctx, user, given, hash, ip, now); err != nil {
		return care.WebUser{}, err
	}
	p.signin.takeBack(now, byName)
	p.signin.takeBack(now, byAddress)
	return user, nil
}

// matching finds the web user, and the live code of theirs that fits. A name that is none is as slow as one that is.
func (p *Portal) matching(ctx context.Context, username, code string, now time.Time) (user care.WebUser, given care.Recovery, err error) {
	users, err := records.Select[care.WebUser](ctx, p.Store.Reader(), "WHERE username = $1", username)
	if err != nil {
		return user, given, err
	}
	var live []care.Recovery
	if len(users) == 1 {
		user = users[0]
		live, err = records.Select[care.Recovery](ctx, p.Store.Reader(), "WHERE web_user_id = $1 AND kind = $2 ORDER BY given_at", user.ID, care.RecoverByCode)
		if err != nil {
			return user, given, err
		}
	}
	hash := ""
	live = slices.DeleteFunc(live, func(r care.Recovery) bool { return !r.Live(now) }) // one at most is left
	if len(live) > 0 {
		if hash, err = p.secretOf(ctx, "SELECT hash FROM recovery_secret WHERE recovery_id = $1", live[0].ID); err != nil {
			return user, given, err
		}
	}
	if !p.checkPassword(hash, code) {
		return user, given, nil
	}
	return user, live[0], nil
}

// useUp marks a link or a code as used, if it still works now.
func useUp(ctx context.Context, tx *store.Tx, user care.WebUser, given care.Recovery) error {
	ended := care.Err(care.CodeLinkEnded)
	if given.Sort == care.RecoverByCode {
		ended = care.Err(care.CodeCodeWrong)
	}
	if err := tx.Get(&given, given.ID); err != nil {
		return err
	}
	locks, err := tx.Locks(user.ID)
	if err != nil {
		return err
	}
	if err := tx.Get(&user, user.ID); err != nil {
		return err
	}
	if !given.Live(tx.Now()) || len(locks) > 0 || user.Hidden {
		return ended
	}
	given.UsedAt = tx.Now().UnixMilli()
	if err := tx.Put(&given); err != nil {
		return err
	}
	if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM recovery_secret WHERE recovery_id = $1", given.ID); err != nil {
		return fmt.Errorf("using up a recovery: %w", err)
	}
	return care.Log(tx, care.Activity{
		Account: defaultAccount(tx, user.ID), WebUserID: user.ID, Sort: "recovery." + given.Sort + "_used", Detail: care.Detail(map[string]string{"recovery_id": given.ID}),
	})
}

// recordWrongCode logs a wrong code at the web user whom it was tried for. A name that is none is logged too, or it would be
// answered sooner.
func (p *Portal) recordWrongCode(ctx context.Context, user care.WebUser, ip string) error {
	actor := System("recovery")
	actor.IP = ip
	return p.recordRefused(ctx, actor, care.Activity{WebUserID: user.ID, Sort: "recovery.code_refused"}, nil)
}
