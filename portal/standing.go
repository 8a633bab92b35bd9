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

// standing refuses a customer, and a CSR inside a masquerade, whose session has ended since their request began: its body may come half
// a minute after its first line, and what it asks for may wait for its turn. It is asked in the transaction that writes, so that
// nothing is done for a session that has ended, whoever ended it. A customer without a credential brought a proof along instead. What a
// desk has queued is judged by who sends it.
func (p *Portal) standing(ctx context.Context, tx *store.Tx) error {
	switch who := tx.Actor(); {
	case who.Origin == care.OriginMasquerade:
		return masqueradeStands(ctx, tx, p.Now())
	case who.Origin == care.OriginPortal && who.Credential != "":
		return customerStands(ctx, tx, p.Now())
	}
	return nil
}

// asking refuses, likewise, whose desk's session has ended, or whose desk was revoked, since they began to ask.
func (p *Portal) asking(ctx context.Context, tx *store.Tx) error {
	who := tx.Actor()
	if who.Origin != care.OriginDesk || who.Credential == "" {
		return nil // nobody else may ask at all, which is judged after this
	}
	if _, _, err := deskSession(ctx, tx.Conn, who.Credential, p.Now()); err != nil {
		return err
	}
	return active(tx, who.ID)
}

// update is Store.Update for who came by a credential.
func (p *Portal) update(ctx context.Context, o store.Options, do func(*store.Tx) error) error {
	_, err := p.Store.Update(ctx, o, func(tx *store.Tx) error {
		if err := p.standing(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	})
	return err
}

func customerStands(ctx context.Context, tx *store.Tx, now time.Time) error {
	who, there := tx.Actor(), false
	err := tx.Conn.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM web_session WHERE token_hash = $1 AND web_user_id = $2 AND expires_at > $3)",
		who.Credential, who.ID, now.UnixMilli()).Scan(&there)
	if err != nil {
		return fmt.Errorf("looking for a customer's session: %w", err)
	}
	if there {
		there, err = mayUse(tx, who.ID)
	}
	if err == nil && !there {
		err = care.Err(care.CodeNotSignedIn)
	}
	return err
}

// mayUse says whether a web user is enrolled, and neither locked nor deactivated.
func mayUse(r care.Reader, webUserID string) (bool, error) {
	user, err := care.Find[care.WebUser](r, webUserID)
	if err != nil || user.Hidden || user.Enrolment != care.Enrolled {
		return false, err
	}
	locks, err := r.Locks(webUserID)
	return len(locks) == 0, err
}

func masqueradeStands(ctx context.Context, tx *store.Tx, now time.Time) error {
	m, err := care.Find[care.Masquerade](tx, tx.Actor().Session)
	if err != nil {
		return err
	}
	lost := "over"
	if m.EndedAt == 0 && now.UnixMilli() < m.EndsAt {
		if lost, err = masqueradeLost(ctx, tx, tx.Conn, m, now); err != nil {
			return err
		}
	}
	if lost != "" {
		return care.Err(care.CodeMasqueradeEnded)
	}
	return nil
}

// masqueradeLost says why an open masquerade may not go on: its CSR, their desk or the customer lost the right to it. "" where it may.
func masqueradeLost(ctx context.Context, r care.Reader, db records.Conn, m care.Masquerade, now time.Time) (why string, err error) {
	switch err := deskStands(ctx, db, m.CSRID, m.Desk, now); care.CodeOf(err) {
	case "":
	case care.CodeDeviceRevoked:
		return "permission_lost", nil
	case care.CodeNotSignedIn:
		return "signed_out", nil
	default:
		return "", err
	}
	user, err := care.Find[care.WebUser](r, m.WebUserID)
	if err != nil && care.CodeOf(err) != care.CodeNotFound {
		return "", err
	}
	locks, locksErr := r.Locks(m.WebUserID)
	if locksErr != nil || err != nil || user.Hidden || len(locks) > 0 {
		return "customer_locked", locksErr
	}
	staff, err := care.Find[care.Staff](r, m.CSRID)
	if err != nil {
		return "", err
	}
	policy, err := r.Policy()
	if err != nil {
		return "", err
	}
	who := r.Actor()
	who.Role, who.Team = staff.Role, staff.Team
	if !staff.Active || !m.Mode.Within(policy.MasqueradeLimit(who)) || policy.MasqueradeOff(who) != nil {
		return "permission_lost", nil
	}
	return "", nil
}

// deskStands refuses a desk that is revoked, and a member of staff who is not signed in at it.
func deskStands(ctx context.Context, db records.Conn, csr, desk string, now time.Time) error {
	var revoked, signedIn bool
	err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM device WHERE device_id = $1 AND revoked_at > 0),
		EXISTS (SELECT 1 FROM desk_session WHERE csr_id = $2 AND device_id = $1 AND expires_at > $3)`, desk, csr, now.UnixMilli()).Scan(&revoked, &signedIn)
	switch {
	case err != nil:
		return fmt.Errorf("looking for a desk: %w", err)
	case revoked:
		return care.Err(care.CodeDeviceRevoked)
	case !signedIn:
		return care.Err(care.CodeNotSignedIn)
	}
	return nil
}

// deskSession is whose a desk's session is, and at which desk, while it counts.
func deskSession(ctx context.Context, db records.Conn, tokenHash string, now time.Time) (csr, desk string, err error) {
	var expires, revoked int64
	err = db.QueryRowContext(ctx, `SELECT s.csr_id, s.device_id, s.expires_at, coalesce(d.revoked_at, 0)
		FROM desk_session s LEFT JOIN device d ON d.device_id = s.device_id WHERE s.token_hash = $1`, tokenHash).Scan(&csr, &desk, &expires, &revoked)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", "", fmt.Errorf("finding a desk's session: %w", err)
	}
	switch {
	case err == nil && revoked > 0: // also when the token is too old for anything else: the desk must hear of it
		return "", "", care.Err(care.CodeDeviceRevoked)
	case err != nil || expires <= now.UnixMilli():
		return "", "", care.Err(care.CodeNotSignedIn)
	}
	return csr, desk, nil
}

// active refuses who is no active member of staff.
func active(r care.Reader, csr string) error {
	staff, err := care.Find[care.Staff](r, csr)
	if care.CodeOf(err) == care.CodeNotFound || err == nil && !staff.Active {
		return care.Err(care.CodeStaffInactive, "id", csr)
	}
	return err
}
