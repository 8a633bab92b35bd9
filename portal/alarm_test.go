package portal

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
)

// alarms are the alarms there are: their kind, whom they are about and whether they are open.
func (r *recovering) alarms() []string {
	r.Helper()
	rows, err := r.Store.Reader().QueryContext(r.Context(), "SELECT kind, detail, status FROM tasks WHERE created_by = 'system' ORDER BY created_at, kind")
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var kind, detail, status string
		if err := rows.Scan(&kind, &detail, &status); err != nil {
			r.Fatal(err)
		}
		all = append(all, kind+" "+detail+" "+status)
	}
	if err := rows.Err(); err != nil {
		r.Fatal(err)
	}
	return all
}

func (r *recovering) wantAlarms(want ...string) {
	r.Helper()
	if got := r.alarms(); strings.Join(got, "; ") != strings.Join(want, "; ") {
		r.Errorf("alarms %q, want %q", got, want)
	}
}

// M13: many masquerades, many accounts opened without a contact and a customer of the CSR's own name or street each become one task,
// which somebody else who may review closes with a word, and nobody without one.
//
// Seen to fail where an alarm is completed without a word, and where the CSR whom it is about may close it.
func TestM13AlarmsAreTasksThatAreClosedWithAWord(t *testing.T) { onBothRecovering(t, alarmsAreTasks) }

func alarmsAreTasks(r *recovering) {
	write(r.T, r.Portal, &care.PolicyEntry{Key: "alarm.starts", Value: "2"}, &care.PolicyEntry{Key: "alarm.lookups", Value: "3"})
	start := func() {
		r.Helper()
		q := question(r.T, "masquerade.start", &care.StartMasquerade{WebUserID: "W1", Account: "030000013", Reason: "x", Acknowledged: true})
		grant, err := r.AskMasquerade(r.Context(), r.csr, q.Envelope, strings.Repeat("0", 64), "en")
		if err != nil {
			r.Fatal(err)
		}
		if err := r.EndMasquerade(r.Context(), r.csr, grant.SessionID, "closed"); err != nil {
			r.Fatal(err)
		}
	}
	start()
	start()
	r.wantAlarms()
	start()
	start() // is no news
	const starts = `alarm.starts {"csr_id":"CSR001","count":3} `
	r.wantAlarms(starts + "open")

	for range 3 {
		r.as("access.record", care.RecordAccess{Account: "030000013"}, "")
	}
	inContact := r.csr
	write(r.T, r.Portal, &care.Contact{ID: "C1", Account: "030000013", CSRID: "CSR001", Channel: "phone", OpenedAt: r.now.UnixMilli()})
	inContact.Contact = "C1"
	r.do(inContact, "access.record", care.RecordAccess{Account: "030000013"}, "")
	r.wantAlarms(starts + "open")
	r.now = r.now.Add(time.Minute)
	r.as("access.record", care.RecordAccess{Account: "030000013"}, "")
	const lookups = `alarm.lookups {"csr_id":"CSR001","count":4} `
	r.wantAlarms(starts+"open", lookups+"open")

	write(r.T, r.Portal, &care.Staff{ID: "CSR001", Name: "Grace MÜLLER", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true})
	r.now = r.now.Add(time.Minute)
	r.as("access.record", care.RecordAccess{Account: "030000013"}, "")
	r.as("access.record", care.RecordAccess{Account: "030000013"}, "")
	const ownName = `alarm.own_name {"csr_id":"CSR001"} `
	r.wantAlarms(starts+"open", lookups+"open", ownName+"open")

	// The street is where the CSR has an account, by a user name that is noted as theirs; the city's other streets are not.
	for i, street := range []string{"9 MAIN ST", "2172 MAINE ST"} {
		n := string(rune('1' + i))
		write(r.T, r.Portal, &care.Premise{ID: "PN" + n, DistrictID: "D01", Address1: street, City: "Barton"},
			&care.Account{Number: "03000009" + n, MainPersonID: "3", PremiseID: "PN" + n, DistrictID: "D01", Status: "active"},
			&care.WebUser{ID: "WN" + n, Username: "dan" + n, PersonID: "3", Enrolment: care.Enrolled},
			&care.WebUserAccount{WebUserID: "WN" + n, Account: "03000009" + n, Role: "owner"},
			&care.Staff{ID: "CSR00" + n + "N", Name: "Dan Roe", Role: care.RoleCSR, Districts: care.List{"all"}, Active: true, OwnUsers: care.List{"dan" + n}})
		neighbour := r.csr
		neighbour.ID, neighbour.Desk = "CSR00"+n+"N", ""
		r.do(neighbour, "access.record", care.RecordAccess{Account: "030000013"}, "")
		r.do(neighbour, "access.record", care.RecordAccess{Account: "030000013"}, "")
	}
	const ownStreet = `alarm.own_street {"csr_id":"CSR001N"} `
	r.wantAlarms(starts+"open", lookups+"open", ownName+"open", ownStreet+"open")

	var id string
	if err := r.Store.Reader().QueryRowContext(r.Context(), "SELECT task_id FROM tasks WHERE kind = 'alarm.starts'").Scan(&id); err != nil {
		r.Fatal(err)
	}
	super := at(care.RoleSupervisor, "SUP01", "d:D01")
	super.Desk = ""
	itself := super
	itself.ID = "CSR001" // became a supervisor meanwhile
	said := care.CompleteTask{TaskID: id, Account: "030000013", Words: "a training day"}
	r.as("task.complete", said, care.CodeSecondPerson)
	other := r.csr
	other.ID = "CSR002"
	r.do(other, "task.complete", said, care.CodeNoPermission)
	r.do(itself, "task.complete", said, care.CodeSecondPerson)
	r.do(itself, "task.cancel", care.CancelTask{TaskID: id, Account: "030000013", Words: "nothing"}, care.CodeSecondPerson)
	r.do(super, "task.complete", care.CompleteTask{TaskID: id, Account: "030000013"}, care.CodeMissing)
	r.do(super, "task.reject", care.RejectTask{TaskID: id, Account: "030000013", Words: " "}, care.CodeMissing)
	r.do(super, "task.complete", said, "")
	r.wantAlarms(starts+"complete", lookups+"open", ownName+"open", ownStreet+"open")
	if n := countOf(r.T, r.Portal, "SELECT count(*) FROM activities WHERE kind = 'task.complete' AND actor = 'SUP01' AND detail LIKE '%a training day%'"); n != 1 {
		r.Errorf("%d words on record", n)
	}
	r.now = r.now.Add(2 * time.Hour) // and then it is news again
	start()
	start()
	start()
	if got := r.alarms(); len(got) != 5 || !strings.HasPrefix(got[4], starts) {
		r.Errorf("alarms %q", got)
	}
}

