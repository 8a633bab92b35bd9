package mail

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
)

// staff applies a command as a CSR at a desk.
func (p *post) staff(cmd care.Command) {
	p.Helper()
	csr := care.Actor{ID: "CSR001", Name: "Ann", Origin: care.OriginDesk, Role: care.RoleCSR, Scopes: []string{"d:D01"}}
	if _, err := p.Store.Update(p.Context(), store.Options{Actor: csr, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error { return cmd.Apply(tx) }); err != nil {
		p.Fatal(err)
	}
}

// M12: the customer hears of a masquerade by mail where policy says so, and only there.
//
// It fails when the policy is not asked.
func TestM12TheCustomerHearsOfAMasqueradeByMail(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		start := &care.StartMasquerade{WebUserID: "W1", Account: "030000013", Mode: care.ModeView, Reason: "asked for help", Acknowledged: true}
		p.staff(start)
		if p.drain(s) != 0 {
			t.Error("a message was sent though policy does not say so")
		}
		p.put(&care.PolicyEntry{Key: "masquerade.notify_customer", Value: "email"})
		p.staff(start)
		p.drain(s)
		sent := p.only(care.TemplateStaffAccess)
		if sent.Status != care.NotificationAccepted || sent.Address != "jose@example.com" || !strings.HasPrefix(sent.About, "S-") {
			t.Errorf("%+v", sent)
		}
		_, found := parts(t, mta.raw["<"+sent.ID+"@water.example>"])
		if !strings.Contains(found["text/plain"], "Hola, José Ñandú:") || strings.Contains(found["text/plain"], "CSR001") {
			t.Errorf("%s", found["text/plain"])
		}
	})
}

// R67: what a CSR changed for a customer is told them by mail where policy says so, in one message for one command.
//
// It fails when each of a command's tasks writes a message.
func TestR67TheCustomerHearsOfAChangeByMail(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		on, off, name := true, false, "Casa"
		p.staff(&care.ChangePreferences{Account: "030000013", AutoPay: &on})
		p.put(&care.PolicyEntry{Key: "mail.change_by_staff", Value: "email"})
		p.do(&care.SendLink{WebUserID: "W1"}) // by the portal itself: no change of an account
		p.staff(&care.ChangePreferences{Account: "030000013", AutoPay: &off, Paperless: &on, Nickname: &name})
		p.drain(s)
		sent := p.only(care.TemplateStaffChange)
		if sent.Status != care.NotificationAccepted || !strings.HasPrefix(sent.About, "T-") {
			t.Errorf("%+v", sent)
		}
		_, found := parts(t, mta.raw["<"+sent.ID+"@water.example>"])
		if !strings.Contains(found["text/plain"], "Qué cambió: Se desactivó el pago automático") || !strings.Contains(found["text/plain"], "terminada en 0013") {
			t.Errorf("%s", found["text/plain"])
		}
	})
}

// R54: a message of a kind that the customer does not want is not sent, which the desk can say; one about security is. What
// they want by the time that it would leave is what counts.
//
// It fails when the message of every kind leaves, and when none of those that are unwanted do.
func TestUnwantedLettersAreNotSent(t *testing.T) {
	onBoth(t, func(p *post) {
		mta := startSMTP(p.T)
		s := p.sender(p.Portal, mta.server(t))
		on := true
		p.queue("jose@example.com")
		p.staff(&care.ChangeLetters{Account: "030000013", WebUserID: "W1", Unwanted: []string{care.LettersBill}})
		p.put(&care.PolicyEntry{Key: "mail.change_by_staff", Value: "email"})
		p.staff(&care.ChangePreferences{Account: "030000013", Paperless: &on})
		p.drain(s)
		if sent := p.only(care.TemplateBill); sent.Status != care.NotificationWithdrawn || sent.Why != care.WhyUnwanted {
			t.Errorf("%+v", sent)
		}
		if sent := p.only(care.TemplateStaffChange); sent.Status != care.NotificationAccepted {
			t.Errorf("%+v", sent)
		}
	})
}
