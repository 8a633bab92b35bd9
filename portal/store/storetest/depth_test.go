package storetest

import (
	"fmt"
	"testing"

	"meterside/care"
	"meterside/records"
)

// What grows older than the policy's depth leaves the desks as a change like any other; a deeper policy brings it back, and
// what is done already is not done again.
//
// Before it is done, TryDepth says how many rows will move, in the account's district and beside all of them.
//
// It fails when SettleDepth passes over dates, when it looks for rows that stand nowhere no more, and when TryDepth counts a
// date on the border among those that come.
func TestRowsPastTheDepthLeaveAndComeBack(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		ctx := t.Context()
		s := open(t, database, deaf)
		put(t, s, &care.District{ID: "D01"}, &care.Premise{ID: "P", DistrictID: "D01"}, &care.Person{ID: "1"},
			&care.Account{Number: "A", DistrictID: "D01", PremiseID: "P", MainPersonID: "1"})
		month := func(back int) string { return noon.AddDate(0, -back, 0).Format("2006-01-02") }
		for back := range 13 {
			put(t, s,
				&care.Bill{ID: fmt.Sprint("B", back), Account: "A", PeriodEnd: month(back)},
				&care.Adjustment{ID: fmt.Sprint("J", back), Account: "A", On: month(back)},
				&care.Payment{ID: fmt.Sprint("Y", back), Account: "A", Status: "posted", CreatedAt: noon.AddDate(0, -back, 0).UnixMilli()},
				&care.Usage{Account: "A", Service: "electric", From: month(back + 1), To: month(back)},
				&care.Activity{ID: fmt.Sprint("V", back), Account: "A", At: noon.AddDate(0, 0, -7*back).UnixMilli(), Sort: "signed_in", Actor: "a", ActorKind: care.ByCustomer},
				&care.Activity{ID: fmt.Sprint("W", back), At: noon.AddDate(0, 0, -7*back).UnixMilli(), Sort: "signed_in", Actor: "a", ActorKind: care.ByCustomer},
			)
		}
		standing := func() (n int) {
			t.Helper()
			if err := s.Reader().QueryRowContext(ctx, "SELECT count(*) FROM sync_change WHERE body IS NOT NULL AND kind BETWEEN $1 AND $2",
				int64(care.KindBill), int64(care.KindNotification)).Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		settle := func(months int, want, stand int) {
			t.Helper()
			later := noon.AddDate(0, months, 0)
			policy, err := records.LoadPolicy(ctx, s.Reader())
			if err != nil {
				t.Fatal(err)
			}
			tried, err := s.TryDepth(ctx, policy, later)
			if moved := tried["D01"].Leaves + tried["D01"].Comes + tried[""].Leaves + tried[""].Comes; err != nil || moved != want {
				t.Errorf("after %d months %d rows are said to move, want %d; %v", months, moved, want, err)
			}
			if n, err := s.SettleDepth(ctx, system, later); err != nil || n != want || standing() != stand {
				t.Errorf("after %d months %d rows changed, want %d; %d stand, want %d; %v", months, n, want, standing(), stand, err)
			}
			head, _ := s.Head(ctx)
			if n, err := s.SettleDepth(ctx, system, later); err != nil || n != 0 {
				t.Errorf("once more: %d rows changed, %v", n, err)
			}
			if again, _ := s.Head(ctx); again != head {
				t.Errorf("to find nothing moved the clock from %d to %d", head, again)
			}
		}
		settle(0, 0, 6*13)
		settle(2, 7+16, 45+10) // 13 months of depth: a date is over at its midnight, half a day before the hour of the payments; 90 days of activity
		settle(12, 40+10, 5)
		put(t, s, &care.PolicyEntry{Key: "replica.bills", Value: "20"}, &care.PolicyEntry{Key: "replica.activity", Value: "400"})
		settle(12, 28+12, 33+12)
		if all, err := s.Examine(ctx); err != nil || all[len(all)-1].Count > 0 {
			t.Errorf("the digests: %v, %v", all[len(all)-1], err)
		}
	})
}
