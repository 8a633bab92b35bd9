package mail

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogues are the letters' own words, by language.
var catalogues = wording.Read(textFiles)

// nameShown is how much of a name stands in a letter.
const nameShown = 80

// letter is what a message says, before it is text or HTML.
type letter struct {
	Language string
	Subject  string // no word of it is a customer's
	Hello    string
	Text     []string // paragraphs
	Facts    []fact
	Button   string // "" for a letter that leads nowhere
	Link     string
	LinkHint string
	Last     []string
}

// fact is a line of what a letter is about; Key is the placeholder of the utility's texts that stands for its value.
type fact struct{ Key, Name, Value string }

// pages are where letters lead to, below the address of the customers' portal; after those that bring a link, its letters
// follow.
var pages = map[string]string{
	care.TemplatePasswordReset: portal.ResetPage,
	care.TemplateValidation:    portal.ValidatePage,
	care.TemplateUsername:      "/signin",
	care.TemplatePayment:       "/bills",
	care.TemplateScheduled:     "/pay",
	care.TemplatePaymentDue:    "/bills",
	care.TemplateBill:          "/bills",
	care.TemplateAutoPay:       "/preferences",
	care.TemplateStaffChange:   "/",
	care.TemplateStaffAccess:   "/",
	care.TemplateReceipt:       "/",
	care.TemplateSecurity:      "/security",
	care.TemplatePassword:      "/security",
	care.TemplateJoined:        "/people",
	care.TemplateInvitation:    portal.InvitePage,
	care.TemplateNewEmail:      portal.EmailPage,
	care.TemplateEmailAsked:    "/profile",
	care.TemplateEmailChanged:  "/profile",
}

// write gives the letter of a message, in the language of who gets it. ok is false where there is no text for it. site is
// the address of the customers' pages.
func write(o *portal.Outgoing, site string) (l letter, ok bool) {
	if !slices.Contains(care.Templates(), o.Template) {
		return letter{}, false
	}
	language := o.Person.Language
	if catalogues[language] == nil {
		language = "en"
	}
	c := catalogues[language]
	l = letter{Language: language, Hello: c.Say("hello.nobody"), LinkHint: c.Say("link"), Facts: facts(c, o)}
	name := wording.Shown(o.Person.Name(), nameShown)
	if name != "" && o.Template != care.TemplateInvitation && o.Template != care.TemplateNewEmail { // those go to somebody else, or may
		l.Hello = c.Say("hello", "name", name)
	}
	l.Subject = strings.Join(strings.Fields(o.Policy.Text(care.LetterKey(o.Template, true), language)), " ")
	l.Text = paragraphs(l.worded(o, name))
	if said := byStaff(o); said != "" {
		l.Text = append(l.Text, c.Say(said))
	}
	if page, leads := pages[o.Template]; leads {
		l.Button, l.Link = c.Say(o.Template+".button"), strings.TrimRight(site, "/")+page+url.QueryEscape(string(o.Letters))
	}
	switch o.Template {
	case care.TemplatePasswordReset, care.TemplateValidation:
		l.Last = append(l.Last, c.Say("not_you"))
	case care.TemplateInvitation:
		l.Last = append(l.Last, c.Say("not_expected"))
	case care.TemplateNewEmail:
		l.Last = append(l.Last, c.Say("not_yours"))
	case care.TemplateReminder, care.TemplateUsername:
		l.Last = append(l.Last, c.Say("not_asked"))
	case care.TemplateStaffChange, care.TemplateStaffAccess, care.TemplateLocked, care.TemplateSecurity, care.TemplatePassword, care.TemplateJoined:
		l.Last = append(l.Last, c.Say("not_known"))
	}
	l.Last = append(l.Last, c.Say("auto"))
	return l, true
}

// byStaff is the sentence that says that customer service did what the message tells of, whatever words the utility has for it; ""
// where a customer did it, or the portal, and for the messages that are about nothing else.
func byStaff(o *portal.Outgoing) string {
	if o.CSRID == "" {
		return ""
	}
	switch o.Template {
	case care.TemplateStaffChange, care.TemplateStaffAccess:
		return ""
	case care.TemplatePasswordReset, care.TemplateReminder, care.TemplateUsername, care.TemplateValidation:
		return "by_staff.sent"
	case care.TemplateInvitation, care.TemplateNewEmail:
		return "by_staff.other"
	case care.TemplateJoined:
		return "by_staff.joined"
	}
	return "by_staff"
}

