package importer

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

func TestImportBringsEveryRowAndExportGivesItBack(t *testing.T) {
	dir, counts := smallTown(t)
	one := newOffice(t)
	rung, stop := one.Bus.Listen()
	defer stop()
	report := one.imports(dir)
	select {
	case <-rung:
	default:
		t.Error("nobody was told")
	}
	for file, want := range counts.Files {
		if got := report.Files[file]; *got != (Tally{Read: want, Added: want}) {
			t.Errorf("%s: %+v, want %d added", file, *got, want)
		}
	}
	out := one.exports()
	for _, table := range Tables {
		if got, want := sorted(t, out, table.File), sorted(t, dir, table.File); !reflect.DeepEqual(got, want) {
			t.Errorf("%s did not come back as it went in: %d rows, want %d", table.File, len(got), len(want))
		}
	}
	other := newOffice(t)
	other.imports(out)
	sameFiles(t, out, other.exports())
}

func TestImportingTheSameAgainChangesNothing(t *testing.T) {
	dir, counts := smallTown(t)
	o := newOffice(t)
	o.imports(dir)
	head := o.head()
	for name, again := range map[string]string{"the same export": dir, "the portal's own export": o.exports()} {
		report := o.imports(again)
		for file, want := range counts.Files {
			if got := report.Files[file]; *got != (Tally{Read: want, Unchanged: want}) {
				t.Errorf("%s, %s: %+v, want %d unchanged", name, file, *got, want)
			}
		}
		if now := o.head(); now != head {
			t.Errorf("%s moved the clock from %d to %d", name, head, now)
		}
	}
	if n := o.number("SELECT count(*) FROM activities WHERE kind = $1", runKind); n != 1 {
		t.Errorf("%d activities of imports, want one for the one that changed something", n)
	}
}

func TestFreshImportLeavesTheIndexAsCommandsWould(t *testing.T) {
	dir, _ := smallTown(t)
	o := newOffice(t)
	o.imports(dir)
	if n := o.number("SELECT count(*) FROM sync_change WHERE body IS NULL"); n != 0 {
		t.Errorf("%d deletions in the change index", n)
	}
	if n := o.number("SELECT count(*) FROM sync_change WHERE seq > (SELECT seq FROM sync_clock)"); n != 0 {
		t.Errorf("%d lines above the clock", n)
	}
	// Every record's line must be what the record says of itself, and no record may lack one.
	ctx := context.Background()
	expected := 0
	o.writes(func(tx *store.Tx) error {
		for _, kind := range care.Kinds() {
			all, err := records.LoadAll(ctx, tx.Conn, kind, "")
			if err != nil {
				return err
			}
			for _, rec := range all {
				if err := checkLines(ctx, t, tx, rec); err != nil {
					return err
				}
				expected += len(rec.RecordMeta().Scopes)
			}
		}
		return nil
	})
	if n := o.number("SELECT count(*) FROM sync_change"); n != expected {
		t.Errorf("%d lines in the change index, want %d", n, expected)
	}
	for _, kind := range []care.Kind{care.KindBill, care.KindActivity} {
		table := records.Table(kind)
		if o.number("SELECT count(*) FROM "+table+" WHERE scopes = ''") == 0 || o.number("SELECT count(*) FROM "+table+" WHERE scopes <> ''") == 0 {
			t.Errorf("%s are not told apart by their age", table)
		}
	}
	if n := o.number("SELECT count(*) FROM persons WHERE scopes LIKE '%;%'"); n == 0 {
		t.Error("nobody stands in two districts, so this test shows less than it should")
	}
}

func checkLines(ctx context.Context, t *testing.T, tx *store.Tx, rec care.Record) error {
	t.Helper()
	have := rec.RecordMeta()
	scopes, err := care.Scopes(tx, rec)
	if err != nil {
		return err
	}
	if !slices.Equal(scopes, have.Scopes) {
		t.Errorf("%s %s stands in %v, want %v", records.Name(rec.RecordKind()), rec.RecordID(), have.Scopes, scopes)
	}
	body, err := records.Encode(rec)
	if err != nil {
		return err
	}
	for _, scope := range scopes {
		var seq int64
		var stored []byte
		err := tx.Conn.QueryRowContext(ctx, "SELECT seq, body FROM sync_change WHERE kind = $1 AND id = $2 AND scope = $3", rec.RecordKind(), rec.RecordID(), scope).Scan(&seq, &stored)
		if err != nil || seq != have.RV || string(stored) != string(body) {
			t.Errorf("%s %s in %s: number %d, want %d; same row: %t; error %v", records.Name(rec.RecordKind()), rec.RecordID(), scope, seq, have.RV, string(stored) == string(body), err)
		}
	}
	return nil
}

func TestOneChangedRowIsOneChange(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	o.imports(dir)
	head := o.head()
	account := counts.Guide.Enrolled.Account
	edit(t, dir, "accounts.csv", "billing_address", "PO BOX 7, NOWHERE", account)
	report := o.imports(dir)
	if got := report.Files["accounts.csv"]; got.Changed != 1 || got.Unchanged != counts.Files["accounts.csv"]-1 {
		t.Errorf("accounts: %+v", *got)
	}
	if n := o.number("SELECT count(*) FROM sync_change WHERE seq > $1 AND kind <> $2", head, care.KindActivity); n != 1 {
		t.Errorf("%d rows changed, want the one", n)
	}
	if got := get[care.Account](o, account); got.BillingAddress != "PO BOX 7, NOWHERE" || got.RV != head+1 {
		t.Errorf("the account is %+v", got)
	}
}

