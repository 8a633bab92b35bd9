package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

const webSessionLife = 12 * time.Hour

// SignInCustomer checks a web user's password and gives a session token. As many consecutive failures as policy says
// set a password lock (R48); only a success or an unlock clears the count. An address that failed often, or that locked
// others out lately, is CodeSignInThrottled: nobody locks customers out one after the other.
func (p *Portal) SignInCustomer(ctx context.Context, username, password, ip string) (string, error) {
	token, tokenHash, err := newSecret()
	if err != nil {
		return "", err
	}
	err = p.withPassword(ctx, username, password, ip, tokenHash, func(tx *store.Tx, user care.WebUser) error {
		if user.Enrolment != care.Enrolled {
			return care.Err(care.CodeNotEnrolled, "username", user.Username)
		}
		return signedIn(ctx, tx, user.ID, tokenHash, tx.Now())
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// withPassword does something for the web user of a name who is neither locked nor deactivated, with their password; whether they
// are enrolled is for it to say. It counts, locks, throttles and refuses as SignInCustomer does.
func (p *Portal) withPassword(ctx context.Context, username, password, ip, command string, do func(*store.Tx, care.WebUser) error) error {
	now := p.Now()
	byAddress, byLocks := "web:"+network(ip), "locks:"+network(ip)
	if p.signin.refuses(now, byAddress, throttleAddress) || p.signin.refuses(now, byLocks, throttleLocks) {
		return throttled()
	}
	p.signin.note(now, byAddress) // before it is judged: those who come at once count too
	found, err := records.Select[care.WebUser](ctx, p.Store.Reader(), "WHERE username = $1", username)
	if err != nil {
		return err
	}
	var user care.WebUser
	if len(found) == 1 {
		user = found[0]
	}
	hash, err := p.secretOf(ctx, "SELECT password_hash FROM web_user_secret WHERE web_user_id = $1", user.ID)
	if err != nil {
		return err
	}
	fits := p.checkPassword(hash, password)
	if user.ID == "" {
		return errorOr(p.recordUnknownName(ctx, ip), care.Err(care.CodeSignInFailed))
	}
	actor := care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip}
	var refused error
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: now, Command: command}, func(tx *store.Tx) error {
		locks, err := tx.Locks(user.ID)
		if err != nil {
			return err
		}
		switch {
		case len(locks) > 0 && fits:
			refused = care.Err(care.CodeSignInLocked)
			return errNothing
		case len(locks) > 0:
			refused = care.Err(care.CodeSignInFailed)
			return errNothing
		case !fits && p.signin.refuses(now, byLocks, throttleLocks): // those who came at once with this one have locked enough
			refused = throttled()
			return errNothing
		case !fits:
			refused = care.Err(care.CodeSignInFailed)
			locked, err := p.failed(ctx, tx, user, ip)
			if locked {
				p.signin.note(now, byLocks)
			}
			return err
		case user.Hidden:
			refused = care.Err(care.CodeSignInLocked) // deactivated
			return errNothing
		}
		return do(tx, user) // a refusal of this is said to nobody but who knows the password
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	if err != nil {
		return err
	}
	if refused != nil {
		return refused
	}
	p.signin.takeBack(now, byAddress)
	return nil
}

// recordUnknownName logs a sign-in under a name that is none: it would be answered sooner than one under a name that is. How often an
// address may try bounds it.
func (p *Portal) recordUnknownName(ctx context.Context, ip string) error {
	nobody := System("signin")
	nobody.IP = ip
	return p.recordRefused(ctx, nobody, care.Activity{Sort: "signin.failed"}, nil)
}

// errNothing ends a transaction that has nothing to write.
var errNothing = errors.New("nothing to write")

// failed counts a failed sign-in, and says whether it was the one that locks.
func (p *Portal) failed(ctx context.Context, tx *store.Tx, user care.WebUser, ip string) (locked bool, err error) {
	var count int
	err = tx.Conn.QueryRowContext(ctx, `INSERT INTO web_user_secret (web_user_id, password_hash, failed_attempts) VALUES ($1, '', 1)
		ON CONFLICT (web_user_id) DO UPDATE SET failed_attempts = web_user_secret.failed_attempts + 1 RETURNING failed_attempts`, user.ID).Scan(&count)
	if err != nil {
		return false, fmt.Errorf("counting a failed sign-in: %w", err)
	}
	account := defaultAccount(tx, user.ID)
	if err := care.Log(tx, care.Activity{Account: account, WebUserID: user.ID, Sort: "signin.failed"}); err != nil {
		return false, err
	}
	policy, err := tx.Policy()
	if err != nil || count < policy.Int("lockout.consecutive_failures") {
		return false, err
	}
	lock := care.WebUserLock{WebUserID: user.ID, Lock: care.LockPassword, At: tx.Now().UnixMilli(), Reason: "failed_signins"}
	if err := tx.Put(&lock); err != nil {
		return false, err
	}
	// Somebody else may have guessed: whoever it belongs to hears of it, once for each lock, as nobody counts while it stands.
	if err := care.Post(tx, user, care.Message{Template: care.TemplateLocked, Account: account}); err != nil {
		return false, err
	}
	return true, tx.Put(&care.Activity{
		ID: tx.NewID("A"), Account: account, WebUserID: user.ID, At: tx.Now().UnixMilli(), Sort: "account.locked",
		Actor: "portal", ActorKind: care.BySystem, IP: ip, Detail: care.Detail(map[string]any{"lock": care.LockPassword, "failed": count}),
	})
}

func signedIn(ctx context.Context, tx *store.Tx, userID, tokenHash string, now time.Time) error {
	if err := tx.ResetFailedSignIns(userID); err != nil {
		return err
	}
	if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM web_session WHERE expires_at < $1", now.UnixMilli()); err != nil {
		return fmt.Errorf("dropping old sessions: %w", err)
	}
	if _, err := tx.Conn.ExecContext(ctx, "INSERT INTO web_session (token_hash, web_user_id, created_at, expires_at, used_at) VALUES ($1, $2, $3, $4, $3)",
		tokenHash, userID, now.UnixMilli(), now.Add(webSessionLife).UnixMilli()); err != nil {
		return fmt.Errorf("opening a session: %w", err)
	}
	var logon care.WebUserLogon
	err := tx.Get(&logon, userID)
	if err != nil && care.CodeOf(err) != care.CodeNotFound {
		return err
	}
	if now.UnixMilli()-logon.LastCustomer >= time.Minute.Milliseconds() {
		logon.WebUserID, logon.LastCustomer = userID, now.UnixMilli()
		if err := tx.Put(&logon); err != nil {
			return err
		}
	}
	return care.Log(tx, care.Activity{Account: defaultAccount(tx, userID), WebUserID: userID, Sort: "signin.succeeded"})
}

func defaultAccount(tx *store.Tx, userID string) string {
	links, err := tx.LinksOfWebUser(userID)
	if err != nil || len(links) == 0 {
		return ""
	}
	return links[0].Account
}

// webSessionIdle is how long a session lives while nobody uses it: a browser that somebody else finds open is signed out. It is counted
// from the use that is kept, so never longer, and by what keptEvery says shorter.
const webSessionIdle = 30 * time.Minute

// CustomerActor is who holds a customer's session token. A lock ends the session at once, and half an hour without a page.
func (p *Portal) CustomerActor(ctx context.Context, token, ip string) (care.Actor, error) {
	var id string
	var used int64
	now, hash := p.Now(), hashSecret(token)
	err := p.Store.Reader().QueryRowContext(ctx, "SELECT web_user_id, used_at FROM web_session WHERE token_hash = $1 AND expires_at > $2",
		hash, now.UnixMilli()).Scan(&id, &used)
	if err == nil && used != 0 && now.UnixMilli()-used > webSessionIdle.Milliseconds() {
		return care.Actor{}, errorOr(p.endSession(ctx, hash), care.Err(care.CodeNotSignedIn))
	}
	if errors.Is(err, sql.ErrNoRows) {
		return care.Actor{}, care.Err(care.CodeNotSignedIn)
	}
	if err != nil {
		return care.Actor{}, fmt.Errorf("finding a customer's session: %w", err)
	}
	user, err := p.unlocked(ctx, id)
	if err != nil {
		return care.Actor{}, err
	}
	if user.Hidden || user.Enrolment != care.Enrolled {
		return care.Actor{}, care.Err(care.CodeNotSignedIn)
	}
	if !keptLately(used, now, webSessionIdle) {
		if err := p.Store.CustomerUsed(ctx, hash, now, now.Add(-keptEvery(webSessionIdle))); err != nil {
			return care.Actor{}, err
		}
	}
	return care.Actor{ID: user.ID, Name: user.Username, Origin: care.OriginPortal, IP: ip, Credential: hash}, nil
}

// unlocked reads a web user who has no lock.
func (p *Portal) unlocked(ctx context.Context, id string) (care.WebUser, error) {
	var user care.WebUser
	ok, err := records.Load(ctx, p.Store.Reader(), &user, id)
	if err != nil {
		return user, err
	}
	if !ok {
		return user, care.Err(care.CodeNotSignedIn)
	}
	locks, err := records.Select[care.WebUserLock](ctx, p.Store.Reader(), "WHERE web_user_id = $1", id)
	if err != nil {
		return user, err
	}
	if len(locks) > 0 {
		return user, care.Err(care.CodeWebUserLocked, "username", user.Username)
	}
	return user, nil
}

// SignOutCustomer ends a customer's session. A token that is none changes nothing.
func (p *Portal) SignOutCustomer(ctx context.Context, token string) error {
	if _, err := p.CustomerActor(ctx, token, ""); care.CodeOf(err) == care.CodeNotSignedIn {
		return nil
	}
	return p.endSession(ctx, hashSecret(token))
}

func (p *Portal) endSession(ctx context.Context, tokenHash string) error {
	_, err := p.Store.Update(ctx, store.Options{Actor: System("signin"), Now: p.Now(), Command: tokenHash}, func(tx *store.Tx) error {
		_, err := tx.Conn.ExecContext(ctx, "DELETE FROM web_session WHERE token_hash = $1", tokenHash)
		return err
	})
	return err
}
