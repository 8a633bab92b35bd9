// Package mail sends the portal's messages to customers: it takes them from the line in which they wait, writes their
// letters, hands them to a mail server or a folder, and keeps what became of each.
package mail

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	netmail "net/mail"
	"os"
	"strings"
	"time"
	"unicode"

	"meterside/care"
	"meterside/portal"
)

// Carrier takes messages away. What it gives is not yet bounded in length, nor does a deferred fate say when.
type Carrier interface {
	Carry(ctx context.Context, e Envelope) portal.Fate
	// Close lets go of what it holds between messages.
	Close()
}

// Options are what differs between installations.
type Options struct {
	From    string // who messages are from, as "Utility <no-reply@utility.example>" or the address alone
	Site    string // the address of the customers' pages
	Carrier Carrier
	Log     *slog.Logger
}

// Sender sends what waits.
type Sender struct {
	portal  *portal.Portal
	from    netmail.Address
	host    string // of from
	site    string
	carrier Carrier
	log     *slog.Logger
}

// New makes a sender. It refuses a From that is no address.
func New(p *portal.Portal, o Options) (*Sender, error) {
	from, err := netmail.ParseAddress(o.From)
	if err != nil {
		return nil, errors.New("who messages are from is given as \"Utility <no-reply@utility.example>\"")
	}
	bare, err := address(from.Address)
	if err != nil {
		return nil, errors.New("who messages are from " + err.Error())
	}
	from.Address = bare
	return &Sender{portal: p, from: *from, host: bare[strings.LastIndexByte(bare, '@')+1:], site: o.Site, carrier: o.Carrier, log: o.Log}, nil
}

// How often the line is looked at, links are looked for that end soon, and bills and payments that customers are to hear of.
const (
	lookEvery   = 2 * time.Second
	remindEvery = time.Minute
	billsEvery  = 5 * time.Minute
)

// Run sends what is due, until ctx ends. Several nodes may do so at once: each message is one's.
func (s *Sender) Run(ctx context.Context) {
	defer s.carrier.Close()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	var remind, bills time.Time
	for {
		now := time.Now()
		if now.After(remind) {
			remind = now.Add(remindEvery)
			s.write(ctx, "links that end soon", s.portal.RemindRecoveries)
		}
		if now.After(bills) {
			bills = now.Add(billsEvery)
			s.write(ctx, "bills and payments", s.portal.WriteBillLetters)
		}
		if _, err := s.Drain(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("messages could not be sent", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		}
	}
}

// write has letters of a kind put in line, and logs what came of it.
func (s *Sender) write(ctx context.Context, about string, write func(context.Context) (int, error)) {
	if n, err := write(ctx); err != nil && ctx.Err() == nil {
		s.log.Error("letters could not be written", "about", about, "error", err)
	} else if n > 0 {
		s.log.Info("letters were written", "about", about, "messages", n)
	}
}

// Drain sends what is due now, one message after the other, and says how many it took. The connection ends with it.
func (s *Sender) Drain(ctx context.Context) (taken int, err error) {
	defer func() {
		if taken > 0 {
			s.carrier.Close()
		}
	}()
	for ctx.Err() == nil {
		o, ok, err := s.portal.TakeMail(ctx)
		if err != nil || !ok {
			return taken, err
		}
		taken++
		fate := s.send(ctx, o)
		// What became of it is kept, even by a portal that ends: it is what keeps a message from being sent twice.
		if err := s.portal.MailSettled(context.WithoutCancel(ctx), o, fate); err != nil {
			return taken, err
		}
		s.log.Info("a message was taken from the line", "message", o.ID, "template", o.Template, "try", o.Tries, "status", fate.Status, "why", fate.Why, "words", fate.Words)
	}
	return taken, nil
}

// send gives a message to the carrier, unless that would be of no use.
func (s *Sender) send(ctx context.Context, o *portal.Outgoing) portal.Fate {
	switch o.Useless {
	case "":
	case care.WhyRestored:
		return portal.Fate{Status: care.NotificationUnknown, Why: o.Useless}
	default:
		return portal.Fate{Status: care.NotificationWithdrawn, Why: o.Useless}
	}
	l, ok := write(o, s.site)
	if !ok {
		return portal.Fate{Status: care.NotificationWithdrawn, Why: care.WhyNoLetter}
	}
	e, err := s.envelope(ctx, o, l)
	if errors.Is(err, errBadAddress) {
		return portal.Fate{Status: care.NotificationRefused, Why: care.WhyBadAddress}
	}
	if err != nil {
		s.log.Error("a letter could not be written", "message", o.ID, "error", err)
		return portal.Fate{Status: care.NotificationWithdrawn, Why: care.WhyNoLetter}
	}
	fate := s.carrier.Carry(ctx, e)
	// A server may quote what it does not like, and the link's letters are nobody's but the customer's.
	if o.Letters != "" {
		fate.Words = strings.ReplaceAll(fate.Words, string(o.Letters), o.Letters.String())
	}
	fate.Words = oneLine(fate.Words)
	if fate.Status != care.NotificationDeferred {
		return fate
	}
	now := s.portal.Now()
	if now.Sub(time.UnixMilli(o.SentAt)) >= triesFor {
		return portal.Fate{Status: care.NotificationRefused, Why: care.WhyTooLong, Words: fate.Words}
	}
	fate.Again = now.Add(wait(o.Tries))
	return fate
}

// A deferred message is tried again after a minute, then after twice as long each time, but at least once an hour and for
// no longer than a day: every link has ended by then.
const (
	firstWait = time.Minute
	mostWait  = time.Hour
	triesFor  = 24 * time.Hour
)

// wait is how long a message waits after a number of tries, give or take a fifth, so that those which were deferred together
// do not come together again.
func wait(tries int) time.Duration {
	d := mostWait
	if tries >= 1 && tries <= 6 {
		d = firstWait << (tries - 1)
	}
	return d*4/5 + rand.N(d*2/5) //nolint:gosec // nobody gains by knowing when
}

// wordsKept is how much of a mail server's words is kept.
const wordsKept = 200

// oneLine is what a mail server said, as it can stand in a table.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == unicode.ReplacementChar }), " ")
	if r := []rune(s); len(r) > wordsKept {
		return string(r[:wordsKept]) + "…"
	}
	return s
}

// helo is how this computer names itself to a mail server.
func helo() string {
	if name, err := os.Hostname(); err == nil && name != "" && strings.Trim(name, "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == "" {
		return name
	}
	return "localhost"
}
