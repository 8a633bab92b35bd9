package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

const ticketLife = time.Minute

// Grant is the answer to masquerade.start. Ticket is a secret, answered once.
type Grant struct {
	SessionID string    `json:"session_id"`
	Ticket    string    `json:"ticket"`
	EndsAt    int64     `json:"ends_at"`
	IdleMS    int64     `json:"idle_ms"`
	Mode      care.Mode `json:"mode"` // what the session begins in: viewing
	AckText   string    `json:"ack_text"`
	Banner    string    `json:"banner"`
}

// AskMasquerade is Ask for masquerade.start. verifierHash binds the ticket to who asked.
func (p *Portal) AskMasquerade(ctx context.Context, actor care.Actor, env care.Envelope, verifierHash, language string) (Grant, error) {
	given, err := p.Ask(ctx, actor, Question{Envelope: env, VerifierHash: verifierHash, Language: language})
	grant, ok := given.(Grant)
	if err == nil && !ok {
		err = care.Err(care.CodeUnknownCommand, "kind", env.Kind)
	}
	return grant, err
}

// grantMasquerade grants a member of staff a session as a web user and a ticket to open it. The session and what was asked
// are committed before the ticket leaves; a refusal is recorded too.
func grantMasquerade(ctx context.Context, a *asked, start *care.StartMasquerade) (any, error) {
	if len(a.VerifierHash) != 64 {
		return nil, care.Err(care.CodeInvalid, "field", "verifier_hash", "problem", "is not a SHA-256 in hexadecimal")
	}
	ticket, ticketHash, err := newSecret()
	if err != nil {
		return nil, err
	}
	if err := a.endOverdue(ctx, a.tx, a.now); err != nil {
		return nil, err
	}
	if err := a.shift(ctx, start); err != nil {
		return nil, err
	}
	if err := apply(a.tx, start); err != nil {
		return nil, err
	}
	if err := a.watch(ctx, a.tx, start); err != nil {
		return nil, err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return nil, err
	}
	m, err := onlyOpen(ctx, a.tx, a.actor.ID)
	if err != nil {
		return nil, err
	}
	if _, err := a.tx.Conn.ExecContext(ctx, "INSERT INTO masquerade_ticket (ticket_hash, verifier_hash, session_id, contact_id, expires_at, used_at) VALUES ($1, $2, $3, $4, $5, 0)",
		ticketHash, a.VerifierHash, m.ID, a.actor.Contact, a.now.Add(ticketLife).UnixMilli()); err != nil {
		return nil, fmt.Errorf("keeping a ticket: %w", err)
	}
	user, err := care.Find[care.WebUser](a.tx, start.WebUserID)
	if err != nil {
		return nil, err
	}
	whom := []string{"username", user.Username, "account", start.Account}
	return Grant{
		SessionID: m.ID, Ticket: ticket, EndsAt: m.EndsAt, IdleMS: policy.Duration("masquerade.idle").Milliseconds(), Mode: m.Mode,
		AckText: policy.Text("masquerade.ack_text", a.Language, whom...), Banner: policy.Text("masquerade.banner", a.Language, whom...),
	}, nil
}

// EndOverdue ends the sessions that ran out, idled too long, or were never opened in their time, whoever has gone. The
// portal calls it now and then: a crashed desk must not keep a session open.
func (p *Portal) EndOverdue(ctx context.Context) error {
	now := p.Now()
	overdue, err := p.overdue(ctx, p.Store.Reader(), now)
	if err != nil || len(overdue) == 0 {
		return err
	}
	_, err = p.Store.Update(ctx, store.Options{Actor: System("masquerade"), Now: now, Command: uuid.NewString()}, func(tx *store.Tx) error {
		return p.endOverdue(ctx, tx, now)
	})
	return err
}

func (p *Portal) endOverdue(ctx context.Context, tx *store.Tx, now time.Time) error {
	overdue, err := p.overdue(ctx, tx.Conn, now)
	if err != nil {
		return err
	}
	for _, m := range overdue {
		reason := "idle"
		switch {
		case now.UnixMilli() >= m.EndsAt:
			reason = "expired"
		case m.StartedAt == 0:
			reason = "not_opened"
		}
		if err := care.FinishMasquerade(tx, m, System("masquerade"), reason); err != nil {
			return err
		}
		p.inside.forget(m.ID)
	}
	return nil
}

