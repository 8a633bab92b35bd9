package backend

import (
	"context"
	"strings"
	"time"

	"meterside/care"
)

// contactKnownWithin is how long a verification waits for the portal to hear of the contact that it is in.
const contactKnownWithin = 5 * time.Second

// VerifyCaller asks the portal whether what the caller said is on file. The contact may have been opened a moment ago: the
// portal has to know it first.
func (b *Backend) VerifyCaller(ctx context.Context, q care.VerifyCaller) (care.Verified, error) {
	var said care.Verified
	u, err := b.signedIn()
	if err != nil {
		return said, err
	}
	if err := q.Validate(); err != nil {
		return said, err
	}
	if err := b.contactKnown(ctx, u, q.Account); err != nil {
		return said, err
	}
	err = u.ask(ctx, &q, &said)
	said.Facts = some(said.Facts)
	b.opts.Changed("contacts")
	return said, err
}

// SetPassphrase asks the portal to keep the words that a verified caller agreed on.
func (b *Backend) SetPassphrase(ctx context.Context, q care.SetPassphrase) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	if err := q.Validate(); err != nil {
		return err
	}
	if err := b.contactKnown(ctx, u, q.Account); err != nil {
		return err
	}
	return u.ask(ctx, &q, nil)
}

// contactKnown waits until the portal has answered the commands that open and change contacts about an account.
func (b *Backend) contactKnown(ctx context.Context, u *user, account string) error {
	waiting, err := u.cache.Outbox(ctx)
	if err != nil {
		return err
	}
	soon, cancel := context.WithTimeout(ctx, contactKnownWithin)
	defer cancel()
	for _, e := range waiting {
		if e.Account != account || !strings.HasPrefix(e.Kind, "contact.") {
			continue
		}
		if !b.live() {
			return care.Err(care.CodeOffline, "address", u.session.Portal)
		}
		q, err := b.Await(soon, e.CommandID)
		if err != nil {
			return err
		}
		if q.State == "queued" || q.State == "sent" {
			return care.Err(care.CodeOffline, "address", u.session.Portal)
		}
	}
	return nil
}

// CallerFacts asks the portal what a caller can be asked for.
func (b *Backend) CallerFacts(ctx context.Context, q care.CallerFacts) (care.FactsOnFile, error) {
	known := care.FactsOnFile{}
	u, err := b.signedIn()
	if err != nil {
		return known, err
	}
	err = u.ask(ctx, &q, &known)
	known.Facts = some(known.Facts)
	return known, err
}
