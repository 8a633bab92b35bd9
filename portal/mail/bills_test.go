package mail

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/records"
)

// writes has the letters about bills and payments written, and says how many.
func (p *post) writes() int {
	p.Helper()
	n, err := p.WriteBillLetters(p.Context())
	if err != nil {
		p.Fatal(err)
	}
	return n
}

// bill is one of the customer's account that was issued some days before today and is due in some.
func (p *post) bill(id string, ago, due int) *care.Bill {
	on := p.Now().AddDate(0, 0, -ago).Format(time.DateOnly)
	return &care.Bill{ID: id, Account: "030000013", IssuedOn: on, DueOn: p.Now().AddDate(0, 0, due).Format(time.DateOnly), TotalCents: 100}
}

// begins has letters begin, after what is there by then.
func (p *post) begins(before ...care.Record) {
	p.Helper()
	p.put(append(before, p.bill("B-before", 1, 20))...)
	if n := p.writes(); n != 0 {
		p.Errorf("%d letters about what letters began with", n)
	}
}

// told are the addresses that a template told of something, in order.
func (p *post) told(template, about string) []string {
	p.Helper()
	all, err := records.Select[care.Notification](p.Context(), p.Store.Reader(), "WHERE template = $1 AND about = $2 ORDER BY address", template, about)
	if err != nil {
		p.Fatal(err)
	}
	var addresses []string
	for _, n := range all {
		addresses = append(addresses, n.Address)
	}
	return addresses
}

// R54: a new bill is told of once, in the customer's language, however often it is looked for; what was there when
// letters began is not, nor a bill of another day than the last seven.
func TestANewBillIsToldOfOnce(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		p.begins()
		p.put(p.bill("B-new", 0, 20), p.bill("B-week", 7, 20), p.bill("B-old", 8, 20), p.bill("B-tomorrow", -1, 20))
		if first, again := p.writes(), p.writes(); first != 2 || again != 0 {
			t.Errorf("%d letters, then %d", first, again)
		}
		for id, want := range map[string]int{"B-before": 0, "B-new": 1, "B-week": 1, "B-old": 0, "B-tomorrow": 0} {
			if got := p.told(care.TemplateBill, id); len(got) != want {
				t.Errorf("%s was told to %v", id, got)
			}
		}
		p.drain(s)
		sent, err := records.Select[care.Notification](p.Context(), p.Store.Reader(), "WHERE about = 'B-new'")
		if err != nil || len(sent) != 1 || sent[0].Status != care.NotificationAccepted || sent[0].Account != "030000013" {
			t.Fatal(sent, err)
		}
		if _, found := parts(t, mta.raw["<"+sent[0].ID+"@water.example>"]); !strings.Contains(found["text/plain"], "Hay una factura nueva de su cuenta.") {
			t.Errorf("%s", found["text/plain"])
		}
		p.later(24 * time.Hour)
		if n := p.writes(); n != 1 || len(p.told(care.TemplateBill, "B-tomorrow")) != 1 {
			t.Errorf("%d letters on the day of the bill", n)
		}
	})
}

