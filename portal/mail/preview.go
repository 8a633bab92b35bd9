package mail

import (
	"strings"
	"time"

	"meterside/care"
	"meterside/portal"
)

// Preview gives what writes a message as it would go out under a policy, to a customer whom nobody is. site is the address of the
// customers' pages.
func Preview(site string) func(policy care.Policy, template, language string, now time.Time) care.Letter {
	return func(policy care.Policy, template, language string, now time.Time) care.Letter {
		o := &portal.Outgoing{
			Notification: care.Notification{Account: "030000013", Template: template, SentAt: now.UnixMilli()},
			User:         care.WebUser{Username: "jane.doe"},
			Joined:       care.WebUser{Username: "john.doe"},
			Person:       care.Person{Sort: "person", FirstName: "Jane", LastName: "Doe", Language: language},
			Policy:       policy,
			Payment:      care.Payment{ID: "Y", AmountCents: 4200, EffectiveOn: now.In(policy.Zone()).Format(time.DateOnly)},
			Task:         care.Task{Sort: "autopay.enrolled"},
			Recovery:     care.Recovery{Address: "jane.doe@example.org", EndsAt: now.Add(policy.Duration("recovery.link_ttl")).UnixMilli()},
		}
		if template == care.TemplateInvitation {
			o.Task = care.Task{Sort: care.TaskInvited, Detail: care.Detail(care.Invitation{Role: "viewer", EndsAt: o.Recovery.EndsAt})}
		}
		if strings.HasSuffix(pages[template], "=") {
			o.Letters = "letters-of-the-link"
		}
		l, ok := write(o, site)
		if !ok {
			return care.Letter{}
		}
		return care.Letter{Subject: l.Subject, Text: l.plain()}
	}
}
