package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/backend"
	"meterside/backend/masquerade"
	"meterside/care"
	"meterside/care/given"
	"meterside/records"
)

// naughtyStrings are the strings of the big list, where the data stands beside the project.
func naughtyStrings(t *testing.T) []string {
	t.Helper()
	return append(given.NaughtyStrings(t), "=1+1", "+1", "-1", "@SUM(A1)", "a\tb", "a\r\nb", "\"", "'", "<b>x</b>", "a\x00b", strings.Repeat("\u0301", 300), "\u202eabc")
}

// endsInNumber finds what numbered made at the end of an identifier, and nothing in the random ones: one in four thousand of those
// ends in nine letters that begin as a number of the town does.
var endsInNumber = regexp.MustCompile(`04000\d{4}$`)

// textsByNumber are all texts in some values, by the number of the account that they are about, which stands at the end of
// one of them. What is written as JSON within a text is read, too.
func textsByNumber[T any](t *testing.T, all map[string][]string, values ...T) {
	t.Helper()
	for _, v := range values {
		b, err := json.Marshal(v)
		check(t, err)
		var texts []string
		walk(b, &texts)
		for _, text := range texts {
			if n := endsInNumber.FindString(text); n != "" {
				all[n] = append(all[n], texts...)
				break
			}
		}
	}
}

// walk adds every text of a JSON value.
func walk(b []byte, texts *[]string) {
	var v any
	if json.Unmarshal(b, &v) != nil {
		return
	}
	var each func(any)
	each = func(v any) {
		switch v := v.(type) {
		case string:
			*texts = append(*texts, v)
			if strings.HasPrefix(v, "{") || strings.HasPrefix(v, "[") {
				walk([]byte(v), texts)
			}
		case []any:
			for _, one := range v {
				each(one)
			}
		case map[string]any:
			for _, one := range v {
				each(one)
			}
		}
	}
	each(v)
}

// TestNaughtyStringsPassUnchangedOrAreRefused types each string of the big list into each free text of each command, by itself or
// among others (see typed), and reads it at the portal and at another desk: it is what was typed, or the desk refused it with a
// word for it. What is written as CSV has as many cells as it should, and none that a spreadsheet would calculate.
func TestNaughtyStringsPassUnchangedOrAreRefused(t *testing.T) {
	all := naughtyStrings(t)
	s := newStage(t)
	s.town()
	s.naughtyTown(all)
	ann, bob := s.desk("CSR001"), s.desk("CSR002")
	took := make([]map[string]string, len(freeTexts))
	connected := false
	for i, f := range freeTexts {
		if (f.live || f.asked) && !connected {
			s.sync(ann)
			ann.Connect()
			connected = true
			untilWithin(t, 5*time.Minute, "the desk to be live, with nothing on its way that could lapse", func() bool {
				st, err := ann.Status(t.Context())
				return err == nil && st.Phase == "live" && st.Unsent == 0
			})
		}
		took[i] = map[string]string{}
		tried, refused := 0, map[care.Code]int{}
		for _, typed := range f.typed(i, all) {
			if tried%100 == 99 && !connected {
				s.sync(ann) // so that no sync has all of them to bring in its time
			}
			if f.asked {
				s.ahead.Add(int64(time.Second)) // the portal answers each CSR so many questions in a time
			}
			tried++
			text := typed.text
			err := s.typeInto(ann, f, numbered(typed.at), text)
			switch code := care.CodeOf(err); {
			case err == nil:
				took[i][numbered(typed.at)] = text
			case code == "" || code == care.CodeFault:
				t.Errorf("%s of %s of %.40q: %v", f.field, f.kind, text, err)
			default:
				refused[code]++
			}
		}
		t.Logf("%s of %s: %d of %d were taken, refused with %v", f.field, f.kind, len(took[i]), tried, refused)
		if len(took[i]) < tried/3 && !f.mostRefused {
			t.Errorf("%s of %s: only %d of %d were taken", f.field, f.kind, len(took[i]), tried)
		}
	}
	untilWithin(t, 10*time.Minute, "everything to be sent", func() bool { st, err := ann.Status(t.Context()); return err == nil && st.Unsent == 0 })
	if wrong, err := ann.Attention(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the portal refused %d, the first %+v, %v", len(wrong), wrong[:min(1, len(wrong))], err)
	}
	s.sync(bob)
	atPortal, atDesk := map[string][]string{}, map[string][]string{}
	for _, k := range care.Kinds() {
		found, err := records.LoadAll(t.Context(), s.portal.Store.Reader(), k, "")
		check(t, err)
		textsByNumber(t, atPortal, found...)
	}
	for at := range all {
		textsByNumber(t, atDesk, seen(t, bob, numbered(at)))
	}
	textsByNumber(t, atDesk, s.show(bob, "030000013").WebUsers...) // what was said of a link stands at the account that was added
	for i, f := range freeTexts {
		for where, got := range map[string]map[string][]string{"the portal": atPortal, "another desk": atDesk} {
			wrong := 0
			for n, text := range took[i] {
				if !slices.Contains(got[n], text) && !slices.Contains(got[n], strings.TrimSpace(text)) {
					if wrong++; wrong < 3 {
						t.Errorf("%s of %s at %s: %.60q is not there", f.field, f.kind, where, text)
					}
				}
			}
			if wrong > 0 {
				t.Errorf("%s of %s at %s: %d are not there", f.field, f.kind, where, wrong)
			}
		}
	}
	for _, table := range []string{"tasks", "activity", "payments"} {
		for at := range all {
			var out bytes.Buffer
			n, err := bob.ExportTable(t.Context(), backend.Table{Name: table, Account: numbered(at), Language: "es"}, &out)
			check(t, err)
			lines, err := csv.NewReader(&out).ReadAll()
			if err != nil || len(lines) != n+1 {
				t.Fatalf("%s of %.40q: %d lines for %d rows, %v", table, all[at], len(lines), n, err)
			}
			var texts []string
			for _, cell := range slices.Concat(lines...) {
				if cell != "" && strings.ContainsAny(cell[:1], "=+@\t\r") {
					t.Errorf("%s of %.40q: a spreadsheet would calculate %.60q", table, all[at], cell)
				}
				walk([]byte(cell), &texts)
			}
			// The log holds what was said of a lock, as it was said.
			if said, took := took[lockWords][numbered(at)]; table == "activity" && took && !slices.Contains(texts, said) {
				t.Errorf("%.40q is not in the file of the log", said)
			}
		}
	}
}

