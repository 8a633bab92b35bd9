package portal

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/care/given"
	"meterside/records"
)

// What administrators type is kept as they typed it, or refused with a word about it: each string of the big list as a colleague's
// name and team, as a reason in both languages, and as the utility's own words in the policy. It is what the desks get.
//
// It fails when one of these texts is cut, trimmed or changed on its way.
func TestTheBigListAsAdministratorsTypeIt(t *testing.T) {
	texts := given.NaughtyStrings(t)
	p := askTown(t, t.TempDir())
	now := time.Now()
	p.Now = func() time.Time { now = now.Add(time.Second); return now } // so many questions are not asked within a minute
	admin := at(care.RoleAdmin, "ADM001")
	kept, said := map[string]int{}, map[string]string{}
	ask := func(field, text string, q any, read func() (string, error)) {
		t.Helper()
		kind := map[string]string{"staff": "staff.change", "reason": "reason.change", "policy": "policy.change"}[field]
		_, err := p.Ask(t.Context(), admin, question(t, kind, q))
		if err != nil {
			if code := care.CodeOf(err); code == "" || code == care.CodeFault {
				t.Errorf("%s %.60q: %v", field, text, err)
			}
			return
		}
		got, err := read()
		if err != nil || got != text {
			t.Errorf("%s %.60q is kept as %.60q, %v", field, text, got, err)
		}
		kept[field]++
	}
	for i, text := range texts {
		staff := &care.ChangeStaff{ID: "CSR777", Name: text, Team: text, Role: care.RoleCSR, Districts: care.List{"all"}, Active: true}
		if kept["staff"] == 0 {
			staff.New, staff.Password = true, "seven herons"
		}
		ask("staff", text, staff, func() (string, error) {
			var s care.Staff
			_, err := records.Load(t.Context(), p.Store.Reader(), &s, "CSR777")
			if s.Team != s.Name {
				t.Errorf("the team %.60q, the name %.60q", s.Team, s.Name)
			}
			return s.Name, err
		})
		ask("reason", text, &care.ChangeReason{Sort: "contact", ID: "typed", Rank: int64(i), English: text, Spanish: text}, func() (string, error) {
			var r care.Reason
			_, err := records.Load(t.Context(), p.Store.Reader(), &r, "contact", "typed")
			return r.English, err
		})
		ask("policy", text, &care.ChangePolicy{Changes: map[string]string{"announcement.en": text}, Seen: map[string]string{"announcement.en": said["policy"]}}, func() (string, error) {
			policy, err := records.LoadPolicy(t.Context(), p.Store.Reader())
			said["policy"] = policy.Get("announcement.en")
			return said["policy"], err
		})
	}
	t.Logf("kept of %d: %v", len(texts), kept)
	for _, field := range []string{"staff", "reason", "policy"} {
		if kept[field] < len(texts)*3/4 {
			t.Errorf("%s: only %d of %d are kept", field, kept[field], len(texts))
		}
	}
}

// Why a supervisor ended another's session is kept as it was typed, without the spaces around it, or refused with a word about it.
func TestTheBigListAsWhyAnothersSessionIsEnded(t *testing.T) {
	p, texts := askTown(t, t.TempDir()), given.NaughtyStrings(t)
	supervisor := at(care.RoleSupervisor, "SUP001")
	write(t, p, &care.Staff{ID: "SUP001", Name: "Bo", Role: care.RoleSupervisor, Districts: care.List{"all"}, Active: true})
	supervisor.Scopes = []string{"all", "g", "d:D01"}
	kept := 0
	for i, text := range texts {
		id := fmt.Sprintf("S%03d", i)
		write(t, p, &care.Masquerade{ID: id, CSRID: "CSR001", WebUserID: "W1", Account: "030000013", Mode: care.ModeView, GrantedAt: 1, StartedAt: 1})
		env, err := NewEnvelope("masquerade.end", []byte(care.Detail(care.EndMasquerade{Session: id, Words: text})), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		env.N = int64(i + 1) // of the device's own count
		verdict, err := p.Do(t.Context(), supervisor, env)
		if err != nil {
			t.Fatal(err)
		}
		if verdict.Outcome != care.Applied {
			if verdict.Code == "" || verdict.Code == care.CodeFault {
				t.Errorf("%.60q: %+v", text, verdict)
			}
			continue
		}
		var detail string
		if err := p.Store.Reader().QueryRowContext(t.Context(), "SELECT detail FROM activities WHERE session_id = $1 AND kind = 'masquerade.ended'", id).Scan(&detail); err != nil {
			t.Fatal(err)
		}
		var said struct{ Words string }
		if err := json.Unmarshal([]byte(detail), &said); err != nil || said.Words != strings.TrimSpace(text) {
			t.Errorf("%.60q is kept as %.60q, %v", text, said.Words, err)
		}
		kept++
	}
	if kept < len(texts)*3/4 {
		t.Errorf("only %d of %d are kept", kept, len(texts))
	}
}
