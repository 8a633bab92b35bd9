package e2e

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/portal/store/storetest"
	"meterside/records"
)

// I5: a portal that is put back to yesterday's backup while it serves gets back what the desks did since: what they were
// told was done, they hand in again; what they had not sent yet, they send; and nothing is done twice. The desks stay
// signed in and are asked nothing.
//
// It fails when a restored portal knows no desk's session.
func TestDesksBringBackWhatABackupDoesNotKnow(t *testing.T) {
	storetest.Databases(t, func(t *testing.T, database string) {
		s := newStageIn(t, database)
		s.town()
		ann, bob := s.desk("CSR001"), s.desk("CSR002")
		note := func(b *backend.Backend, account, text string) string {
			return s.do(b, "note.write", fmt.Sprintf(`{"account":%q,"text":%q}`, account, text)).CommandID
		}
		note(ann, "030000013", "before the backup")
		s.sync(ann)
		var yesterday bytes.Buffer
		if _, err := s.portal.Store.Backup(t.Context(), &yesterday, time.Now()); err != nil {
			t.Fatal(err)
		}
		note(ann, "030000013", "after the backup, answered")
		s.do(ann, "web_user.lock", `{"web_user_id":"W1","account":"030000013","reason":"compromised"}`)
		s.sync(ann)
		note(bob, "030000013", "of another desk, answered")
		s.sync(bob)
		s.put(&care.Person{ID: "2", FirstName: "Ada", LastName: "Lovelace"}) // of which no desk can tell
		s.sync(ann)
		note(ann, "030000026", "not sent yet")

		epoch := s.portal.Store.Epoch()
		file := bytes.NewReader(yesterday.Bytes())
		if _, err := s.portal.Store.Restore(t.Context(), file, file.Size(), true); err != nil {
			t.Fatal(err)
		}
		for _, b := range []*backend.Backend{ann, bob} {
			s.settle(b)
		}
		s.sync(ann)
		s.sync(bob)
		if s.portal.Store.Epoch() == epoch {
			t.Error("the epoch is still the same")
		}
		for _, b := range []*backend.Backend{ann, bob} {
			left, err := b.Outbox(t.Context())
			if err != nil || len(left) > 0 {
				t.Errorf("not answered: %+v, %v", left, err)
			}
			if refused, err := b.Attention(t.Context()); err != nil || len(refused) > 0 {
				t.Errorf("refused: %+v, %v", refused, err)
			}
			if state, err := b.SyncOnce(t.Context()); err != nil || state.Cursor != state.Head {
				t.Errorf("at %d of %d: %v", state.Cursor, state.Head, err)
			}
			if r, err := b.Search(t.Context(), records.Query{Text: "lovelace"}); err != nil || r.Total != 0 {
				t.Errorf("a desk still finds what the portal lost: %d, %v", r.Total, err)
			}
		}
		notes, err := records.Select[care.Note](t.Context(), s.portal.Store.Reader(), "ORDER BY text")
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		for _, n := range notes {
			texts = append(texts, n.Text)
		}
		if want := []string{"after the backup, answered", "before the backup", "not sent yet", "of another desk, answered"}; fmt.Sprint(texts) != fmt.Sprint(want) {
			t.Errorf("the portal holds the notes %q, want %q", texts, want)
		}
		locks, err := records.Select[care.WebUserLock](t.Context(), s.portal.Store.Reader(), "")
		if err != nil || len(locks) != 1 {
			t.Errorf("%d locks, %v", len(locks), err)
		}
	})
}

// settle lets a desk sync until it is at the portal's head: the first connection may end because its epoch is over.
func (s *stage) settle(b *backend.Backend) {
	s.t.Helper()
	until(s.t, "a desk came to the portal's head", func() bool {
		ctx, cancel := context.WithTimeout(s.t.Context(), 10*time.Second)
		defer cancel()
		_, err := b.SyncOnce(ctx)
		return err == nil
	})
}