// endMasquerades ends the open ones that fit, in the name of who acts: their credentials and their tickets are worth nothing any more.
func (p *Portal) endMasquerades(ctx context.Context, tx *store.Tx, reason, where string, args ...any) error {
	open, err := records.Select[care.Masquerade](ctx, tx.Conn, "WHERE ended_at = 0 AND "+where, args...)
	if err != nil {
		return err
	}
	for _, m := range open {
		if err := care.FinishMasquerade(tx, m, tx.Actor(), reason); err != nil {
			return err
		}
		p.inside.forget(m.ID)
	}
	return nil
}

func (p *Portal) overdue(ctx context.Context, db records.Conn, now time.Time) ([]care.Masquerade, error) {
	open, err := records.Select[care.Masquerade](ctx, db, "WHERE ended_at = 0")
	if err != nil {
		return nil, err
	}
	policy, err := records.LoadPolicy(ctx, db)
	if err != nil {
		return nil, err
	}
	uses, err := openUses(ctx, db)
	if err != nil {
		return nil, err
	}
	idle := policy.Duration("masquerade.idle")
	return slices.DeleteFunc(open, func(m care.Masquerade) bool {
		switch {
		case now.UnixMilli() >= m.EndsAt:
			return false
		case m.StartedAt == 0:
			return now.UnixMilli() < m.GrantedAt+ticketLife.Milliseconds()
		}
		return !idled(useOf(m, uses), now, idle)
	}), nil
}

// onlyOpen finds the session that was just granted, and refuses it where the CSR has another.
func onlyOpen(ctx context.Context, tx *store.Tx, csr string) (care.Masquerade, error) {
	open, err := records.Select[care.Masquerade](ctx, tx.Conn, "WHERE csr_id = $1 AND ended_at = 0", csr)
	if err != nil {
		return care.Masquerade{}, err
	}
	if len(open) == 1 {
		return open[0], nil
	}
	var user care.WebUser
	for _, m := range open {
		if m.RV != tx.Seq {
			if err := tx.Get(&user, m.WebUserID); err != nil {
				return care.Masquerade{}, err
			}
		}
	}
	return care.Masquerade{}, care.Err(care.CodeMasqueradeOpen, "username", user.Username)
}

// Redeemed is what a ticket gives: a credential for one session. It is kept hashed.
type Redeemed struct {
	Credential string    `json:"credential"`
	SessionID  string    `json:"session_id"`
	EndsAt     int64     `json:"ends_at"`
	Mode       care.Mode `json:"mode"`
	Limit      care.Mode `json:"limit"`                 // the most that the session can be raised to
	HandOver   *HandOver `json:"hand_over,omitempty"`   // where the session leads to the utility's own portal
	ThirdParty []string  `json:"third_party,omitempty"` // origins of others whose files the pages may use
}

