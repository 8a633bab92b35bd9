package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/records"
)

const nicknamed = `{"account":"030000013","nickname":%q}`

// Two CSRs edit the same field, one of them offline: what policy says is done, for the online and for the late edit, and
// fields that the other did not touch are no conflict. A change that is held keeps both values and blocks nothing.
//
// What was done over somebody else's change the desk can tell its user, and nothing else of what was done.
//
// Seen to fail when a late edit is judged as one that was made online.
func TestTwoEditsOfOneThingEndAsPolicySays(t *testing.T) {
	for _, c := range []struct {
		name           string
		online, late   string
		bobs, anns     string // what each sets; Ann's comes late
		state          string
		code           care.Code
		nickname       string
		paperless      bool
		stillAttention bool
	}{
		{"held for a person", "last_save_wins", "review", fmt.Sprintf(nicknamed, "Bob's"), fmt.Sprintf(nicknamed, "Ann's"), "held", care.CodeConflict, "Bob's", false, true},
		{"another field is no conflict", "last_save_wins", "review", fmt.Sprintf(nicknamed, "Bob's"), `{"account":"030000013","paperless":true}`, "applied", "", "Bob's", true, false},
		{"the same value is no conflict", "last_save_wins", "review", fmt.Sprintf(nicknamed, "Both's"), fmt.Sprintf(nicknamed, "Both's"), "applied", "", "Both's", false, false},
		{"the last save wins", "reject_stale", "last_save_wins", fmt.Sprintf(nicknamed, "Bob's"), fmt.Sprintf(nicknamed, "Ann's"), "applied", "", "Ann's", false, false},
		{"done with a warning", "reject_stale", "warn", fmt.Sprintf(nicknamed, "Bob's"), fmt.Sprintf(nicknamed, "Ann's"), "applied", care.CodeOverwrote, "Ann's", false, false},
		{"refused as stale", "last_save_wins", "reject_stale", fmt.Sprintf(nicknamed, "Bob's"), fmt.Sprintf(nicknamed, "Ann's"), "rejected", care.CodeStale, "Bob's", false, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.town()
			s.put(&care.PolicyEntry{Key: "conflict.online", Value: c.online}, &care.PolicyEntry{Key: "conflict.offline_late", Value: c.late})
			ann, bob := s.desk("CSR001"), s.desk("CSR002")
			s.stop()
			q := s.do(ann, "preferences.change", c.anns)
			note := s.do(ann, "note.write", `{"account":"030000013","text":"behind it"}`)
			s.start()
			s.do(bob, "preferences.change", c.bobs)
			s.sync(bob)
			s.sync(ann)
			got, err := ann.Answer(t.Context(), q.CommandID)
			if err != nil || got.State != c.state || got.Code != c.code {
				t.Errorf("it ended %+v, %v", got, err)
			}
			if behind, err := ann.Answer(t.Context(), note.CommandID); err != nil || behind.State != "applied" {
				t.Errorf("what came behind it ended %+v, %v", behind, err)
			}
			if a := s.show(ann, "030000013").Account; a.Nickname != c.nickname || a.Paperless != c.paperless {
				t.Errorf("the desk shows %q, paperless %t", a.Nickname, a.Paperless)
			}
			over, err := ann.Overwrote(t.Context())
			switch said := c.code == care.CodeOverwrote; {
			case err != nil || (len(over) == 1) != said:
				t.Errorf("done over somebody else's: %+v, %v", over, err)
			case said && (over[0].CommandID != q.CommandID || over[0].Account != "030000013" || over[0].Name != "José Müller" || over[0].Params["fields"] != "nickname"):
				t.Errorf("the window hears of %+v", over[0])
			}
			attention, err := ann.Attention(t.Context())
			if err != nil || (len(attention) == 1) != c.stillAttention {
				t.Fatalf("to decide: %+v, %v", attention, err)
			}
			if !c.stillAttention {
				return
			}
			e := attention[0]
			if e.Before["nickname"] != "" || e.After["nickname"] != "Ann's" || e.Theirs["nickname"] != "Bob's" {
				t.Errorf("it shows before %v, theirs %v, after %v", e.Before, e.Theirs, e.After)
			}
		})
	}
}

