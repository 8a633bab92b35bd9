package mail

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"net/url"
	"strings"
	"time"

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
	Subject  string // no word of it is anybody's but ours
	Hello    string
	Text     string
	Facts    []fact
	Button   string // "" for a letter that leads nowhere
	Link     string
	LinkHint string
	Last     []string
}

// fact is a line of what a letter is about.
type fact struct{ Name, Value string }

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
	care.TemplateInvitation:    portal.InvitePage,
}

// write gives the letter of a message, in the language of who gets it. ok is false where there is no text for it. site is
// the address of the customers' pages.
func write(o *portal.Outgoing, site string) (l letter, ok bool) {
	language := o.Person.Language
	if catalogues[language] == nil {
		language = "en"
	}
	c := catalogues[language]
	if _, ok := c[o.Template+".subject"]; !ok {
		return letter{}, false
	}
	l = letter{
		Language: language, Subject: c.Say(o.Template + ".subject"), Hello: c.Say("hello.nobody"), Text: c.Say(o.Template + ".text"),
		LinkHint: c.Say("link"), Facts: facts(c, o),
	}
	if name := wording.Shown(o.Person.Name(), nameShown); name != "" && o.Template != care.TemplateInvitation { // that one goes to somebody else
		l.Hello = c.Say("hello", "name", name)
	}
	if page, leads := pages[o.Template]; leads {
		l.Button, l.Link = c.Say(o.Template+".button"), strings.TrimRight(site, "/")+page+url.QueryEscape(string(o.Letters))
	}
	switch o.Template {
	case care.TemplatePasswordReset, care.TemplateValidation:
		l.Last = append(l.Last, c.Say("not_you"))
	case care.TemplateInvitation:
		l.Last = append(l.Last, c.Say("not_expected"))
	case care.TemplateReminder, care.TemplateUsername:
		l.Last = append(l.Last, c.Say("not_asked"))
	case care.TemplateStaffChange, care.TemplateStaffAccess, care.TemplateLocked:
		l.Last = append(l.Last, c.Say("not_known"))
	}
	l.Last = append(l.Last, c.Say("auto"))
	return l, true
}

// facts are what is known of what a message tells. An account is named by its end alone: whoever reads along should not
// learn its number.
func facts(c wording.Catalogue, o *portal.Outgoing) (all []fact) {
	add := func(key, value string) {
		if value != "" {
			all = append(all, fact{c.Say(key), value})
		}
	}
	zone, err := time.LoadLocation(o.Policy.Get("utility.timezone"))
	if err != nil {
		zone = time.UTC
	}
	if digits := []rune(wording.Shown(o.Account, nameShown)); len(digits) > 4 {
		add("account", c.Say("account.ending", "digits", string(digits[len(digits)-4:])))
	}
	switch o.Template {
	case care.TemplatePasswordReset, care.TemplateReminder:
		add("ends", c.Instant(o.Recovery.EndsAt, zone))
	case care.TemplateInvitation:
		inv := o.Task.Invitation()
		add("inviter", wording.Shown(o.Person.Name(), nameShown))
		add("may", c.Say("role."+inv.Role))
		add("ends", c.Instant(inv.EndsAt, zone))
	case care.TemplateUsername:
		add("username", wording.Shown(o.User.Username, nameShown))
	case care.TemplatePayment, care.TemplateScheduled:
		if o.Payment.ID != "" {
			add("amount", wording.Money(o.Payment.AmountCents, wording.Shown(o.Policy.Get("utility.currency"), 10)))
			add("when", c.Date(o.Payment.EffectiveOn))
		}
	case care.TemplateStaffChange:
		what := "task." + o.Task.Sort
		if _, known := c[what]; !known {
			what = "task.other"
		}
		add("what", c.Say(what))
		add("when", c.Instant(o.SentAt, zone))
	case care.TemplateStaffAccess, care.TemplateLocked:
		add("when", c.Instant(o.SentAt, zone))
	}
	return all
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
	b.WriteString(l.Hello + "\n\n" + l.Text + "\n")
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
