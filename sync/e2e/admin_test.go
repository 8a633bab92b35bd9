package e2e

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"meterside/backend"
	"meterside/care"
)

// adminQuestions are those of administrators, each of a kind.
var adminQuestions = map[string]asking{
	"policy.change": {`{"changes":{"masquerade.idle":"5m"}}`, func(t *testing.T, b *backend.Backend) error {
		return b.Administer(t.Context(), &care.ChangePolicy{Changes: map[string]string{"masquerade.idle": "5m"}})
	}},
	"policy.history": {``, func(t *testing.T, b *backend.Backend) error {
		_, err := b.PolicyHistory(t.Context(), 0)
		return err
	}},
	"staff.change": {``, func(t *testing.T, b *backend.Backend) error {
		return b.Administer(t.Context(), &care.ChangeStaff{ID: "CSR001", Name: "Ann", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true})
	}},
	"reason.change": {``, func(t *testing.T, b *backend.Backend) error {
		return b.Administer(t.Context(), &care.ChangeReason{Sort: "wrap_up", ID: "resolved", English: "Done", Spanish: "Hecho"})
	}},
	"device.list": {``, func(t *testing.T, b *backend.Backend) error {
		devices, err := b.Devices(t.Context())
		if err == nil && len(devices) == 0 {
			t.Error("no desk is listed")
		}
		return err
	}},
	"district.list": {``, func(t *testing.T, b *backend.Backend) error {
		board, err := b.DistrictBoard(t.Context())
		if err == nil && (len(board.Districts) == 0 || board.Districts[0].Accounts == 0 || board.Desks == 0) {
			t.Errorf("the districts are %+v", board)
		}
		return err
	}},
	"depth.try": {`{"changes":{"replica.bills":"1"}}`, func(t *testing.T, b *backend.Backend) error {
		_, err := b.TryDepth(t.Context(), care.TryDepth{Changes: map[string]string{"replica.bills": "1"}})
		return err
	}},
	"letter.try": {`{"template":"bill_ready","language":"en","changes":{"message.bill_ready.en":"Pay."}}`, func(t *testing.T, b *backend.Backend) error {
		l, err := b.TryLetter(t.Context(), care.TryLetter{Template: care.TemplateBill, Language: "en", Changes: map[string]string{"message.bill_ready.en": "Pay."}})
		if err == nil && l.Text == "" {
			t.Error("the letter is empty")
		}
		return err
	}},
	"import.list": {``, func(t *testing.T, b *backend.Backend) error {
		_, err := b.Imports(t.Context())
		return err
	}},
	"import.read": {`{"run_id":"run-1"}`, func(t *testing.T, b *backend.Backend) error {
		_, err := b.Import(t.Context(), "run-1", 0)
		if care.CodeOf(err) == care.CodeNotFound { // it was asked and answered: there is no such import
			return nil
		}
		return err
	}},
	"device.change": {``, func(t *testing.T, b *backend.Backend) error {
		return b.Administer(t.Context(), &care.ChangeDevice{Device: b.Device()})
	}},
}

// TestAPolicyReachesEveryDesk changes a permission at one desk: the other's button says why it is off, the portal refuses
// what an old desk still sends, and the explanation names the key (R1, R2, R24).
func TestAPolicyReachesEveryDesk(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.Staff{ID: "SUP01", Name: "Sue", Role: care.RoleAdmin, Districts: care.List{"all"}, Active: true})
	admin, csr := s.desk("SUP01"), s.desk("CSR001")
	args := []byte(`{"web_user_id":"W1","account":"030000013","reason":"misuse"}`)
	why := func() care.Code {
		r, err := csr.Why(t.Context(), "web_user.lock", args)
		check(t, err)
		return r.Code
	}
	if code := why(); code != "" {
		t.Fatalf("before: %s", code)
	}
	// Made while it was allowed, sent when it is not any more.
	late, err := csr.Do(t.Context(), &care.LockWebUser{WebUserID: "W1", Account: "030000013", Reason: "misuse"})
	check(t, err)
	deny := map[string]string{"permissions.csr.web_user.lock": "deny"}
	effects, err := admin.DryRun(t.Context(), care.ChangePolicy{Changes: deny})
	check(t, err)
	if len(effects) == 0 || effects[0].What != "web_user.lock" {
		t.Errorf("the dry run gave %+v", effects)
	}
	check(t, admin.Administer(t.Context(), &care.ChangePolicy{Changes: deny}))
	s.sync(csr)
	if code := why(); code != care.CodeNoPermission {
		t.Errorf("after: %q", code)
	}
	if q, err := csr.Answer(t.Context(), late.CommandID); err != nil || q.Code != care.CodeNoPermission {
		t.Errorf("what was on its way was answered %+v, %v", q, err)
	}
	standings, err := csr.Explain(t.Context(), "CSR001")
	check(t, err)
	for _, is := range standings {
		if is.What == "web_user.lock" && (is.Is != "deny" || is.Key != "permissions.csr.web_user.lock") {
			t.Errorf("it is explained as %+v", is)
		}
	}
}

// TestASupportBundleHoldsNobody makes a bundle at a desk that is full of names and notes, and looks for each of them in every
// byte of it. It was seen to fail with the arguments of the outbox written too, and with the name of a CSR's own scope.
func TestASupportBundleHoldsNobody(t *testing.T) {
	s := newStage(t)
	s.town()
	b := s.desk("CSR001")
	_, err := b.Do(t.Context(), &care.WriteNote{Account: "030000013", Text: "canary note"})
	check(t, err)
	var bundle bytes.Buffer
	check(t, b.SupportBundle(t.Context(), &bundle))
	files, err := zip.NewReader(bytes.NewReader(bundle.Bytes()), int64(bundle.Len()))
	check(t, err)
	var all strings.Builder
	for _, f := range files.File {
		r, err := f.Open()
		check(t, err)
		text, err := io.ReadAll(r)
		check(t, err)
		all.Write(text)
	}
	for _, name := range []string{"canary note", "030000013", "CSR001", "Ann", "jose", "Müller", "MAIN", "example.com", "W1"} {
		if strings.Contains(all.String(), name) {
			t.Errorf("the bundle holds %q", name)
		}
	}
	if !strings.Contains(all.String(), "note.write") || !strings.Contains(all.String(), `"accounts"`) {
		t.Error("the bundle does not say what it is for")
	}
}