// R54: who sees the account's bills, wants such letters and could sign in is told; nobody else is.
func TestWhoIsToldOfBillsAndPayments(t *testing.T) {
	onBoth(t, func(p *post) {
		join := func(id, role string, change func(*care.WebUser)) {
			u := &care.WebUser{ID: id, Username: id, Email: id + "@example.com", PersonID: "1", Enrolment: care.Enrolled}
			if change != nil {
				change(u)
			}
			p.put(u, &care.WebUserAccount{WebUserID: id, Account: "030000013", Role: role})
		}
		for _, role := range append(care.GuestRoles(), "stranger") {
			join(role, role, nil)
		}
		join("pending", "owner", func(u *care.WebUser) { u.Enrolment = care.Pending })
		join("hidden", "owner", func(u *care.WebUser) { u.Hidden = true })
		join("nowhere", "owner", func(u *care.WebUser) { u.Email = "" })
		join("newer", "owner", func(u *care.WebUser) { u.CreatedAt = p.Now().UnixMilli() })
		join("unwanting", "owner", func(u *care.WebUser) {
			u.Unwanted = care.List{care.LettersBill, care.LettersDue, care.LettersPaid}
		})
		for _, lock := range []care.Lock{care.LockPassword, care.LockCSR, care.LockPermanent} {
			join(string(lock), "owner", nil)
			p.put(&care.WebUserLock{WebUserID: string(lock), Lock: lock, At: 1})
		}
		p.begins()
		p.put(p.bill("B", 1, 3), &care.Account{Number: "030000013", MainPersonID: "1", DistrictID: "D01", Status: "active", BalanceCents: 100},
			&care.Payment{ID: "Y", Account: "030000013", Status: "posted", AmountCents: 50, EffectiveOn: p.Now().AddDate(0, 0, -1).Format(time.DateOnly), CreatedAt: 1})
		p.writes()
		see := []string{"bills@example.com", "jose@example.com", "manager@example.com", "payer@example.com", "viewer@example.com"}
		if got := p.told(care.TemplateBill, "B"); !slices.Equal(got, see) {
			t.Errorf("of the bill hear %v", got)
		}
		if got := p.told(care.TemplatePayment, "Y"); !slices.Equal(got, see) {
			t.Errorf("of the payment hear %v", got)
		}
		if got := p.told(care.TemplatePaymentDue, "B"); !slices.Equal(got, slices.Insert(slices.Clone(see), 3, "newer@example.com")) {
			t.Errorf("of what is due hear %v", got)
		}
	})
}

// R54: a bill is reminded of once, from five days before it is due, while the account owes more than is on its way; not where AutoPay
// pays it, and not where its day to be reminded of was before letters began.
func TestABillThatIsDueIsRemindedOf(t *testing.T) {
	cases := []struct {
		name    string
		days    int // until it is due
		owes    int64
		autopay bool
		pays    *care.Payment
		in      int // days until it is paid
		want    int
	}{
		{name: "five days before", days: 5, owes: 100, want: 1},
		{name: "on the day", owes: 100, want: 1},
		{name: "six days before", days: 6, owes: 100},
		{name: "a day after", days: -1, owes: 100},
		{name: "nothing is owed", days: 5},
		{name: "AutoPay", days: 5, owes: 100, autopay: true},
		{name: "a payment is on its way", days: 5, owes: 100, pays: &care.Payment{Status: "pending", AmountCents: 100}, in: 9},
		{name: "one is scheduled", days: 5, owes: 100, pays: &care.Payment{Status: care.PaymentScheduled, AmountCents: 100}, in: 5},
		{name: "one is scheduled too late", days: 5, owes: 100, pays: &care.Payment{Status: care.PaymentScheduled, AmountCents: 100}, in: 6, want: 1},
		{name: "one is too little", days: 5, owes: 100, pays: &care.Payment{Status: care.PaymentScheduled, AmountCents: 99}, in: 5, want: 1},
	}
	onBoth(t, func(p *post) {
		p.begins()
		for i, c := range cases {
			bill := p.bill(fmt.Sprint("B", i), 8, c.days)
			bill.Account = fmt.Sprint("A", i)
			p.put(&care.Account{Number: bill.Account, MainPersonID: "1", DistrictID: "D01", Status: "active", BalanceCents: c.owes, AutoPay: c.autopay},
				&care.WebUserAccount{WebUserID: "W1", Account: bill.Account, Role: "owner"}, bill)
			if y := c.pays; y != nil {
				y := *y
				y.ID, y.Account, y.CreatedAt, y.EffectiveOn = fmt.Sprint("Y", i), bill.Account, 1, p.Now().AddDate(0, 0, c.in).Format(time.DateOnly)
				p.put(&y)
			}
		}
		p.writes()
		p.writes()
		for i, c := range cases {
			if got := p.told(care.TemplatePaymentDue, fmt.Sprint("B", i)); len(got) != c.want {
				t.Errorf("%s: told %v", c.name, got)
			}
		}
	})
	onBoth(t, func(p *post) {
		p.begins(&care.Account{Number: "030000013", MainPersonID: "1", DistrictID: "D01", Status: "active", BalanceCents: 100}, p.bill("B-soon", 20, 5), p.bill("B-later", 20, 6))
		p.later(24 * time.Hour)
		if n := p.writes(); n != 1 || len(p.told(care.TemplatePaymentDue, "B-later")) != 1 {
			t.Errorf("%d reminders of what letters began with", n)
		}
	})
}