// A held change is made again on what stands now, or handed to a supervisor, who finds it as an open task with all three
// values. What is handed over leaves the list.
//
// Seen to fail when a repeated change is taken off the list and not made, and when the task forgets what stands.
func TestAHeldChangeIsRepeatedOrHandedOver(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob, sue := s.desk("CSR001"), s.desk("CSR002"), s.desk("SUP01")
	hold := func(anns, bobs string) string {
		s.sync(bob)
		s.stop()
		q := s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, anns))
		s.start()
		s.do(bob, "preferences.change", fmt.Sprintf(nicknamed, bobs))
		s.sync(bob)
		s.sync(ann)
		if a, err := ann.Answer(t.Context(), q.CommandID); err != nil || a.State != "held" {
			t.Fatalf("%+v, %v", a, err)
		}
		return q.CommandID
	}
	first := hold("Ann's", "Bob's")
	if _, err := ann.Repeat(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	s.sync(ann)
	if a := s.show(ann, "030000013").Account; a.Nickname != "Ann's" {
		t.Errorf("repeated, it is %q", a.Nickname)
	}
	second := hold("Ann's second", "Bob's second")
	if _, err := ann.HandOver(t.Context(), second); err != nil {
		t.Fatal(err)
	}
	s.sync(ann)
	s.sync(sue)
	if left, err := ann.Attention(t.Context()); err != nil || len(left) != 0 {
		t.Errorf("to decide: %+v, %v", left, err)
	}
	page, err := sue.Tasks(t.Context(), backend.TaskQuery{Statuses: []string{"open"}})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Sort != "change.review" || page.Rows[0].CSRID != "CSR001" {
		t.Fatalf("the supervisor finds %+v, %v", page.Rows, err)
	}
	var task care.Task
	if ok, err := records.Load(t.Context(), s.portal.Store.Reader(), &task, page.Rows[0].ID); err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, value := range []string{"Ann's second", "Bob's second", `"before":"Ann's"`} {
		if !strings.Contains(task.Detail, value) {
			t.Errorf("the task says nothing of %s: %s", value, task.Detail)
		}
	}
}

// A change that builds on another one of the same desk is held where that one was not done; what touches other fields is
// not. Each is based on the one before it, not on what the portal had.
//
// It was seen to fail when the portal passed over after.
func TestWhatBuildsOnARefusedChangeIsHeld(t *testing.T) {
	s := newStage(t)
	s.town()
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	s.stop()
	first := s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, "one"))
	second := s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, "two"))
	other := s.do(ann, "preferences.change", `{"account":"030000013","paperless":true}`)
	s.start()
	s.do(bob, "preferences.change", fmt.Sprintf(nicknamed, "Bob's"))
	s.sync(bob)
	s.sync(ann)
	for _, c := range []struct {
		id, state string
		code      care.Code
	}{{first.CommandID, "held", care.CodeConflict}, {second.CommandID, "held", care.CodeAfterRefused}, {other.CommandID, "applied", ""}} {
		if a, err := ann.Answer(t.Context(), c.id); err != nil || a.State != c.state || a.Code != c.code {
			t.Errorf("%+v, %v, want %s", a, err, c.state)
		}
	}
	s.stop()
	s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, "three"))
	last := s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, "four"))
	s.start()
	s.sync(ann)
	if a, err := ann.Answer(t.Context(), last.CommandID); err != nil || a.State != "applied" {
		t.Errorf("on one's own change: %+v, %v", a, err)
	}
}

// An unlock is judged when it arrives, by the portal's clock: one that waited too long lapses, and so does one whose moment
// the desk cannot vouch for, since its clock was moved after it was made. What does not expire is done all the same.
//
// It was seen to fail when the portal passed over the desk's word that it is not sure.
func TestAMovedClockVouchesForNothing(t *testing.T) {
	s := newStage(t)
	s.town()
	s.put(&care.WebUserLock{WebUserID: "W1", Lock: care.LockCSR, By: "CSR002"})
	ann := s.desk("CSR001")
	s.stop()
	unlock := s.do(ann, "web_user.unlock", `{"web_user_id":"W1"}`)
	note := s.do(ann, "note.write", `{"account":"030000013","text":"Asked for an unlock"}`)
	s.ahead.Store(int64(5 * time.Minute)) // as if the desk's clock had been put back by five minutes
	s.start()
	s.sync(ann)
	if a, err := ann.Answer(t.Context(), unlock.CommandID); err != nil || a.State != "lapsed" || a.Code != care.CodeLapsed {
		t.Errorf("the unlock ended %+v, %v", a, err)
	}
	if a, err := ann.Answer(t.Context(), note.CommandID); err != nil || a.State != "applied" {
		t.Errorf("the note ended %+v, %v", a, err)
	}
	again := s.do(ann, "web_user.unlock", `{"web_user_id":"W1"}`)
	s.sync(ann)
	if a, err := ann.Answer(t.Context(), again.CommandID); err != nil || a.State != "applied" {
		t.Errorf("made anew it ended %+v, %v", a, err)
	}
}

// Everything that is not decided can be taken along as JSON lines, with what it says and what it was based on.
//
// Seen to fail when only what needs attention is written.
func TestTheOutboxIsExported(t *testing.T) {
	s := newStage(t)
	s.town()
	ann := s.desk("CSR001")
	s.stop()
	s.do(ann, "note.write", `{"account":"030000013","text":"not lost"}`)
	s.do(ann, "preferences.change", fmt.Sprintf(nicknamed, "Camp"))
	file := filepath.Join(t.TempDir(), "outbox.jsonl")
	if n, err := ann.ExportOutboxTo(t.Context(), file); err != nil || n != 2 {
		t.Fatalf("%d, %v", n, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	for i, want := range []string{"not lost", "Camp"} {
		var e backend.Exported
		if err := json.Unmarshal([]byte(lines[i]), &e); err != nil || e.User != "CSR001" || e.Device == "" || !strings.Contains(string(e.Args), want) {
			t.Errorf("line %d is %s, %v", i, lines[i], err)
		}
	}
}
