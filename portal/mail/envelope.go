package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"meterside/portal"
)

// Envelope is a message as it leaves.
type Envelope struct {
	ID       string // of the notification
	From, To string // bare addresses
	Message  []byte // headers and body, lines ending in CR LF
}

// errBadAddress says that mail cannot be sent to what is on record.
var errBadAddress = errors.New("is no address that mail can be sent to")

// address gives the one bare address that a text is: a name in ASCII and a host that a mail server can be asked for. It
// refuses whatever could be more than that, such as a second recipient or another header.
func address(s string) (string, error) {
	s = strings.TrimSpace(s)
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 254 {
		return "", errBadAddress
	}
	host, err := idna.Lookup.ToASCII(s[at+1:])
	if err != nil || !strings.Contains(host, ".") && host != "localhost" {
		return "", errBadAddress
	}
	bare := s[:at] + "@" + host
	parsed, err := netmail.ParseAddress("<" + bare + ">")
	if err != nil || parsed.Address != bare || strings.ContainsFunc(bare, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"<>,;:\()[]`, r) }) {
		return "", errBadAddress
	}
	return bare, nil
}

// envelope puts a letter into one. Its Message-ID is the notification's, so that a message that comes twice is known as one,
// and what mail servers tell of it is known to be about it.
func (s *Sender) envelope(ctx context.Context, o *portal.Outgoing, l letter) (Envelope, error) {
	to, err := address(o.Address)
	if err != nil {
		return Envelope{}, err
	}
	html, err := l.html(ctx)
	if err != nil {
		return Envelope{}, err
	}
	name := s.from.Name
	if name == "" {
		name = catalogues[l.Language].Say("from")
	}
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.FromMailAddress(&netmail.Address{Name: name, Address: s.from.Address})
	m.ToMailAddress(&netmail.Address{Address: to})
	m.Subject(l.Subject)
	m.SetMessageIDWithValue(o.ID + "@" + s.host)
	m.SetDateWithValue(time.UnixMilli(o.SentAt).UTC())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office note comes back
	m.SetGenHeader("X-Auto-Response-Suppress", "All")
	m.SetGenHeader("Content-Language", l.Language)
	m.SetBodyString(mail.TypeTextPlain, l.plain())
	m.AddAlternativeString(mail.TypeTextHTML, html)
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return Envelope{}, fmt.Errorf("writing message %s: %w", o.ID, err)
	}
	return Envelope{ID: o.ID, From: s.from.Address, To: to, Message: raw.Bytes()}, nil
}
