package care

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// What a message to a customer can have come to. A queued one has not left the portal yet.
const (
	NotificationQueued    = "queued"
	NotificationAccepted  = "accepted"  // a mail server took it; that it arrived is not known
	NotificationDeferred  = "deferred"  // not yet; it is tried again
	NotificationRefused   = "refused"   // a mail server does not take it, or it was tried for too long
	NotificationWithdrawn = "withdrawn" // not sent, because it would be of no use any more
	NotificationUnknown   = "unknown"   // whether it was sent is not known; it is not sent again by itself
	NotificationDelivered = "delivered"
	NotificationOpened    = "opened"
	NotificationBounced   = "bounced"
)

// Why a message has its status, where the mail server's own words are not the whole of it.
const (
	WhyFolder      = "folder"        // it was written to a folder, because no mail server is set up
	WhyUnreachable = "unreachable"   // no mail server could be reached, or none that let us in
	WhyLineBroke   = "line_broke"    // the line broke when it was handed over: it may come twice
	WhyInterrupted = "interrupted"   // the portal ended while it was handed over: it may come twice
	WhyTooLong     = "too_long"      // it was tried for as long as messages are tried
	WhyBadAddress  = "bad_address"   // what is on record is no address that mail can be sent to
	WhyLinkEnded   = "link_ended"    // the link that it was to bring ended, or a newer one was sent
	WhyNoLetter    = "no_letter"     // there is no text for messages of its kind
	WhyUnwanted    = "unwanted"      // the customer does not want messages of its kind
	WhyRestored    = "restored"      // the portal was put back to a time when it was still waiting
	WhyToldByMail  = "delivery_mail" // a mail server said so in a mail of its own
)

// The messages that the portal writes. What an import brings may have other templates.
const (
	TemplatePasswordReset = "password_reset"
	TemplateReminder      = "recovery_reminder"
	TemplateUsername      = "username_reminder"
	TemplateValidation    = "registration_validation"
	TemplatePayment       = "payment_received"
	TemplateScheduled     = "payment_scheduled"
	TemplatePaymentDue    = "payment_due"
	TemplateBill          = "bill_ready"
	TemplateAutoPay       = "autopay_enrolled"
	TemplateLocked        = "account_locked"
	TemplateStaffChange   = "change_by_staff"
	TemplateStaffAccess   = "access_by_staff"
	TemplateInvitation    = "guest_invitation"
	TemplateJoined        = "person_added"     // to who had an account before somebody else got it
	TemplateReceipt       = "change_receipt"   // of what a customer did themselves
	TemplateSecurity      = "security_receipt" // of what lets others in, or them out
	TemplatePassword      = "password_changed"
	TemplateNewEmail      = "new_email"           // to an address that is to be a web user's
	TemplateEmailAsked    = "new_email_asked"     // of that, to the one that it is to replace
	TemplateEmailChanged  = "login_email_changed" // to both
)

// Templates are all the messages that the portal has a text for.
func Templates() []string {
	return []string{
		TemplatePasswordReset, TemplateReminder, TemplateUsername, TemplateValidation, TemplatePayment, TemplateScheduled, TemplatePaymentDue, TemplateBill,
		TemplateAutoPay, TemplateLocked, TemplateStaffChange, TemplateStaffAccess, TemplateInvitation, TemplateJoined,
		TemplateReceipt, TemplateSecurity, TemplatePassword, TemplateNewEmail, TemplateEmailAsked, TemplateEmailChanged,
	}
}

// withSecret are messages that let somebody in: each has a command of its own, which makes a new secret for it.
var withSecret = []string{TemplatePasswordReset, TemplateValidation, TemplateInvitation, TemplateNewEmail, "recovery_code", "recovery_link"}

// Message is one for a web user that is yet to be written.
type Message struct {
	Template string // one of Templates
	Account  string // "" is the default profile's
	About    string // the ID of the record that it tells of; "" for none
	To       string // "" is the web user's own address
}