// worded is what the letter says in the utility's own words. Where these name something that is not known of this message, such as
// the amount of a payment that is not on file, the standard words stand: nobody reads a sentence with a hole.
func (l letter) worded(o *portal.Outgoing, name string) string {
	key := care.LetterKey(o.Template, false)
	known := map[string]string{"name": name}
	for _, f := range l.Facts {
		known[f.Key] = f.Value
	}
	said, policy := o.Policy.Text(key, l.Language), o.Policy
	var pairs []string
	for _, placeholder := range care.LetterHolds(o.Template) {
		if known[placeholder] == "" && strings.Contains(said, "{{"+placeholder+"}}") {
			policy = nil
		}
		pairs = append(pairs, placeholder, known[placeholder])
	}
	return policy.Text(key, l.Language, pairs...)
}

// paragraphs cuts a text where it leaves a line empty.
func paragraphs(text string) (all []string) {
	var lines []string
	for line := range strings.Lines(text + "\n\n") {
		switch line = strings.TrimSpace(line); {
		case line != "":
			lines = append(lines, line)
		case len(lines) > 0:
			all = append(all, strings.Join(lines, "\n"))
			lines = nil
		}
	}
	return all
}

// facts are what is known of what a message tells. An account is named by its end alone: whoever reads along should not
// learn its number.
func facts(c wording.Catalogue, o *portal.Outgoing) (all []fact) {
	add := func(key, value string) {
		if value != "" {
			all = append(all, fact{key, c.Say(key), value})
		}
	}
	zone := o.Policy.Zone()
	if digits := []rune(wording.Shown(o.Account, nameShown)); len(digits) > 4 && o.Template != care.TemplateNewEmail {
		add("account", c.Say("account.ending", "digits", string(digits[len(digits)-4:])))
	}
	switch o.Template {
	case care.TemplateEmailAsked:
		add("new_email", obscured(o.Recovery.Address))
		add("when", c.Instant(o.SentAt, zone))
	case care.TemplatePasswordReset, care.TemplateReminder, care.TemplateNewEmail:
		add("ends", c.Instant(o.Recovery.EndsAt, zone))
	case care.TemplateInvitation:
		inv := o.Task.Invitation()
		add("inviter", wording.Shown(o.Person.Name(), nameShown))
		if inv.Role != "" {
			add("may", c.Say("role."+inv.Role))
		}
		add("ends", c.Instant(inv.EndsAt, zone))
	case care.TemplateUsername:
		add("username", wording.Shown(o.User.Username, nameShown))
	case care.TemplatePayment, care.TemplateScheduled:
		if o.Payment.ID != "" {
			add("amount", wording.Money(o.Payment.AmountCents, wording.Shown(o.Policy.Get("utility.currency"), 10)))
			add("when", c.Date(o.Payment.EffectiveOn))
		}
	case care.TemplateStaffChange, care.TemplateReceipt, care.TemplateSecurity:
		what := "task." + o.Task.Sort
		if _, known := c[what]; !known {
			what = "task.other"
		}
		add("what", c.Say(what))
		add("when", c.Instant(o.SentAt, zone))
	case care.TemplateJoined:
		add("joined", wording.Shown(o.Joined.Username, nameShown))
		add("when", c.Instant(o.SentAt, zone))
	case care.TemplateStaffAccess, care.TemplateLocked, care.TemplatePassword, care.TemplateEmailChanged:
		add("when", c.Instant(o.SentAt, zone))
	}
	return all
}

// obscured is an address as somebody knows it who has it, and as it tells nothing to others: whoever reads in a mailbox that is
// given up should not learn of the next one.
func obscured(address string) string {
	name, host, _ := strings.Cut(wording.Shown(address, nameShown), "@")
	first, _ := utf8.DecodeRuneInString(name)
	if name == "" {
		return ""
	}
	return string(first) + "…@" + host
}

// html gives the letter as a page.
func (l letter) html(ctx context.Context) (string, error) {
	var page bytes.Buffer
	if err := letterPage(l).Render(ctx, &page); err != nil {
		return "", fmt.Errorf("writing a letter: %w", err)
	}
	return page.String(), nil
}

// plain gives the letter as text.
func (l letter) plain() string {
	var b strings.Builder
	b.WriteString(l.Hello + "\n")
	for _, part := range l.Text {
		b.WriteString("\n" + part + "\n")
	}
	if len(l.Facts) > 0 {
		b.WriteString("\n")
	}
	for _, f := range l.Facts {
		b.WriteString(f.Name + ": " + f.Value + "\n")
	}
	if l.Link != "" {
		b.WriteString("\n" + l.Button + ":\n" + l.Link + "\n")
	}
	for _, last := range l.Last {
		b.WriteString("\n" + last + "\n")
	}
	return b.String()
}