// R54: a payment is told of once it was received, by the day on which it took effect, or else on which it was made.
func TestAPaymentThatWasReceivedIsToldOf(t *testing.T) {
	onBoth(t, func(p *post) {
		p.begins()
		day := func(ago int) time.Time { return p.Now().AddDate(0, 0, -ago) }
		y := &care.Payment{ID: "Y-bank", Account: "030000013", Status: care.PaymentScheduled, AmountCents: 100, EffectiveOn: day(0).Format(time.DateOnly), CreatedAt: day(30).UnixMilli()}
		p.put(y,
			&care.Payment{ID: "Y-counter", Account: "030000013", Status: "posted", AmountCents: 100, CreatedAt: day(6).UnixMilli()},
			&care.Payment{ID: "Y-long-ago", Account: "030000013", Status: "posted", AmountCents: 100, CreatedAt: day(8).UnixMilli()},
			&care.Payment{ID: "Y-returned", Account: "030000013", Status: "returned", AmountCents: 100, EffectiveOn: day(0).Format(time.DateOnly), CreatedAt: 1},
			&care.Payment{ID: "Y-past", Account: "030000013", Status: "posted", AmountCents: 100, EffectiveOn: day(8).Format(time.DateOnly), CreatedAt: day(0).UnixMilli()})
		if n := p.writes(); n != 1 || len(p.told(care.TemplatePayment, "Y-counter")) != 1 {
			t.Errorf("%d letters, of the one at the counter to %v", n, p.told(care.TemplatePayment, "Y-counter"))
		}
		y.Status = "posted"
		p.put(y)
		if n := p.writes() + p.writes(); n != 1 || len(p.told(care.TemplatePayment, "Y-bank")) != 1 {
			t.Errorf("%d letters of the one that was scheduled", n)
		}
	})
}

// A utility that writes about bills by other means switches it off; what came meanwhile and is still news is told when it is on again.
func TestLettersAboutBillsCanBeOff(t *testing.T) {
	onBoth(t, func(p *post) {
		p.begins()
		p.put(p.bill("B", 0, 20), &care.PolicyEntry{Key: "mail.bills", Value: "off"})
		if n := p.writes(); n != 0 {
			t.Errorf("%d letters while they are off", n)
		}
		p.put(&care.PolicyEntry{Key: "mail.bills", Value: "email"})
		if n := p.writes(); n != 1 {
			t.Errorf("%d letters when they are on again", n)
		}
	})
}

// A portal that was put back does not know whom it told: letters begin anew, and what comes a second time is not told again.
func TestLettersBeginAnewInAPortalThatWasPutBack(t *testing.T) {
	onBoth(t, func(p *post) {
		p.begins()
		told := func() []care.Record { return []care.Record{p.bill("B", 0, 20)} }
		p.rewind(func() {
			p.put(told()...)
			if n := p.writes(); n != 1 {
				t.Errorf("%d letters before", n)
			}
		})
		p.put(told()...)
		if n := p.writes(); n != 0 {
			t.Errorf("%d letters again", n)
		}
		p.put(p.bill("B-after", 0, 20))
		if n := p.writes(); n != 1 {
			t.Errorf("%d letters of what came after", n)
		}
	})
}
