package portal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// Two nodes that find the same letters to write at once write each of them once.
func TestTwoNodesWriteALetterOnce(t *testing.T) {
	onBothRecovering(t, func(r *recovering) {
		ctx := r.Context()
		today := r.local(ctx, r.now).Format(time.DateOnly)
		if _, err := r.WriteBillLetters(ctx); err != nil {
			r.Fatal(err)
		}
		write(r.T, r.Portal, &care.Bill{ID: "B-new", Account: "030000013", IssuedOn: today, DueOn: "2099-01-01"})
		var found [2][]billLetter
		for i := range found {
			var err error
			if found[i], err = r.billLetters(ctx); err != nil || len(found[i]) == 0 {
				r.Fatal(found[i], err)
			}
		}
		first, err1 := r.postLetters(ctx, found[0])
		second, err2 := r.postLetters(ctx, found[1])
		if err1 != nil || err2 != nil || first != len(found[0]) || second != 0 {
			r.Errorf("%d letters at one node, %v; %d at the other, %v", first, err1, second, err2)
		}
	})
}

// R54: who is let into an account, or registers for it, is not written to about what was there by then, be it of the same day; about what
// comes after they are, whatever its day. Who has one account and is given another one still hears of theirs.
//
// Seen to fail without the log asked, of bills or of payments; with everybody left out who was let in lately; and with the account that
// was open taken for the one given.
func TestWhoIsLetInHearsOfWhatComesAfter(t *testing.T) { onBothRecovering(t, letInHears) }

func letInHears(r *recovering) {
	r.now = r.now.Truncate(24 * time.Hour).Add(18 * time.Hour) // one day where the utility is
	ctx, mine, other := r.Context(), "030000013", "030000026"
	r.csr.Scopes = append(r.csr.Scopes, "d:D02")
	write(r.T, r.Portal, &care.WebUser{ID: "WG", Username: "guest", Email: "guest@example.com", PersonID: "2", Enrolment: care.Enrolled, CreatedAt: 1},
		&care.WebUserAccount{WebUserID: "WG", Account: other, Role: "owner"})
	day := func(ago int) string { return r.local(ctx, r.now).AddDate(0, 0, -ago).Format(time.DateOnly) }
	letters := func() {
		r.Helper()
		_, err := r.WriteBillLetters(ctx)
		r.wants(err, "")
	}
	letters()
	news := func(when string) {
		write(r.T, r.Portal,
			&care.Bill{ID: "B-today-" + when, Account: mine, IssuedOn: day(0), DueOn: "2099-01-01"}, &care.Bill{ID: "B-week-" + when, Account: mine, IssuedOn: day(6), DueOn: "2099-01-01"},
			&care.Bill{ID: "B-other-" + when, Account: other, IssuedOn: day(0), DueOn: "2099-01-01"},
			&care.Payment{ID: "Y-" + when, Account: mine, Status: "posted", AmountCents: 100, EffectiveOn: day(1), CreatedAt: 1})
	}
	news("before")
	r.now = r.now.Add(time.Minute)
	r.as("account.link", &care.LinkAccount{WebUserID: "WG", Account: mine, Add: mine, Role: "viewer", Relationship: "tenant"}, "")
	r.as("account.link", &care.LinkAccount{WebUserID: "W1", Account: mine, Add: other, Role: "viewer", Relationship: "tenant"}, "")
	registering := store.Options{Actor: care.Actor{ID: "WR", Name: "new", Origin: care.OriginPortal}, Now: r.now, Command: "register"}
	_, err := r.Store.Update(ctx, registering, func(tx *store.Tx) error {
		account, err := care.Find[care.Account](tx, mine)
		if err != nil {
			return err
		}
		user := care.WebUser{ID: "WR", Username: "new", Email: "new@example.com", PersonID: "1", Enrolment: care.Enrolled, CreatedAt: r.now.UnixMilli()}
		if err := tx.Put(&user); err != nil {
			return err
		}
		return care.Register(tx, user, account)
	})
	r.wants(err, "")
	r.now = r.now.Add(time.Minute)
	news("after")
	letters()
	const known = "B-today-before B-week-before Y-before "
	for user, want := range map[string]string{
		"W1": known + "B-other-after B-today-after B-week-after Y-after", "WR": "B-today-after",
		"WG": "B-other-before B-other-after B-today-after B-week-after Y-after",
	} {
		told := r.toldOf(user)
		if words := strings.Fields(want); !slices.Equal(told, slices.Sorted(slices.Values(words))) {
			r.Errorf("%s hears of %q, want %q", user, told, words)
		}
	}
}

// toldOf is what a web user was written to about bills and payments, in order.
func (r *recovering) toldOf(user string) (about []string) {
	r.Helper()
	rows, err := r.Store.Reader().QueryContext(r.Context(), "SELECT about FROM notifications WHERE web_user_id = $1 AND template IN ('bill_ready', 'payment_received') ORDER BY about", user)
	if err != nil {
		r.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			r.Fatal(err)
		}
		if !strings.HasPrefix(one, "B0") { // the town's own
			about = append(about, one)
		}
	}
	if err := rows.Err(); err != nil {
		r.Fatal(err)
	}
	return about
}