// Post puts a message to a web user in line to be sent, once what else the transaction does is certain. A web user without
// an address gets none.
func Post(tx Tx, user WebUser, m Message) error {
	if m.To = cmp.Or(m.To, user.Email); m.To == "" {
		return nil
	}
	if m.Account == "" {
		links, err := tx.LinksOfWebUser(user.ID)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			m.Account = links[0].Account
		}
	}
	queued := Notification{
		ID: tx.NewID("N"), Account: m.Account, WebUserID: user.ID, Template: m.Template, About: m.About, Address: m.To,
		SentAt: tx.Now().UnixMilli(), Status: NotificationQueued, StatusAt: tx.Now().UnixMilli(),
	}
	queued.CSRID, queued.Session = tx.Actor().Staff()
	if err := tx.Put(&queued); err != nil || m.Template != TemplateValidation {
		return err
	}
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	// The letters that prove the address are known by the message that brings them.
	return tx.MakeLink(Recovery{ID: queued.ID, At: queued.SentAt, EndsAt: tx.Now().Add(policy.Duration("recovery.link_ttl")).UnixMilli()})
}

// tellOfChange writes to the web user whose account a member of staff changed something of, where policy says so.
func tellOfChange(tx Tx, t Task) error {
	policy, err := tx.Policy()
	if err != nil || policy.Get("mail.change_by_staff") != "email" {
		return err
	}
	return postTo(tx, t.WebUserID, Message{Template: TemplateStaffChange, Account: t.Account, About: t.ID})
}

// tellOfAccess writes to the web user as whom a masquerade was granted, where policy says so (M12).
func tellOfAccess(tx Tx, m Masquerade) error {
	policy, err := tx.Policy()
	if err != nil || policy.Get("masquerade.notify_customer") != "email" {
		return err
	}
	return postTo(tx, m.WebUserID, Message{Template: TemplateStaffAccess, Account: m.Account, About: m.ID})
}

// tellOfJoining writes to all others who may let somebody in to an account that somebody has got it: one who came by what stands
// on a bill is seen by who should know of them.
func tellOfJoining(tx Tx, account, joined string) error {
	links, err := tx.LinksOfAccount(account)
	if err != nil {
		return err
	}
	for _, link := range links {
		if link.WebUserID == joined || !link.May(LetOtherIn) {
			continue
		}
		if err := postTo(tx, link.WebUserID, Message{Template: TemplateJoined, Account: account, About: joined}); err != nil {
			return err
		}
	}
	return nil
}

// postTo is Post to a web user by their ID; nobody gets nothing.
func postTo(tx Tx, webUserID string, m Message) error {
	if webUserID == "" {
		return nil
	}
	user, err := Find[WebUser](tx, webUserID)
	if err != nil {
		return unlessAbsent(err)
	}
	return Post(tx, user, m)
}

// known says whether the portal has a text for a template.
func known(template string) bool { return slices.Contains(Templates(), template) }

// Earlier is what a message had come to before: an element of Notification.History.
type Earlier struct {
	Status string `json:"status"`
	At     int64  `json:"at"`
	Why    string `json:"why,omitempty"`
	Words  string `json:"words"`
}

// mostEarlier bounds a message's history, which every desk of the district holds; the first and the newest are kept.
const mostEarlier = 12

// Became gives a message another status; what it had before goes into its history. The same status for the same reason is
// not another one: only its time moves.
func (r *Notification) Became(status, why, words string, at time.Time) error {
	now := at.UnixMilli()
	if r.Status == status && r.Why == why && r.Words == words {
		r.StatusAt = now
		return nil
	}
	var earlier []Earlier
	if r.History != "" {
		if err := json.Unmarshal([]byte(r.History), &earlier); err != nil {
			return fmt.Errorf("reading what became of message %s: %w", r.ID, err)
		}
	}
	earlier = append(earlier, Earlier{r.Status, max(r.StatusAt, r.SentAt), r.Why, r.Words})
	if len(earlier) > mostEarlier {
		earlier = slices.Delete(earlier, 1, 2)
	}
	r.History = Detail(earlier)
	r.Status, r.Why, r.Words, r.StatusAt = status, why, words, now
	return nil
}
