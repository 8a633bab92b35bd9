package e2e

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"meterside/backend"
	"meterside/backend/keyring"
	"meterside/care"
	"meterside/records"
)

// importWhileServing changes one row of the export and imports it beside the portal that serves.
func importWhileServing(t *testing.T, u *utility, e *export, s station) {
	secrets := &keyring.File{Path: u.secrets()}
	desk, err := backend.Open(t.Context(), backend.Options{Profile: s.profile, Secrets: secrets, Log: slog.New(slog.DiscardHandler)})
	check(t, err)
	defer func() { check(t, desk.Close()) }()
	desk.Connect()
	until(t, "the connection", func() bool {
		status, err := desk.Status(t.Context())
		return err == nil && status.Phase == "live"
	})
	account := e.rows(t, "accounts.csv")[600]["account_number"]
	var want int64
	e.edit(t, "accounts.csv", func(_ int, line, header []string) {
		if line[0] == account {
			at := slices.Index(header, "balance_cents")
			old, err := strconv.ParseInt(line[at], 10, 64)
			check(t, err)
			want = old + 12345
			line[at] = strconv.FormatInt(want, 10)
		}
	})
	for file, tally := range u.imports(t, e.dir, 0).Files {
		changed := 0
		if file == "accounts.csv" {
			changed = 1
		}
		if tally.Changed != changed || tally.Added+tally.Kept != 0 {
			t.Errorf("%s: %+v", file, tally)
		}
	}
	imported := time.Now()
	until(t, "the import's change at the desk", func() bool {
		c, err := desk.Show(t.Context(), account)
		return err == nil && c.Account.BalanceCents == want
	})
	if took := time.Since(imported); took > 5*time.Second {
		t.Errorf("the change took %v to the desk", took)
	}
}

// sentTwice lets a desk hand in its commands, forget that it did, as after a power cut, and hand them in again.
func sentTwice(t *testing.T, e *export, s station) {
	user, account := e.calm(t)
	var said struct{ State string }
	s.ask(t, &said, "do", "note.write", `{"account":"`+account+`","text":"Once is enough"}`)
	s.ask(t, &said, "do", "web_user.lock", `{"web_user_id":"`+user+`","account":"`+account+`","reason":"misuse"}`)
	if said.State != "queued" {
		t.Errorf("before it is sent, the lock is %s", said.State)
	}
	saved := filepath.Join(t.TempDir(), "desk")
	check(t, os.CopyFS(saved, os.DirFS(s.profile)))
	s.sync(t)
	first := s.utility.contents(t)
	check(t, os.RemoveAll(s.profile))
	check(t, os.CopyFS(s.profile, os.DirFS(saved)))
	s.sync(t)
	again := s.utility.contents(t)
	delete(first, "clock") // the desk gives its commands other numbers, and is told once more what became of them
	delete(again, "clock")
	if d := cmp.Diff(first, again); d != "" {
		t.Errorf("the second time the portal changed:\n%s", d)
	}
	var attention, waiting []struct{ Kind, State, Code string }
	s.ask(t, &attention, "attention")
	s.ask(t, &waiting, "outbox")
	if len(attention)+len(waiting) != 0 {
		t.Errorf("attention %v, outbox %v", attention, waiting)
	}
	var c backend.Console
	s.ask(t, &c, "show", account)
	if len(c.Notes) != 1 || c.Notes[0].Pending || len(c.WebUsers) != 1 || len(c.WebUsers[0].Locks) != 1 || c.WebUsers[0].Locks[0].Pending {
		t.Errorf("notes %+v, web users %+v", c.Notes, c.WebUsers)
	}
}

// sameRows wants a desk to hold exactly the portal's rows of its scopes, value by value.
func sameRows(t *testing.T, u *utility, s station, scopes string) {
	t.Helper()
	conn, err := u.store(t).Read.Conn(t.Context())
	check(t, err)
	defer func() { _ = conn.Close() }()
	_, err = conn.ExecContext(t.Context(), "ATTACH $1 AS desk", s.replica(t))
	check(t, err)
	rows := 0
	for _, kind := range care.Kinds() {
		table := records.Table(kind)
		var here, missing, extra int
		var columns string // the desk's: the portal's tables have rules of their own beside
		check(t, conn.QueryRowContext(t.Context(), "SELECT group_concat(name) FROM pragma_table_info($1, 'desk')", table).Scan(&columns))
		query := fmt.Sprintf(`SELECT (SELECT count(*) FROM desk.%[1]s), (SELECT count(*) FROM (SELECT %[3]s FROM main.%[1]s WHERE %[2]s EXCEPT SELECT %[3]s FROM desk.%[1]s)),
			(SELECT count(*) FROM (SELECT %[3]s FROM desk.%[1]s EXCEPT SELECT %[3]s FROM main.%[1]s WHERE %[2]s))`, table, scopes, columns)
		check(t, conn.QueryRowContext(t.Context(), query).Scan(&here, &missing, &extra))
		if missing+extra != 0 {
			t.Errorf("%s: of %d rows at %s, %d of the portal's are missing or other, %d are not the portal's", table, here, filepath.Base(s.profile), missing, extra)
		}
		rows += here
	}
	if rows < 5000 {
		t.Errorf("only %d rows were compared", rows)
	}
	_, err = conn.ExecContext(t.Context(), "DETACH desk")
	check(t, err)
}

// attribution compares the supervisor's list of tasks, read without the network, with the export's, field by field.
func attribution(t *testing.T, e *export, s station) {
	type task struct {
		ID                string  `json:"task_id"`
		Kind              string  `json:"kind"`
		Status            string  `json:"status"`
		Account           string  `json:"account_number"`
		CreatedAt         int64   `json:"created_at"`
		CreatedBy         string  `json:"created_by"`
		WebUserID         string  `json:"web_user_id"`
		Email             *string `json:"email"`
		IP                string  `json:"ip"`
		SelfServiceUserID string  `json:"self_service_user_id"`
	}
	want, byCSR := []task{}, 0
	for _, r := range e.rows(t, "tasks.csv") {
		w := task{r["task_id"], r["kind"], r["status"], r["account_number"], instant(t, r["created_at"]), r["created_by"], r["web_user_name"], nil, r["ip"], r["web_user_id"]}
		if w.CreatedBy == "csr" {
			w.WebUserID = r["csr_id"]
			byCSR++
		} else {
			email := r["email"]
			w.Email = &email
		}
		want = append(want, w)
	}
	var status struct{ Online bool }
	s.ask(t, &status, "status")
	if status.Online {
		t.Fatal("the portal is still there")
	}
	var got, ours []task
	s.ask(t, &got, "tasks")
	if d := cmp.Diff(want, got, cmpopts.SortSlices(func(a, b task) bool { return a.ID < b.ID })); d != "" {
		t.Errorf("tasks:\n%s", d)
	}
	s.ask(t, &ours, "tasks", "--by", "csr")
	if len(ours) != byCSR || byCSR != e.answers(t).counts["tasks_by_csr"] || byCSR == 0 {
		t.Errorf("%d tasks by CSRs, want %d", len(ours), byCSR)
	}
}