// M13: accounts opened without a contact are counted over all nodes, and on where one is started again; in one transaction too, and
// each in the hour in which it was done.
//
// Seen to fail with what shares a transaction not counted, with a task that shares it not found, with those in contacts counted,
// and with those of later or of hours before.
func TestM13LookUpsAreCountedOverNodes(t *testing.T) { onBothRecovering(t, lookUpsOverNodes) }

func lookUpsOverNodes(r *recovering) {
	write(r.T, r.Portal, &care.PolicyEntry{Key: "alarm.lookups", Value: "3"}, &care.Contact{ID: "C1", Account: "030000013", CSRID: "CSR001", Channel: "phone", OpenedAt: 1})
	began := r.now
	open := func(at *Portal, when time.Time, contact string) *waiting {
		who := r.csr
		who.Contact = contact
		w := &waiting{ctx: r.Context(), actor: who, now: r.now, done: func(care.Verdict, error) {}, env: care.Envelope{
			ID: uuid.NewString(), Kind: "access.record", Version: care.CommandVersion, Args: []byte(`{"account":"030000013"}`), CreatedAt: when.UnixMilli(),
		}}
		w.read()
		if at == nil {
			return w
		}
		if v, err := at.Do(r.Context(), who, w.env); err != nil || v.Outcome != care.Applied {
			r.Errorf("%+v, %v", v, err)
		}
		return w
	}
	there := r.another()
	open(r.Portal, began, "")
	open(r.Portal, began, "")
	for range 4 {
		open(there, began, "C1")
	}
	open(there, began, "")
	r.wantAlarms()
	open(r.another(), began, "")
	const four = `alarm.lookups {"csr_id":"CSR001","count":4} open`
	r.wantAlarms(four)
	open(there, began, "") // is no news
	r.wantAlarms(four)

	r.now = began.Add(3 * time.Hour)
	for range 3 {
		open(there, r.now, "")
	}
	for range 3 { // a desk that was offline
		open(there, began.Add(90*time.Minute), "")
	}
	r.wantAlarms(four)
	r.now = r.now.Add(59 * time.Minute)
	together := []*waiting{open(nil, r.now, ""), open(nil, r.now, "")}
	if err := r.commits.together(together); err != nil {
		r.Fatal(err)
	}
	r.wantAlarms(four, four)

	r.now = r.now.Add(3 * time.Hour)
	together = nil
	for range 5 {
		together = append(together, open(nil, r.now, ""))
	}
	if err := there.commits.together(together); err != nil {
		r.Fatal(err)
	}
	r.wantAlarms(four, four, four)
}

// How many accounts were opened is read from an index that holds nothing else.
//
// Seen to fail with another kind in the index.
func TestLookUpsAreCountedByTheirIndex(t *testing.T) {
	onBothRecovering(t, func(r *recovering) {
		plan, err := r.planOf(lookups, "CSR001", 0, 1)
		if err != nil {
			r.Fatal(err)
		}
		if !strings.Contains(plan, "activities_looked_up") {
			r.Errorf("it goes by %s", plan)
		}
	})
}

// planOf is how the database would answer a statement, where few rows are no reason to read them all.
func (r *recovering) planOf(statement string, args ...any) (plan string, err error) {
	r.Helper()
	explain, column := "EXPLAIN QUERY PLAN ", 3
	_, err = r.Store.Update(r.Context(), r.system("plan"), func(tx *store.Tx) error {
		ctx := context.WithoutCancel(r.Context())
		if strings.HasPrefix(r.database, "postgres") {
			explain, column = "EXPLAIN ", 0
			if _, err := tx.Conn.ExecContext(ctx, "SET LOCAL enable_seqscan = off"); err != nil {
				return err
			}
		}
		rows, err := tx.Conn.QueryContext(ctx, explain+statement, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			words := make([]any, column+1)
			for i := range words {
				words[i] = new(string)
			}
			if err := rows.Scan(words...); err != nil {
				return err
			}
			plan += *words[column].(*string) + "; "
		}
		return rows.Err()
	})
	return plan, err
}