// RedeemTicket opens the session that a ticket is for. A ticket works once, within a minute, from the desk that asked,
// with the verifier that only the asker knows. Every refusal is recorded; of tickets that were never given, the first few
// of an address.
func (p *Portal) RedeemTicket(ctx context.Context, ticket, verifier, device, ip string) (Redeemed, error) {
	now := p.Now()
	credential, credentialHash, err := newSecret()
	if err != nil {
		return Redeemed{}, err
	}
	var sessionID, wantVerifier, contact string
	var expires, used int64
	err = p.Store.Reader().QueryRowContext(ctx, "SELECT session_id, verifier_hash, contact_id, expires_at, used_at FROM masquerade_ticket WHERE ticket_hash = $1",
		hashSecret(ticket)).Scan(&sessionID, &wantVerifier, &contact, &expires, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return Redeemed{}, errors.Join(care.Err(care.CodeTicketInvalid), p.recordUnknownTicket(ctx, ip, now))
	}
	if err != nil {
		return Redeemed{}, fmt.Errorf("finding a ticket: %w", err)
	}
	var m care.Masquerade
	if _, err := records.Load(ctx, p.Store.Reader(), &m, sessionID); err != nil {
		return Redeemed{}, err
	}
	actor, err := p.staffActor(ctx, m.CSRID, m.Desk, ip)
	if err != nil {
		nobody := System("masquerade")
		nobody.IP = ip
		return Redeemed{}, errors.Join(err, p.recordRefusal(ctx, nobody, m.WebUserID, m.Account, m.ID, care.CodeOf(err)))
	}
	limit, others := care.ModeOff, []string(nil)
	_, err = p.Store.Update(ctx, store.Options{Actor: actor, Now: now, Command: credentialHash}, func(tx *store.Tx) error {
		switch {
		case device != m.Desk || hashSecret(verifier) != wantVerifier:
			return care.Err(care.CodeTicketInvalid)
		case expires <= now.UnixMilli():
			return care.Err(care.CodeTicketExpired)
		}
		res, err := tx.Conn.ExecContext(ctx, "UPDATE masquerade_ticket SET used_at = $1 WHERE ticket_hash = $2 AND used_at = 0", now.UnixMilli(), hashSecret(ticket))
		if err != nil {
			return fmt.Errorf("using a ticket: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, care.Err(care.CodeTicketUsed))
		}
		if err := tx.Get(&m, sessionID); err != nil {
			return err
		}
		if m.EndedAt != 0 {
			return care.Err(care.CodeMasqueradeEnded)
		}
		if err := errors.Join(active(tx, m.CSRID), deskStands(ctx, tx.Conn, m.CSRID, m.Desk, now)); err != nil {
			return err
		}
		locks, err := tx.Locks(m.WebUserID)
		if err != nil {
			return err
		}
		if len(locks) > 0 {
			return care.Err(care.CodeWebUserLocked, "username", m.WebUserID)
		}
		policy, err := tx.Policy()
		if err != nil {
			return err
		}
		if limit = policy.MasqueradeLimit(actor); !m.Mode.Within(limit) || policy.MasqueradeOff(actor) != nil {
			return care.Err(care.CodeModeDenied, "mode", string(m.Mode))
		}
		others = policy.ThirdParty()
		if err := care.BeginMasquerade(tx, m); err != nil {
			return err
		}
		_, err = tx.Conn.ExecContext(ctx, "INSERT INTO masquerade_credential (credential_hash, session_id, contact_id, used_at) VALUES ($1, $2, $3, $4)", credentialHash, m.ID, contact, now.UnixMilli())
		return err
	})
	var refused care.Error
	if errors.As(err, &refused) {
		return Redeemed{}, errors.Join(refused, p.recordRefusal(ctx, actor, m.WebUserID, m.Account, m.ID, refused.Code))
	}
	if err != nil {
		return Redeemed{}, err
	}
	over, err := p.HandOver(ctx, actor, m, m.Mode)
	return Redeemed{Credential: credential, SessionID: m.ID, EndsAt: m.EndsAt, Mode: m.Mode, Limit: limit, HandOver: over, ThirdParty: others}, err
}

// MasqueradeActor is who holds a masquerade's credential. It ends the session where it idled too long, ran out, or where
// the customer was locked, the CSR lost the right, or is not signed in any more at the desk that opened it.
func (p *Portal) MasqueradeActor(ctx context.Context, credential, ip string) (care.Actor, care.Masquerade, error) {
	var m care.Masquerade
	var id, contact string
	var used int64
	err := p.Store.Reader().QueryRowContext(ctx, "SELECT session_id, contact_id, used_at FROM masquerade_credential WHERE credential_hash = $1", hashSecret(credential)).Scan(&id, &contact, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return care.Actor{}, m, care.Err(care.CodeNotSignedIn)
	}
	if err != nil {
		return care.Actor{}, m, fmt.Errorf("finding a masquerade: %w", err)
	}
	if _, err := records.Load(ctx, p.Store.Reader(), &m, id); err != nil {
		return care.Actor{}, m, err
	}
	actor, err := p.staffActor(ctx, m.CSRID, m.Desk, ip)
	if care.CodeOf(err) == care.CodeStaffInactive {
		err = errors.Join(care.Err(care.CodeMasqueradeEnded), p.EndMasquerade(ctx, System("masquerade"), m.ID, "permission_lost"))
	}
	if err != nil {
		return care.Actor{}, m, err
	}
	actor.Origin, actor.OnBehalfOf, actor.Session, actor.Mode, actor.Contact, actor.Desk = care.OriginMasquerade, m.WebUserID, m.ID, m.Mode, contact, ""
	now := p.Now()
	reader := records.NewTx(ctx, p.Store.Reader(), looking{}, records.TxOptions{Actor: actor, Now: now})
	policy, err := reader.Policy()
	if err != nil {
		return care.Actor{}, m, err
	}
	why, err := masqueradeLost(ctx, reader, p.Store.Reader(), m, now)
	if err != nil {
		return care.Actor{}, m, err
	}
	idle := policy.Duration("masquerade.idle")
	switch {
	case m.EndedAt != 0:
		return care.Actor{}, m, care.Err(care.CodeMasqueradeEnded)
	case now.UnixMilli() >= m.EndsAt:
		why = "expired"
	case idled(used, now, idle):
		why = "idle"
	}
	if why != "" {
		if err := p.EndMasquerade(ctx, System("masquerade"), m.ID, why); err != nil {
			return care.Actor{}, m, err
		}
		return care.Actor{}, m, care.Err(care.CodeMasqueradeEnded)
	}
	if !keptLately(used, now, idle) {
		if err := p.Store.MasqueradeUsed(ctx, hashSecret(credential), now, now.Add(-keptEvery(idle))); err != nil {
			return care.Actor{}, m, err
		}
	}
	return actor, m, nil
}

// RaiseMasquerade lets a session change things, for who acts in it and has acknowledged what that means. What is refused is
// recorded.
func (p *Portal) RaiseMasquerade(ctx context.Context, actor care.Actor, m care.Masquerade, mode care.Mode, acknowledged bool) error {
	err := p.inSession(ctx, actor, &care.RaiseMasquerade{Session: m.ID, Mode: mode, Acknowledged: acknowledged})
	var refused care.Error
	if errors.As(err, &refused) {
		return errors.Join(refused, p.recordRefusal(ctx, actor, m.WebUserID, m.Account, m.ID, refused.Code))
	}
	return err
}

// EndMasquerade ends a session from its own side.
func (p *Portal) EndMasquerade(ctx context.Context, actor care.Actor, sessionID, reason string) error {
	err := p.inSession(ctx, actor, &care.EndMasquerade{Session: sessionID, Reason: reason})
	if err == nil {
		p.inside.forget(sessionID)
	}
	return err
}

// inSession has a command about a session done; a refusal is an error.
func (p *Portal) inSession(ctx context.Context, actor care.Actor, cmd care.Command) error {
	env, err := NewEnvelope(cmd.Kind(), []byte(care.Detail(cmd)), p.Now())
	if err != nil {
		return err
	}
	actor.Desk = ""
	v, err := p.Do(ctx, actor, env)
	if err == nil && v.Outcome != care.Applied {
		err = care.Error{Code: v.Code, Params: v.Params}
	}
	return err
}

// recordUnknownTicket records a ticket that was never given. Anybody can send one, so only the first few of an address in
// a while are written.
func (p *Portal) recordUnknownTicket(ctx context.Context, ip string, now time.Time) error {
	if p.signin.refuses(now, "ticket:"+ip, throttleAccount) {
		return nil
	}
	p.signin.note(now, "ticket:"+ip)
	nobody := System("masquerade")
	nobody.IP = ip
	return p.recordRefusal(ctx, nobody, "", "", "", care.CodeTicketInvalid)
}

func (p *Portal) recordRefusal(ctx context.Context, actor care.Actor, webUserID, account, session string, code care.Code) error {
	about := care.Activity{Sort: "masquerade.refused", Account: account, WebUserID: webUserID, Session: session}
	return p.recordRefused(ctx, actor, about, map[string]string{"code": string(code)})
}
