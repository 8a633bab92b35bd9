package backend

import (
	"cmp"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"meterside/care"
	"meterside/records"
)

// replica is the file of a replica, empty.
func replica(t testing.TB) *sql.DB {
	t.Helper()
	db, err := records.OpenSQLite(filepath.Join(t.TempDir(), "replica.db"), records.Disposable)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := records.Migrate(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	if err := records.PrepareReplica(t.Context(), db.Write); err != nil {
		t.Fatal(err)
	}
	return db.Write
}

// R68: whatever is chosen, the pages hold just the tasks that fit, each once, the newest first, also where several were
// made in one moment and where a status is one that this program does not know.
func TestR68TheTaskQueryFindsWhatFits(t *testing.T) {
	db := replica(t)
	var all []care.Task
	for i := range 400 {
		task := care.Task{
			ID: fmt.Sprintf("T%03d", i*7%400), Sort: []string{"autopay.enrolled", "account.linked", "payment.submitted"}[i%3], Status: []string{"open", "in_progress", "complete", "rejected", "cancelled", "parked"}[i*i%6],
			Account: fmt.Sprintf("A%d", i%9), WebUserID: fmt.Sprintf("W%d", i%11), CreatedAt: int64(1 + i/5), CreatedBy: care.ByCustomer, Assignee: []string{"", "CSR001", "CSR002"}[i%3],
		}
		if i%4 == 0 {
			task.CreatedBy, task.CSRID = care.ByCSR, fmt.Sprintf("CSR%03d", 1+i%2)
		}
		if err := records.Store(t.Context(), db, &task); err != nil {
			t.Fatal(err)
		}
		all = append(all, task)
	}
	if err := records.Store(t.Context(), db, &care.WebUser{ID: "W3", Username: "jane", Enrolment: care.Enrolled}); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(all, func(a, b care.Task) int {
		return cmp.Or(cmp.Compare(b.CreatedAt, a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	rapid.Check(t, func(rt *rapid.T) {
		of := func(name string, values ...string) string {
			return rapid.SampledFrom(append(values, "")).Draw(rt, name)
		}
		q := TaskQuery{
			By: of("by", "csr", "customer"), CSR: of("csr", "CSR001"), Assignee: of("assignee", "CSR002"), Of: of("of", "CSR001"), Account: of("account", "A4"), WebUser: of("web user", "W3", "jane", "nobody"),
			Statuses: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"open", "in_progress", "rejected", "parked"}), 0, 3, rapid.ID).Draw(rt, "statuses"),
			Kinds:    rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"autopay.enrolled", "account.linked"}), 0, 2, rapid.ID).Draw(rt, "kinds"),
			From:     int64(rapid.IntRange(0, 90).Draw(rt, "from")), To: int64(rapid.IntRange(0, 90).Draw(rt, "to")),
			Limit: rapid.IntRange(1, 60).Draw(rt, "limit"), Offset: rapid.IntRange(0, 80).Draw(rt, "offset"),
		}
		var want []string
		for _, task := range all {
			if fits(q, task) {
				want = append(want, task.ID)
			}
		}
		found, err := findTasks(t.Context(), db, q)
		if err != nil {
			rt.Fatal(err)
		}
		if found.total != len(want) || found.more {
			rt.Fatalf("%d are counted, %d fit", found.total, len(want))
		}
		page := want[min(q.Offset, len(want)):min(q.Offset+q.Limit, len(want))]
		var got []string
		for _, task := range found.rows {
			got = append(got, task.ID)
		}
		if !slices.Equal(got, page) {
			rt.Fatalf("%+v gives %v, want %v", q, got, page)
		}
	})
}

// fits is the query's rule said plainly.
func fits(q TaskQuery, task care.Task) bool {
	user := q.WebUser
	if user == "jane" {
		user = "W3"
	}
	one := func(wanted, is string) bool { return wanted == "" || wanted == is }
	some := func(wanted []string, is string) bool { return len(wanted) == 0 || slices.Contains(wanted, is) }
	return one(q.By, string(task.CreatedBy)) && one(q.CSR, task.CSRID) && one(q.Assignee, task.Assignee) && (one(q.Of, task.CSRID) || one(q.Of, task.Assignee)) && one(q.Account, task.Account) &&
		one(user, task.WebUserID) && some(q.Statuses, task.Status) && some(q.Kinds, task.Sort) && task.CreatedAt >= q.From && (q.To == 0 || task.CreatedAt < q.To)
}