// lockWords is where the words of a lock stand among the free texts.
var lockWords = slices.IndexFunc(freeTexts, func(f freeText) bool { return f.kind == "web_user.lock" })

// typeInto does with a text what the window does.
func (s *stage) typeInto(b *backend.Backend, f freeText, n, text string) error {
	s.t.Helper()
	all := f.args(n)
	all[f.field] = text
	args, err := json.Marshal(all)
	check(s.t, err)
	cmd, err := care.Decode(f.kind, args)
	if err != nil {
		return err
	}
	switch cmd := cmd.(type) {
	case *care.CancelPayment:
		_, err = b.CancelPayment(s.t.Context(), *cmd)
	case *care.StartMasquerade:
		var opened masquerade.Greeting
		if opened, err = b.AskMasquerade(s.t.Context(), *cmd, "en", ""); err == nil {
			err = s.portal.EndMasquerade(s.t.Context(), csr(""), opened.SessionID, "closed")
		}
	case *care.CloseContact:
		_, err = b.CloseContact(s.t.Context(), *cmd)
	default:
		_, err = b.Do(s.t.Context(), cmd)
	}
	return err
}

// seen is what the window shows of an account.
func seen(t *testing.T, b *backend.Backend, n string) map[string]any {
	t.Helper()
	console, err := b.Show(t.Context(), n)
	check(t, err)
	log, err := b.ActivityOf(t.Context(), backend.ActivityQuery{Account: n, All: true})
	check(t, err)
	contacts, err := b.ContactsOf(t.Context(), n)
	check(t, err)
	tasks, err := b.Tasks(t.Context(), backend.TaskQuery{Account: n})
	check(t, err)
	whole := make([]backend.TaskView, len(tasks.Rows))
	for i, task := range tasks.Rows {
		whole[i], err = b.Task(t.Context(), task.ID)
		check(t, err)
	}
	return map[string]any{"": n, "console": console, "log": log, "contacts": contacts, "tasks": whole}
}
