package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"meterside/care"
	"meterside/records"
)

// A portal whose file was put back, behind its back, is found out by the first desk that knows more: another epoch begins,
// the desk takes its replica anew, and both go on together.
//
// It fails when the hub only resets the one desk, whose epoch then stays that of a history that is over.
func TestAPortalFileThatWasPutBackBeginsAnotherEpoch(t *testing.T) {
	s := newStage(t)
	s.town()
	s.stop()
	yesterday := t.TempDir()
	if err := os.CopyFS(yesterday, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	s.start()
	ann := s.desk("CSR001")
	s.put(&care.Person{ID: "2", FirstName: "Ada", LastName: "Lovelace"}, &care.Person{ID: "1", FirstName: "José", LastName: "Ruiz"})
	s.sync(ann)
	before := s.portal.Store.Epoch()
	s.stop()
	for _, name := range []string{"portal.db", "portal.db-wal", "portal.db-shm", "turn.lock"} {
		if err := os.Remove(filepath.Join(s.dir, name)); err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
	}
	if err := os.CopyFS(s.dir, os.DirFS(yesterday)); err != nil {
		t.Fatal(err)
	}
	s.start()
	// Yesterday's file does not know today's session.
	if _, err := ann.SignIn(t.Context(), "http://"+s.address, "CSR001", password); err != nil {
		t.Fatal(err)
	}
	until(t, "a sync after it was found out", func() bool { // with which connections end, of whoever has one at that moment
		_, err := ann.SyncOnce(t.Context())
		return err == nil
	})
	if s.portal.Store.Epoch() == before {
		t.Error("the epoch is still the same")
	}
	r, err := ann.Search(t.Context(), records.Query{Text: "king", Limit: 10})
	if err != nil || r.Total != 1 {
		t.Errorf("the desk finds %d of what the portal holds again: %v", r.Total, err)
	}
}