func TestWhatWasChangedHereIsKept(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	o.imports(dir)
	number := counts.Guide.Enrolled.Account
	before := get[care.Account](o, number)
	o.writes(func(tx *store.Tx) error {
		after := before
		after.Paperless = !before.Paperless
		return tx.Put(&after)
	})
	head := o.head()

	// The export says what it said before: nothing to do.
	if report := o.imports(dir); report.Files["accounts.csv"].Unchanged != counts.Files["accounts.csv"] || o.head() != head {
		t.Errorf("the same export again: %+v, clock from %d to %d", *report.Files["accounts.csv"], head, o.head())
	}

	// It brings something else for the same column: ours is kept, and what nobody changed here is written.
	edit(t, dir, "accounts.csv", "autopay", bitText(!before.AutoPay), number)
	edit(t, dir, "accounts.csv", "nickname", "Cabin", number)
	o.writes(func(tx *store.Tx) error {
		after := get[care.Account](o, number)
		after.Nickname = "Ours"
		return tx.Put(&after)
	})
	report := o.imports(dir)
	if got := report.Files["accounts.csv"]; got.Kept != 1 || got.Changed != 0 {
		t.Errorf("accounts: %+v, want one kept", *got)
	}
	got := get[care.Account](o, number)
	if got.Nickname != "Ours" || got.AutoPay == before.AutoPay || got.Paperless == before.Paperless {
		t.Errorf("the account is %+v", got)
	}
	head = o.head()
	if report := o.imports(dir); report.Files["accounts.csv"].Kept != 0 || o.head() != head {
		t.Errorf("the same once more: %+v, clock from %d to %d", *report.Files["accounts.csv"], head, o.head())
	}
}

func bitText(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func TestLocksAndLogonsFollowTheExportUntilTheyAreChangedHere(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	o.imports(dir)
	locked, free := counts.Guide.Locked.ID, counts.Guide.Enrolled.ID
	edit(t, dir, "web_users.csv", "locks", "", locked)
	edit(t, dir, "web_users.csv", "locks", "permanent;password", free)
	edit(t, dir, "web_users.csv", "failed_attempts", "7", free)
	if got := o.imports(dir).Files["web_users.csv"]; got.Changed != 2 {
		t.Errorf("web users: %+v, want two changed", *got)
	}
	if n := o.number("SELECT count(*) FROM web_user_locks WHERE web_user_id = $1", locked); n != 0 {
		t.Error("the lock that the export lifted is still there")
	}
	if n := o.number("SELECT count(*) FROM sync_change WHERE kind = $1 AND id = $2 AND body IS NULL", care.KindWebUserLock, care.ID(locked, "csr")); n != 1 {
		t.Error("no desk is told that the lock is gone")
	}
	if n := o.number("SELECT failed_attempts FROM web_user_secret WHERE web_user_id = $1", free); n != 7 {
		t.Errorf("%d failed sign-ins, want 7", n)
	}
	// Somebody unlocks here; the export, which still says what it said, does not lock again.
	o.writes(func(tx *store.Tx) error {
		return tx.Delete(&care.WebUserLock{WebUserID: free, Lock: care.LockPermanent})
	})
	o.imports(dir)
	if n := o.number("SELECT count(*) FROM web_user_locks WHERE web_user_id = $1", free); n != 1 {
		t.Errorf("%d locks, want the password lock alone", n)
	}
}

func TestWhatTheFilesDoNotTellStays(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	o.imports(dir)
	account := counts.Guide.Enrolled.Account
	o.writes(func(tx *store.Tx) error {
		made := []care.Record{
			&care.Task{ID: "T-here", Sort: "paperless.enrolled", Status: "open", Account: account, CreatedAt: today.UnixMilli() - 1, CreatedBy: care.ByCSR, Origin: care.OriginDesk, CSRID: "CSR001", IP: "10.0.0.1", Offline: true, Detail: `{"a":1}`},
			&care.Activity{ID: "A-here", Account: account, At: today.UnixMilli() - 1, Sort: "masquerade.requested", Actor: "CSR001", ActorKind: care.ByCSR, IP: "10.0.0.1", Desk: "d1"},
		}
		for _, rec := range made {
			if err := tx.Put(rec); err != nil {
				return err
			}
		}
		return nil
	})
	head := o.head()
	out := o.exports()
	if report := o.imports(out); report.Files["tasks.csv"].Unchanged != counts.Files["tasks.csv"]+1 || o.head() != head {
		t.Errorf("its own export: %+v, clock from %d to %d", *report.Files["tasks.csv"], head, o.head())
	}
	edit(t, out, "tasks.csv", "status", "complete", "T-here")
	o.imports(out)
	task := get[care.Task](o, "T-here")
	if task.Status != "complete" || !task.Offline || task.Detail != `{"a":1}` || task.Origin != care.OriginDesk {
		t.Errorf("the task is %+v", task)
	}
	if a := get[care.Activity](o, "A-here"); a.IP != "10.0.0.1" || a.Desk != "d1" {
		t.Errorf("the activity is %+v", a)
	}
}

func TestDryRunWritesNothing(t *testing.T) {
	dir, counts := townOf(t, 100, 2)
	o := newOffice(t)
	report, err := Import(context.Background(), o.Portal, dir, Options{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := report.Files[billsFile]; got.Added != counts.Files[billsFile] {
		t.Errorf("bills: %+v", *got)
	}
	if o.head() != 0 || o.number("SELECT count(*) FROM districts") != 0 {
		t.Error("a dry run wrote something")
	}
}
