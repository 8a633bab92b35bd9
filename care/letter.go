package care

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

//go:embed letters/*.json
var letterFiles embed.FS

// The bounds of a letter's words, in letters.
const (
	mostSubject = 120
	mostLetter  = 2000
)

// letterHolds are what the text of a letter may be filled in with, beside the customer's name and the end of the account's
// number. What a link leads to is none of it: each letter brings its own, wherever its text ends.
var letterHolds = map[string][]string{
	TemplatePasswordReset: {"ends"},
	TemplateReminder:      {"ends"},
	TemplateUsername:      {"username"},
	TemplatePayment:       {"amount", "when"},
	TemplateScheduled:     {"amount", "when"},
	TemplateStaffChange:   {"what", "when"},
	TemplateReceipt:       {"what", "when"},
	TemplateSecurity:      {"what", "when"},
	TemplatePassword:      {"when"},
	TemplateStaffAccess:   {"when"},
	TemplateLocked:        {"when"},
	TemplateJoined:        {"joined", "when"},
	TemplateInvitation:    {"inviter", "may", "ends"},
	TemplateNewEmail:      {"ends"},
	TemplateEmailAsked:    {"new_email", "when"},
	TemplateEmailChanged:  {"when"},
}

// LetterHolds lists the placeholders that the text of a message may hold.
func LetterHolds(template string) []string {
	switch template {
	case TemplateInvitation: // it goes to somebody who is no customer yet
		return append([]string{"account"}, letterHolds[template]...)
	case TemplateNewEmail: // it may go to a stranger
		return letterHolds[template]
	}
	return append([]string{"name", "account"}, letterHolds[template]...)
}

// LetterKey names the utility's own text of a message in the policy, without the language: of its subject, or of what it says.
// Policy.Text gives it.
func LetterKey(template string, subject bool) string {
	if subject {
		return "message." + template + ".subject"
	}
	return "message." + template
}

// letterKeys are the keys of the policy under which the texts of messages stand.
func letterKeys() []PolicyKey {
	var keys []PolicyKey
	for _, template := range Templates() {
		for _, lang := range letterLanguages {
			// A subject is a header of the mail: nothing of anybody's is put into it.
			keys = append(keys, PolicyKey{Key: LetterKey(template, true) + "." + lang, Group: "letters", Sort: PolicyText, Most: mostSubject},
				PolicyKey{Key: LetterKey(template, false) + "." + lang, Group: "letters", Sort: PolicyText, Most: mostLetter, Placeholders: LetterHolds(template)})
		}
	}
	return keys
}

var letterLanguages = []string{"en", "es"}

// withLetters adds the standard texts of messages to the defaults of the policy.
func withLetters(p Policy) Policy {
	for _, lang := range letterLanguages {
		var words map[string]string
		b, err := letterFiles.ReadFile("letters/" + lang + ".json")
		if err == nil {
			err = json.Unmarshal(b, &words)
		}
		if err != nil {
			panic(fmt.Sprintf("the embedded letters %q do not parse: %v", lang, err))
		}
		for _, template := range Templates() {
			p[LetterKey(template, true)+"."+lang] = words[template+".subject"]
			p[LetterKey(template, false)+"."+lang] = words[template+".text"]
		}
	}
	return p
}

// TryLetter asks how a message would read after a change of the policy, to nobody in particular. ChangePolicy makes the change.
type TryLetter struct {
	Template string            `json:"template"`
	Language string            `json:"language"` // en or es
	Changes  map[string]string `json:"changes"`  // by key; "" takes back to the default
}

// Letter answers TryLetter.
type Letter struct {
	Subject string `json:"subject"`
	Text    string `json:"text"` // as mail programs show it that show no HTML
}

// Kind is letter.try.
func (*TryLetter) Kind() string { return "letter.try" }

// Permission is MayAdminister.
func (*TryLetter) Permission() Permission { return MayAdminister }

// Targets are none.
func (*TryLetter) Targets() []Ref { return nil }

// Validate wants a message that the portal has a text for, in a language that it writes, and changes that may be made.
func (q *TryLetter) Validate() error {
	if !known(q.Template) {
		return Err(CodeNoChoice, "field", "template", "choices", strings.Join(Templates(), ";"))
	}
	if !slices.Contains(letterLanguages, q.Language) {
		return Err(CodeNoChoice, "field", "language", "choices", strings.Join(letterLanguages, ";"))
	}
	return (&ChangePolicy{Changes: q.Changes}).Validate()
}
