package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

const deskSessionLife = 12 * time.Hour

// DeskSession is what a member of staff gets for signing in at a desk.
type DeskSession struct {
	Token     string     `json:"token"`
	Server    string     `json:"server"`
	Staff     care.Staff `json:"staff"`
	ExpiresAt int64      `json:"expires_at"`
}

// SignInStaff is SignInDesk for a desk whose device has no key.
func (p *Portal) SignInStaff(ctx context.Context, id, password, device, ip string) (DeskSession, error) {
	return p.SignInDesk(ctx, id, password, device, nil, ip)
}

// SignInDesk checks a member of staff's password, gives a token that is bound to the desk, and enrols the public half of
// the device's key. A device of somebody else's, or one that has another key, is CodeClonedDesk.
func (p *Portal) SignInDesk(ctx context.Context, id, password, device string, key []byte, ip string) (DeskSession, error) {
	now := p.Now()
	if err := validKey(key); err != nil {
		return DeskSession{}, err
	}
	if device == "" || len(device) > 100 {
		return DeskSession{}, care.Err(care.CodeMissing, "field", "device")
	}
	if err := p.proveStaff(ctx, id, password, ip); err != nil {
		return DeskSession{}, err
	}
	staff, err := p.activeStaff(ctx, id)
	if err != nil {
		return DeskSession{}, err
	}
	token, tokenHash, err := newSecret()
	if err != nil {
		return DeskSession{}, err
	}
	session := DeskSession{Token: token, Server: p.Store.Server(), Staff: staff, ExpiresAt: now.Add(deskSessionLife).UnixMilli()}
	_, err = p.Store.Update(ctx, store.Options{Actor: System("signin"), Now: now, Command: tokenHash}, func(tx *store.Tx) error {
		if _, err := tx.Conn.ExecContext(ctx, `DELETE FROM desk_session WHERE expires_at < $1
			AND device_id NOT IN (SELECT device_id FROM device WHERE revoked_at > 0)`, now.UnixMilli()); err != nil {
			return fmt.Errorf("dropping old sessions: %w", err)
		}
		if err := tx.Enrol(device, id, key, now); err != nil {
			return err
		}
		return openDeskSession(ctx, tx, tokenHash, id, device, now.UnixMilli(), session.ExpiresAt)
	})
	return session, err
}

// UnlockDesk says whether a password is that of whom a desk's token is for. It is throttled together with signing in, so that
// a locked desk is no second place to guess at.
func (p *Portal) UnlockDesk(ctx context.Context, token, password, ip string) error {
	actor, err := p.DeskActor(ctx, token, ip)
	if err != nil {
		return err
	}
	return p.proveStaff(ctx, actor.ID, password, ip)
}

// proveStaff compares a member of staff's password, and bounds how often that is tried.
func (p *Portal) proveStaff(ctx context.Context, id, password, ip string) error {
	now := p.Now()
	account, address := "staff:"+id, "ip:"+ip
	if p.signin.refuses(now, account, throttleAccount) || p.signin.refuses(now, address, throttleAddress) {
		return care.Err(care.CodeSignInThrottled, "minutes", strconv.Itoa(int(throttleWindow.Minutes())))
	}
	if len(id) > 100 {
		return care.Err(care.CodeSignInFailed)
	}
	// It counts before it is known to have failed: tries at the same time are tries too.
	p.signin.note(now, account, address)
	hash, err := p.secretOf(ctx, "SELECT password_hash FROM staff_secret WHERE csr_id = $1", id)
	if err != nil {
		return err
	}
	if !p.checkPassword(hash, password) {
		return care.Err(care.CodeSignInFailed)
	}
	p.signin.clear(account)
	p.signin.takeBack(now, address)
	return nil
}

func openDeskSession(ctx context.Context, tx *store.Tx, tokenHash, csr, device string, at, expires int64) error {
	_, err := tx.Conn.ExecContext(ctx, "INSERT INTO desk_session (token_hash, csr_id, device_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
		tokenHash, csr, device, at, expires)
	if err != nil {
		return fmt.Errorf("opening a desk's session: %w", err)
	}
	return nil
}

// SignOutStaff ends a desk's session, and with it the masquerades of that desk. A token that is none changes nothing.
func (p *Portal) SignOutStaff(ctx context.Context, token string) error {
	var csr, device string
	err := p.Store.Reader().QueryRowContext(ctx, "SELECT csr_id, device_id FROM desk_session WHERE token_hash = $1", hashSecret(token)).Scan(&csr, &device)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("finding a desk's session: %w", err)
	}
	_, err = p.Store.Update(ctx, store.Options{Actor: System("signin"), Now: p.Now(), Command: token}, func(tx *store.Tx) error {
		if err := p.endMasquerades(ctx, tx, "signed_out", "csr_id = $1 AND desk = $2", csr, device); err != nil {
			return err
		}
		_, err := tx.Conn.ExecContext(ctx, "DELETE FROM desk_session WHERE token_hash = $1", hashSecret(token))
		return err
	})
	return err
}

// DeskActor is who holds a desk's token, with the scopes that they may see now.
func (p *Portal) DeskActor(ctx context.Context, token, ip string) (care.Actor, error) {
	hash := hashSecret(token)
	id, device, err := deskSession(ctx, p.Store.Reader(), hash, p.Now())
	if err != nil {
		return care.Actor{}, err
	}
	actor, err := p.staffActor(ctx, id, device, ip)
	actor.Credential = hash
	return actor, err
}