// R35: the payments of all accounts, by status, day and method, with what they come to.
func TestR35PaymentsOfAllAccountsAreAddedUp(t *testing.T) {
	db := replica(t)
	for i := range 90 {
		p := care.Payment{
			ID: fmt.Sprintf("Y%02d", i), Account: fmt.Sprintf("A%d", i%3), Status: []string{"scheduled", "posted", "returned"}[i%3], Method: []string{"bank", "card"}[i%2],
			AmountCents: int64(100 + i), EffectiveOn: fmt.Sprintf("2026-01-%02d", 1+i%30),
		}
		if err := records.Store(t.Context(), db, &p); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		q           PaymentQuery
		total       int
		cents       int64
		first, last string
	}{
		{PaymentQuery{}, 90, 90*100 + 89*90/2, "2026-01-30", "2026-01-14"},
		{PaymentQuery{Statuses: []string{"scheduled"}}, 30, 30*100 + 3*(29*30/2), "2026-01-28", "2026-01-01"},
		{PaymentQuery{Statuses: []string{"scheduled"}, Methods: []string{"bank"}, From: "2026-01-07", To: "2026-01-13"}, 6, 6*100 + 6 + 36 + 66 + 12 + 42 + 72, "2026-01-13", "2026-01-07"},
		{PaymentQuery{Account: "A0", Methods: []string{"card"}}, 15, 15*100 + 3*15*15, "2026-01-28", "2026-01-04"},
		{PaymentQuery{Account: "A9"}, 0, 0, "", ""},
	} {
		page, err := findPayments(t.Context(), db, c.q)
		if err != nil {
			t.Fatal(err)
		}
		if page.Total != c.total || page.AmountCents != c.cents {
			t.Errorf("%+v: %d payments of %d cents, want %d of %d", c.q, page.Total, page.AmountCents, c.total, c.cents)
		}
		if n := len(page.Rows); n != min(c.total, 50) || n > 0 && (page.Rows[0].EffectiveOn != c.first || page.Rows[n-1].EffectiveOn != c.last) {
			t.Errorf("%+v: %d rows from %+v", c.q, n, page.Rows)
		}
	}
}

// BenchmarkTasks reads pages of the task query over a million tasks, and of the payments of all accounts over a million.
func BenchmarkTasks(b *testing.B) {
	db := replica(b)
	const million = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) `
	for _, fill := range []string{
		million + `INSERT INTO tasks (task_id, kind, status, account_number, web_user_id, created_at, created_by, origin, csr_id, web_user_name, email, ip, session_id, offline, detail, assignee, rv, scopes)
			SELECT printf('T%09d', i), 'kind.' || (i * 7919 % 14), CASE i * 31 % 11 WHEN 0 THEN 'open' WHEN 1 THEN 'open' WHEN 2 THEN 'in_progress' WHEN 3 THEN 'rejected' WHEN 4 THEN 'cancelled' ELSE 'complete' END,
				printf('%09d', i % 200000), printf('W%08d', i % 150000), 1700000000000 + i * 30000, CASE i % 3 WHEN 0 THEN 'csr' ELSE 'customer' END, 'portal',
				CASE i % 3 WHEN 0 THEN printf('CSR%03d', i % 400) ELSE '' END, 'jane.doe', 'jane.doe@example.com', '203.0.113.9', '', 0, '{"autopay": {"before": false, "after": true}}',
				CASE i % 50 WHEN 0 THEN printf('CSR%03d', i % 400) ELSE '' END, i, 'd:D01' FROM n`,
		million + `INSERT INTO payments (payment_id, account_number, status, amount_cents, method, created_at, effective_on, rv, scopes)
			SELECT printf('Y%09d', i), printf('%09d', i % 100000), CASE i % 12 WHEN 0 THEN 'scheduled' WHEN 1 THEN 'pending' ELSE 'posted' END, 5000 + i % 9000, CASE i % 3 WHEN 0 THEN 'bank' ELSE 'card' END,
				1700000000000 + i * 30000, date(1700000000 + i * 30, 'unixepoch'), i, 'd:D01' FROM n`,
	} {
		if _, err := db.ExecContext(b.Context(), fill); err != nil {
			b.Fatal(err)
		}
	}
	const late = 1700000000000 + 990000*30000
	for name, q := range map[string]TaskQuery{
		"all": {}, "open": {Statuses: []string{"open", "in_progress"}}, "by CSRs": {By: "csr"}, "one CSR's": {CSR: "CSR006"}, "mine": {Assignee: "CSR050"}, "made or to do": {Of: "CSR050"},
		"a kind": {Kinds: []string{"kind.3"}}, "nothing": {Kinds: []string{"none"}}, "days": {From: late, To: late + 86400000}, "an account": {Account: "000000012"}, "a web user": {WebUser: "W00000012"},
		"the last page": {Offset: counted - 50},
	} {
		q.Limit = 50
		b.Run("tasks/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := findTasks(b.Context(), db, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for name, q := range map[string]PaymentQuery{
		"all": {}, "scheduled": {Statuses: []string{"scheduled"}}, "a week": {From: "2024-03-01", To: "2024-03-07"}, "by bank": {Methods: []string{"bank"}}, "an account": {Account: "000000012"},
	} {
		b.Run("payments/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := findPayments(b.Context(), db, q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
