package portal

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// Outgoing is a message that was taken to be sent, with everything that its letter tells. What is not known is empty.
type Outgoing struct {
	care.Notification

	User     care.WebUser
	Person   care.Person
	Joined   care.WebUser // whom the message tells of
	Policy   care.Policy
	Recovery care.Recovery
	Payment  care.Payment
	Task     care.Task
	// Letters are those of the link that the message brings.
	Letters care.Secret
	// Tries counts this one.
	Tries int
	// Useless says why the message must not be sent, as one of care's Why…; "" where it is to be.
	Useless string

	taken store.Mail
	now   time.Time // when it was taken
}

// Fate is what became of a message that was to be sent.
type Fate struct {
	Status string    // one of care's; a deferred one is tried again at Again
	Why    string    // one of care's Why…
	Words  string    // the mail server's own
	Again  time.Time // zero where the status is final
}

// mailLease is for how long a message belongs to who took it. It is longer than any delivery may take.
const mailLease = 5 * time.Minute

// TakeMail takes the message that is due for the longest. Nobody else gets it for some minutes, on whatever node; ok is false
// where none is due. MailSettled says what became of it.
func (p *Portal) TakeMail(ctx context.Context) (o *Outgoing, ok bool, err error) {
	now := p.Now()
	if due, err := p.Store.MailDue(ctx, now); err != nil || !due {
		return nil, false, err
	}
	taken, ok, err := p.Store.TakeMail(ctx, now, mailLease)
	if err != nil || !ok {
		return nil, false, err
	}
	o = &Outgoing{taken: taken, Tries: taken.Tries, now: now}
	return o, true, p.fill(ctx, o)
}

// fill reads what a letter tells, and says why it must not be sent.
func (p *Portal) fill(ctx context.Context, o *Outgoing) (err error) {
	db := p.Store.Reader()
	if _, err := records.Load(ctx, db, &o.Notification, o.taken.ID); err != nil {
		return err
	}
	if o.Policy, err = records.LoadPolicy(ctx, db); err != nil {
		return err
	}
	for _, each := range []struct {
		rec care.Record
		key string
	}{{&o.User, o.WebUserID}, {&o.Recovery, o.About}, {&o.Payment, o.About}, {&o.Task, o.About}, {&o.Joined, o.About}} {
		if each.key == "" {
			continue
		}
		if _, err := records.Load(ctx, db, each.rec, each.key); err != nil {
			return err
		}
	}
	if o.User.PersonID != "" {
		if _, err := records.Load(ctx, db, &o.Person, o.User.PersonID); err != nil {
			return err
		}
	}
	if link := o.link(); link != "" {
		if o.Letters, err = p.Store.LinkLetters(ctx, link, o.now); err != nil {
			return err
		}
	}
	o.Useless = o.useless()
	return nil
}

// link names the link whose letters the message brings, or "".
func (o *Outgoing) link() string {
	switch o.Template {
	case care.TemplatePasswordReset:
		return o.About
	case care.TemplateValidation:
		return o.ID
	case care.TemplateInvitation, care.TemplateNewEmail:
		return o.About
	}
	return ""
}

// useless says why a message must not be sent, or "".
func (o *Outgoing) useless() string {
	switch o.Template {
	case care.TemplatePasswordReset, care.TemplateReminder, care.TemplateNewEmail:
		if !o.Recovery.Live(o.now) {
			return care.WhyLinkEnded
		}
	case care.TemplateInvitation:
		if !o.Task.Invites(o.now) {
			return care.WhyLinkEnded
		}
	}
	switch {
	case !o.User.Wants(o.Template):
		return care.WhyUnwanted
	case o.taken.Restored:
		return care.WhyRestored
	case o.link() != "" && o.Letters == "":
		return care.WhyLinkEnded
	}
	return ""
}

// MailSettled keeps what became of a message: its status, which the desks see, and whether it stays in line. Where somebody
// else has taken the message meanwhile, because this took too long, nothing is kept: it is theirs to say.
func (p *Portal) MailSettled(ctx context.Context, o *Outgoing, f Fate) error {
	now := p.Now()
	_, err := p.Store.Update(ctx, mailing(now), func(tx *store.Tx) error {
		settle := func() (bool, error) { return tx.MailSent(o.taken) }
		if !f.Again.IsZero() {
			settle = func() (bool, error) { return tx.MailLater(o.taken, f.Again) }
		}
		if ours, err := settle(); err != nil || !ours {
			return errors.Join(err, errNothing)
		}
		n, err := care.Find[care.Notification](tx, o.taken.ID)
		if care.CodeOf(err) == care.CodeNotFound {
			return nil // it is gone, and so is its place in line
		}
		if err != nil {
			return err
		}
		if o.taken.Interrupted {
			if err := n.Became(care.NotificationDeferred, care.WhyInterrupted, "", o.now); err != nil {
				return err
			}
		}
		if err := n.Became(f.Status, f.Why, f.Words, now); err != nil {
			return err
		}
		if link := o.link(); link != "" && f.Status == care.NotificationAccepted {
			if err := tx.ForgetLetters(link); err != nil {
				return err
			}
		}
		return tx.Put(&n)
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// mailing is who writes what became of messages.
func mailing(now time.Time) store.Options {
	return store.Options{Actor: System("mail"), Now: now, Command: uuid.NewString()}
}

// Told is what somebody else says of a message that was sent: a mail server in a mail of its own, or a service that follows
// messages.
type Told struct {
	ID        string // of the notification
	Recipient string // whom it could not be delivered to; "" where that was not said
	Status    string // care's deferred, delivered, opened or bounced
	Why       string
	Words     string
	// Mark is what this is known by, so that it counts once; Keep is for how long somebody could say it again.
	Mark string
	Keep time.Duration
}

// MailTold keeps what was told of a message. It gives false where that changes nothing: it was told before, it is about no
// message that was sent, or about another address, or what is known already says more.
func (p *Portal) MailTold(ctx context.Context, t Told) (changed bool, err error) {
	now := p.Now()
	_, err = p.Store.Update(ctx, mailing(now), func(tx *store.Tx) error {
		if fresh, err := tx.MailTold(t.Mark, now, t.Keep); err != nil || !fresh {
			return errors.Join(err, errNothing)
		}
		n, err := care.Find[care.Notification](tx, t.ID)
		if err != nil && care.CodeOf(err) != care.CodeNotFound {
			return err
		}
		if err != nil || !follows(n.Status, t.Status) || t.Recipient != "" && !sameAddress(t.Recipient, n.Address) {
			return nil
		}
		changed = true
		if err := n.Became(t.Status, t.Why, t.Words, now); err != nil {
			return err
		}
		return tx.Put(&n)
	})
	if errors.Is(err, errNothing) {
		err = nil
	}
	return changed && err == nil, err
}
