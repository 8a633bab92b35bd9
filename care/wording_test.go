package care

import (
	"slices"
	"testing"
)

// The utility's own texts are kept with the placeholders that somebody fills in, and with no others: a customer would read
// the braces.
func TestATextHoldsOnlyPlaceholdersThatAreFilledIn(t *testing.T) {
	for _, c := range []struct {
		key, text string
		want      Code
	}{
		{"masquerade.banner.en", "You act as {{username}} on {{account}}.", ""},
		{"masquerade.banner.es", "Actúa como {{username}}.", ""},
		{"masquerade.banner.en", "You act as {{user}}.", CodePlaceholder},
		{"masquerade.banner.en", "You act as {{username}.", CodePlaceholder},
		{"masquerade.banner.en", "You act as username}}.", CodePlaceholder},
		{"announcement.en", "Hello {{username}}", CodePlaceholder},
		{"announcement.en", "Back at {10}", ""},
		{"message.payment_received.en", "{{name}}: {{amount}} of {{when}} for {{account}}", ""},
		{"message.bill_ready.es", "{{amount}}", CodePlaceholder},
		{"message.bill_ready.subject.es", "{{name}}", CodePlaceholder},
	} {
		key, known := PolicyKeyOf(c.key)
		if !known {
			t.Fatalf("there is no key %s", c.key)
		}
		if got := CodeOf(key.Valid(c.text)); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.key, c.text, got, c.want)
		}
	}
}

// What a placeholder stands for is put in once: a name that reads like a placeholder stays a name.
func TestATextIsFilledIn(t *testing.T) {
	p := Policy{"masquerade.banner.en": "As {{username}} on {{account}}", "masquerade.banner.es": "Como {{username}}"}
	for language, want := range map[string]string{"en": "As {{account}} on 030000013", "es": "Como {{account}}", "fr": "As {{account}} on 030000013"} {
		if got := p.Text("masquerade.banner", language, "username", "{{account}}", "account", "030000013"); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}

// Every message that the portal writes can be worded by the utility, in both languages, and has a standard text in both.
func TestEveryMessageCanBeWorded(t *testing.T) {
	for _, template := range Templates() {
		for _, name := range []string{LetterKey(template, false), LetterKey(template, true)} {
			for _, lang := range []string{"en", "es"} {
				key, known := PolicyKeyOf(name + "." + lang)
				if !known || key.Default == "" || key.Valid(key.Default) != nil || Policy(nil).Text(name, lang) != key.Default {
					t.Errorf("%s in %s: %+v, %v", name, lang, key, key.Valid(key.Default))
				}
			}
		}
	}
	for template := range letterHolds {
		if !slices.Contains(Templates(), template) {
			t.Errorf("there is no message %s", template)
		}
	}
}
