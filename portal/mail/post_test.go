package mail

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store"
	"meterside/portal/store/storetest"
	"meterside/records"
)

// post is a portal with one customer, on a clock that the test moves, and what its senders log.
type post struct {
	*testing.T
	*portal.Portal
	mu   sync.Mutex
	now  time.Time // guarded by mu
	logs bytes.Buffer
	n    int
}

func onBoth(t *testing.T, fn func(*post)) {
	storetest.Databases(t, func(t *testing.T, database string) {
		p := &post{T: t, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
		p.Portal = p.open(database)
		p.put(
			&care.District{ID: "D01", Name: "One"},
			&care.Person{ID: "1", Sort: "person", FirstName: "José", LastName: "Ñandú", Language: "es"},
			&care.Account{Number: "030000013", MainPersonID: "1", DistrictID: "D01", Status: "active"},
			&care.WebUser{ID: "W1", Username: "jose", Email: "jose@example.com", PersonID: "1", Enrolment: care.Enrolled},
			&care.WebUserAccount{WebUserID: "W1", Account: "030000013", Role: "owner", DefaultProfile: true},
		)
		fn(p)
	})
}

// open opens another node over the database.
func (p *post) open(database string) *portal.Portal {
	p.Helper()
	node, err := portal.Open(p.Context(), database)
	if err != nil {
		p.Fatal(err)
	}
	node.Now = func() time.Time {
		p.mu.Lock()
		defer p.mu.Unlock()
		return p.now
	}
	p.Cleanup(func() {
		if err := node.Close(); err != nil {
			p.Error(err)
		}
	})
	return node
}

func (p *post) later(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now = p.now.Add(d)
}

// write writes as the portal itself does.
func (p *post) write(fn func(*store.Tx) error) {
	p.Helper()
	if _, err := p.Store.Update(p.Context(), store.Options{Actor: portal.System("test"), Now: p.Now(), Command: uuid.NewString()}, fn); err != nil {
		p.Fatal(err)
	}
}

func (p *post) put(all ...care.Record) {
	p.Helper()
	p.write(func(tx *store.Tx) error {
		for _, rec := range all {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
}

// queue puts a message to an address in line and gives its ID.
func (p *post) queue(address string) string {
	p.Helper()
	p.n++
	id := fmt.Sprintf("N-%04d", p.n)
	p.put(&care.Notification{ID: id, Account: "030000013", WebUserID: "W1", Template: care.TemplateBill, Address: address, SentAt: p.Now().UnixMilli(), Status: care.NotificationQueued})
	return id
}

// sendLink does what a CSR's command does, and gives the ID of the recovery.
func (p *post) sendLink() string {
	p.Helper()
	p.do(&care.SendLink{WebUserID: "W1", Account: "030000013"})
	all, err := records.Select[care.Recovery](p.Context(), p.Store.Reader(), "ORDER BY given_at DESC, rv DESC LIMIT 1")
	if err != nil || len(all) != 1 {
		p.Fatal(all, err)
	}
	return all[0].ID
}

func (p *post) do(cmd care.Command) {
	p.Helper()
	env, err := portal.NewEnvelope(cmd.Kind(), []byte(care.Detail(cmd)), p.Now())
	if err != nil {
		p.Fatal(err)
	}
	if v, err := p.Do(p.Context(), portal.System("test"), env); err != nil || v.Outcome != care.Applied {
		p.Fatalf("%s: %+v, %v", cmd.Kind(), v, err)
	}
}

// found reads a message.
func (p *post) found(id string) care.Notification {
	p.Helper()
	var n care.Notification
	if ok, err := records.Load(p.Context(), p.Store.Reader(), &n, id); err != nil || !ok {
		p.Fatalf("message %s: %v, %v", id, ok, err)
	}
	return n
}

// only is the message of a template of which there is one.
func (p *post) only(template string) care.Notification {
	p.Helper()
	all, err := records.Select[care.Notification](p.Context(), p.Store.Reader(), "WHERE template = $1", template)
	if err != nil || len(all) != 1 {
		p.Fatalf("%d messages of %s, %v", len(all), template, err)
	}
	return all[0]
}

// sender sends by a carrier, as a node does.
func (p *post) sender(node *portal.Portal, by Carrier) *Sender {
	p.Helper()
	s, err := New(node, Options{
		From: "Harbor Water <no-reply@water.example>", Site: "https://my.water.example/", Carrier: by,
		Log: slog.New(slog.NewTextHandler(lockedWriter{&p.mu, &p.logs}, nil)),
	})
	if err != nil {
		p.Fatal(err)
	}
	return s
}

type lockedWriter struct {
	mu *sync.Mutex
	to io.Writer
}

func (w lockedWriter) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.to.Write(b)
}

// drain sends what is due.
func (p *post) drain(s *Sender) int {
	p.Helper()
	n, err := s.Drain(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return n
}

// parts are a message's text and HTML.
func parts(t interface{ Fatal(...any) }, raw []byte) (mail.Header, map[string]string) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatal("a message of ", kind, err)
	}
	found := map[string]string{}
	each := multipart.NewReader(m.Body, params["boundary"])
	for {
		part, err := each.NextRawPart()
		if err != nil {
			return m.Header, found
		}
		b, err := io.ReadAll(quotedprintable.NewReader(part))
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(part.Header.Get("Content-Type"), ";")
		found[kind] = strings.ReplaceAll(string(b), "\r\n", "\n")
	}
}

var letters = regexp.MustCompile(`link=([\w-]{43})`)

// linkIn is the secret of a message that brings a link, or "none".
func linkIn(raw []byte) string {
	_, found := parts(panics{}, raw)
	if m := letters.FindStringSubmatch(found["text/plain"]); m != nil {
		return m[1]
	}
	return "none"
}

type panics struct{}

func (panics) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// portalFate is a fate of a status alone.
func portalFate(status string) portal.Fate { return portal.Fate{Status: status} }

// rewind takes a backup, does something, and puts the backup back.
func (p *post) rewind(meanwhile func()) {
	p.Helper()
	var file bytes.Buffer
	if _, err := p.Store.Backup(p.Context(), &file, p.Now()); err != nil {
		p.Fatal(err)
	}
	meanwhile()
	if _, err := p.Store.Restore(p.Context(), bytes.NewReader(file.Bytes()), int64(file.Len()), true); err != nil {
		p.Fatal(err)
	}
}
