package care

import "slices"

// The kinds of letters, as customers choose among them.
const (
	LettersBill     = "bill"     // a bill is ready
	LettersDue      = "due"      // a payment is due
	LettersPaid     = "paid"     // a payment was scheduled, received or taken back
	LettersService  = "service"  // what was asked for or changed, and outages
	LettersSecurity = "security" // who may sign in and see the account
)

// OptionalLetters are the kinds that a customer may do without. Those about security come whatever they want: they tell of what
// somebody else may have done.
func OptionalLetters() []string {
	return []string{LettersBill, LettersDue, LettersPaid, LettersService}
}

var letterKinds = map[string]string{
	TemplateBill: LettersBill, TemplatePaymentDue: LettersDue, TemplatePayment: LettersPaid, TemplateScheduled: LettersPaid,
	TemplateAutoPay: LettersService, TemplateReceipt: LettersService,
}

// LetterKind is the kind of a message; of one that is not known, security: it always leaves.
func LetterKind(template string) string {
	if kind, known := letterKinds[template]; known {
		return kind
	}
	return LettersSecurity
}

// Wants says whether the web user wants a message.
func (r *WebUser) Wants(template string) bool {
	kind := LetterKind(template)
	return kind == LettersSecurity || !slices.Contains(r.Unwanted, kind)
}

// receipts are the messages that tell a customer of what was done in their own name, by the kind of the task; what is not
// named here gets TemplateReceipt, and "" is for what has a message of its own.
var receipts = map[string]string{
	"payment.submitted": "", "web_user.registered": "", TaskInvited: "", "autopay.enrolled": TemplateAutoPay,
	EmailAsked: "", EmailKept: TemplateSecurity, EmailChanged: TemplateEmailChanged,
	"profile.contact_changed": TemplateSecurity, "account.linked": TemplateSecurity, "guest.changed": TemplateSecurity, "guest.removed": TemplateSecurity, "letters.changed": TemplateSecurity,
}

// receipt writes to a customer what they have just done, or somebody with their password.
func receipt(tx Tx, t Task) error {
	template, named := receipts[t.Sort]
	if !named {
		template = TemplateReceipt
	}
	if template == "" {
		return nil
	}
	return postTo(tx, t.WebUserID, Message{Template: template, Account: t.Account, About: t.ID})
}