func (p *Portal) staffActor(ctx context.Context, id, device, ip string) (care.Actor, error) {
	staff, err := p.activeStaff(ctx, id)
	if err != nil {
		return care.Actor{}, err
	}
	districts, err := records.Select[care.District](ctx, p.Store.Reader(), "")
	if err != nil {
		return care.Actor{}, err
	}
	ids := make([]string, len(districts))
	for i, d := range districts {
		ids[i] = d.ID
	}
	return care.Actor{
		ID: staff.ID, Name: staff.Name, Origin: care.OriginDesk, Role: staff.Role, Team: staff.Team, IP: ip, Desk: device,
		Scopes: care.ScopesOf(staff, ids),
	}, nil
}

func (p *Portal) activeStaff(ctx context.Context, id string) (care.Staff, error) {
	var staff care.Staff
	ok, err := records.Load(ctx, p.Store.Reader(), &staff, id)
	if err != nil {
		return staff, err
	}
	if !ok || !staff.Active {
		return staff, care.Err(care.CodeStaffInactive, "id", id)
	}
	return staff, nil
}

// AddStaff makes or changes a member of staff; an empty password leaves the one there is, and no user names of their own
// those that are noted.
func (p *Portal) AddStaff(ctx context.Context, staff care.Staff, password string) error {
	if staff.ID == "" || staff.Name == "" {
		return care.Err(care.CodeInvalid, "field", "id and name", "problem", "are both needed")
	}
	if !staff.Role.Allows(care.MayView) {
		return care.Err(care.CodeNoChoice, "field", "role", "choices", "csr;supervisor;admin")
	}
	_, err := p.Store.Update(ctx, p.system("user add"), func(tx *store.Tx) error {
		if err := knownDistricts(tx, staff.Districts); err != nil {
			return err
		}
		if before, err := care.Find[care.Staff](tx, staff.ID); err == nil && staff.OwnUsers == nil {
			staff.OwnUsers = before.OwnUsers
		}
		return tx.Put(&staff)
	})
	if err != nil || password == "" {
		return err
	}
	return p.SetStaffPassword(ctx, staff.ID, password)
}

// knownDistricts refuses districts that there are not.
func knownDistricts(r care.Reader, districts care.List) error {
	for _, d := range districts {
		if d == "all" {
			continue
		}
		if _, err := care.Find[care.District](r, d); err != nil {
			return err
		}
	}
	return nil
}

// SetStaffPassword sets a member of staff's password.
func (p *Portal) SetStaffPassword(ctx context.Context, id, password string) error {
	return p.setPassword(ctx, &care.Staff{}, id, password, keepStaffHash, func(tx *store.Tx) error { return p.signOutEverywhere(ctx, tx, id) })
}

// signOutEverywhere ends what a member of staff opened by the password of before: their desks' sessions, and their masquerades.
func (p *Portal) signOutEverywhere(ctx context.Context, tx *store.Tx, csr string) error {
	if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM desk_session WHERE csr_id = $1", csr); err != nil {
		return fmt.Errorf("ending the sessions of the old password: %w", err)
	}
	return p.endMasquerades(ctx, tx, "signed_out", "csr_id = $1", csr)
}

const keepStaffHash = `INSERT INTO staff_secret (csr_id, password_hash) VALUES ($1, $2)
	ON CONFLICT (csr_id) DO UPDATE SET password_hash = excluded.password_hash`

// SetWebUserPassword sets a web user's password.
func (p *Portal) SetWebUserPassword(ctx context.Context, id, password string) error {
	return p.setPassword(ctx, &care.WebUser{}, id, password, customersHash, func(tx *store.Tx) error {
		_, err := tx.Conn.ExecContext(ctx, "DELETE FROM web_session WHERE web_user_id = $1", id)
		return err
	})
}

const customersHash = `INSERT INTO web_user_secret (web_user_id, password_hash, failed_attempts) VALUES ($1, $2, 0)
	ON CONFLICT (web_user_id) DO UPDATE SET password_hash = excluded.password_hash`

const shortestPassword = 8

// setPassword sets a password and ends the sessions that the old one opened.
func (p *Portal) setPassword(ctx context.Context, rec care.Record, id, password, statement string, signOut func(*store.Tx) error) error {
	if len(password) < shortestPassword {
		return care.Err(care.CodeInvalid, "field", "password", "problem", "is shorter than "+strconv.Itoa(shortestPassword)+" characters")
	}
	hash, err := p.hashPassword(password)
	if err != nil {
		return err
	}
	_, err = p.Store.Update(ctx, p.system("password"), func(tx *store.Tx) error {
		if err := tx.Get(rec, id); err != nil {
			return err
		}
		if err := signOut(tx); err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		_, err := tx.Conn.ExecContext(ctx, statement, id, hash)
		return err
	})
	return err
}

func (p *Portal) system(what string) store.Options {
	return store.Options{Actor: System(what), Now: p.Now(), Command: what + " " + uuid.NewString()}
}

// secretOf reads a password hash, or "" where there is none.
func (p *Portal) secretOf(ctx context.Context, query, id string) (string, error) {
	var hash string
	err := p.Store.Reader().QueryRowContext(ctx, query, id).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return hash, err
}
