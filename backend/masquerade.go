package backend

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
	"meterside/records"
)

// AskMasquerade asks the portal for a session as a web user, and gives the greeting for the window that opens it. It is
// online only; the ticket in the greeting works once, within a minute, with the verifier that was made here.
func (b *Backend) AskMasquerade(ctx context.Context, start care.StartMasquerade, language, downloads string) (masquerade.Greeting, error) {
	u, err := b.signedIn()
	if err != nil {
		return masquerade.Greeting{}, err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return masquerade.Greeting{}, fmt.Errorf("asking for a masquerade: %w", err)
	}
	verifier := base64.RawURLEncoding.EncodeToString(secret)
	sum := sha256.Sum256([]byte(verifier))
	beside := envelope{VerifierHash: hex.EncodeToString(sum[:]), Language: language}
	var grant struct {
		SessionID string            `json:"session_id"`
		Ticket    masquerade.Secret `json:"ticket"`
		EndsAt    int64             `json:"ends_at"`
		IdleMS    int64             `json:"idle_ms"`
		Mode      care.Mode         `json:"mode"`
		AckText   string            `json:"ack_text"`
		Banner    string            `json:"banner"`
	}
	err = u.askWith(ctx, &start, beside, &grant)
	if care.CodeOf(err) == care.CodeNotAcknowledged {
		err = errors.Join(err, b.acknowledge(u, "")) // the portal knows of none in this shift: it is asked for again
	} else if err == nil && start.Acknowledged {
		err = b.acknowledge(u, start.Ack)
	}
	if err != nil {
		return masquerade.Greeting{}, err
	}
	var user care.WebUser
	if _, err := records.Load(ctx, u.cache.Reader(), &user, start.WebUserID); err != nil {
		return masquerade.Greeting{}, err
	}
	var person care.Person
	if _, err := records.Load(ctx, u.cache.Reader(), &person, user.PersonID); err != nil {
		return masquerade.Greeting{}, err
	}
	return masquerade.Greeting{
		Portal: u.session.Portal, Ticket: grant.Ticket, Verifier: masquerade.Secret(verifier), SessionID: grant.SessionID, Device: u.cache.Device(),
		CSRID: u.session.User.ID, CSRName: u.session.User.Name, WebUserID: user.ID, Username: user.Username, CustomerName: person.Name(),
		Account: start.Account, Mode: grant.Mode, AckText: grant.AckText, Banner: grant.Banner, EndsAt: grant.EndsAt, IdleMS: grant.IdleMS, Language: language, Downloads: downloads,
	}, nil
}

// acknowledge keeps which text was acknowledged, for the rest of this sign-in. What it counts for is the portal's to say.
func (b *Backend) acknowledge(u *user, version string) error {
	if *u.acknowledged.Load() == version {
		return nil
	}
	b.mu.Lock() // one at a time writes what is remembered
	defer b.mu.Unlock()
	if b.user != u {
		return nil
	}
	u.acknowledged.Store(&version)
	err := b.remember(u.told())
	b.opts.Changed("masquerade")
	return err
}

// MasqueradeOver says why a session may not go on, in the portal's words, as far as this desk has heard: it has ended, the
// customer is locked, or who acts may not any more. "" where it may.
func (b *Backend) MasqueradeOver(ctx context.Context, sessionID, webUserID string) (string, error) {
	u, err := b.current()
	if care.CodeOf(err) == care.CodeNotSignedIn {
		return "permission_lost", nil
	}
	if err != nil {
		return "", err
	}
	if u.forgotten.Load() {
		return "permission_lost", nil
	}
	return masqueradeOver(ctx, u.cache.Reader(), u.cache.Actor(), sessionID, webUserID)
}

func masqueradeOver(ctx context.Context, db records.Conn, who care.Actor, sessionID, webUserID string) (string, error) {
	var m care.Masquerade
	known, err := records.Load(ctx, db, &m, sessionID)
	if err != nil {
		return "", err
	}
	if m.EndedAt != 0 {
		return m.EndReason, nil
	}
	locks, err := records.Select[care.WebUserLock](ctx, db, "WHERE web_user_id = $1", webUserID)
	if err != nil {
		return "", err
	}
	policy, err := records.LoadPolicy(ctx, db)
	if err != nil {
		return "", err
	}
	switch {
	case len(locks) > 0:
		return "customer_locked", nil
	case policy.MasqueradeOff(who) != nil, known && !m.Mode.Within(policy.MasqueradeLimit(who)):
		return "permission_lost", nil
	}
	return "", nil
}

// EndMasquerade makes sure that a session has ended, after its window has gone: it goes through the outbox, so that it
// ends too where the window could not say so. The portal passes over the end of an ended session. While the portal is there
// its answer is awaited. A locked desk ends one too.
func (b *Backend) EndMasquerade(ctx context.Context, sessionID, reason string) error {
	u, err := b.current()
	if err != nil {
		return err
	}
	queued, err := b.do(ctx, u, &care.EndMasquerade{Session: sessionID, Reason: reason})
	if err != nil || !b.connected() {
		return err
	}
	_, err = u.await(ctx, queued.CommandID)
	return err
}

// Live waits until the desk is connected and up to date.
func (b *Backend) Live(ctx context.Context) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !b.live() {
		select {
		case <-ctx.Done():
			return care.Err(care.CodeConfirmOnline)
		case <-tick.C:
		}
	}
	return nil
}

// Await waits until a command was answered, or ctx ends.
func (b *Backend) Await(ctx context.Context, commandID string) (Queued, error) {
	u, err := b.signedIn()
	if err != nil {
		return Queued{}, err
	}
	return u.await(ctx, commandID)
}

func (u *user) await(ctx context.Context, commandID string) (Queued, error) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		q, err := u.queued(ctx, commandID)
		if err != nil || q.State != "queued" && q.State != "sent" {
			return q, err
		}
		select {
		case <-ctx.Done():
			return q, nil
		case <-tick.C:
		}
	}
}
