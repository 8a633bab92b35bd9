package mail

import (
	"mime"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"meterside/care"
	"meterside/portal"
)

// R54: every message that the portal writes has a letter in both languages, as text and as HTML, and names no account in full.
//
// It fails when a letter's text is missing in one language, and when a name is not escaped.
func TestR54EveryMessageHasALetterInBothLanguages(t *testing.T) {
	for _, template := range care.Templates() {
		for _, language := range []string{"en", "es", "", "xx"} {
			o := outgoing(template)
			o.Person.Language = language
			l, ok := write(o, "https://my.water.example")
			if !ok {
				t.Fatalf("there is no letter for %s", template)
			}
			html, err := l.html(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all := l.plain() + html
			if strings.Contains(all, template+".") || strings.Contains(all, "{{") || strings.Contains(all, "030000013") || strings.Contains(html, "<script") {
				t.Errorf("%s in %q:\n%s", template, language, all)
			}
			if want := map[bool]string{true: "es", false: "en"}[language == "es"]; l.Language != want || !strings.Contains(html, `<html lang="`+want+`">`) {
				t.Errorf("%s in %q is written in %s", template, language, l.Language)
			}
			if o.Letters != "" && strings.Contains(l.Subject, string(o.Letters)) {
				t.Error("a secret stands in a subject")
			}
		}
	}
	if _, ok := write(outgoing("storm_notice"), "https://my.water.example"); ok {
		t.Error("there is a letter for what the portal has no text for")
	}
}

func outgoing(template string) *portal.Outgoing {
	o := &portal.Outgoing{
		Notification: care.Notification{ID: "N-1", Account: "030000013", Template: template, Address: "jane@example.com", SentAt: time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC).UnixMilli()},
		User:         care.WebUser{Username: "jdoe"},
		Person:       care.Person{Sort: "person", FirstName: "Jane\r\nBcc: evil@example.com", LastName: `<script>"`},
		Payment:      care.Payment{ID: "Y1", AmountCents: 123456, EffectiveOn: "2026-11-20"},
		Task:         care.Task{Sort: "autopay.enrolled"},
		Recovery:     care.Recovery{ID: "R1", EndsAt: time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC).UnixMilli()},
	}
	if template == care.TemplatePasswordReset || template == care.TemplateValidation {
		o.Letters = care.Secret(strings.Repeat("k", 43))
	}
	return o
}

func TestALetterTellsWhatItIsAbout(t *testing.T) {
	for template, want := range map[string][]string{
		care.TemplatePasswordReset: {"https://my.water.example/reset?link=" + strings.Repeat("k", 43), "November 23, 2026, 10:00 EST"},
		care.TemplateValidation:    {"https://my.water.example/validate?link=" + strings.Repeat("k", 43)},
		care.TemplateUsername:      {"User name: jdoe", "https://my.water.example/signin"},
		care.TemplatePayment:       {"Amount: $1,234.56", "When: November 20, 2026", "Account: ending in 0013"},
		care.TemplateScheduled:     {"Amount: $1,234.56", "When: November 20, 2026", "https://my.water.example/pay"},
		care.TemplateStaffChange:   {"What changed: AutoPay was set up", "When: November 22, 2026, 10:00 EST"},
		care.TemplateStaffAccess:   {"When: November 22, 2026, 10:00 EST", "https://my.water.example/\n"},
	} {
		l, _ := write(outgoing(template), "https://my.water.example/")
		for _, part := range want {
			if !strings.Contains(l.plain(), part) {
				t.Errorf("%s does not tell %q:\n%s", template, part, l.plain())
			}
		}
	}
}

// No name, address or text of a customer becomes a header, a recipient or markup.
func TestNothingIsInjected(t *testing.T) {
	folder := Folder(t.TempDir())
	s, err := New(nil, Options{From: `"Harbor, Water" <no-reply@water.example>`, Carrier: folder})
	if err != nil {
		t.Fatal(err)
	}
	o := outgoing(care.TemplatePasswordReset)
	l, _ := write(o, "https://my.water.example")
	e, err := s.envelope(t.Context(), o, l)
	if err != nil {
		t.Fatal(err)
	}
	if fate := folder.Carry(t.Context(), e); fate.Status != care.NotificationAccepted || fate.Why != care.WhyFolder {
		t.Fatalf("%+v", fate)
	}
	folder.Carry(t.Context(), e)
	files, err := os.ReadDir(string(folder))
	if err != nil || len(files) != 1 || files[0].Name() != "N-1.eml" {
		t.Fatalf("%v, %v", files, err)
	}
	raw, err := os.ReadFile(filepath.Join(string(folder), files[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	header, found := parts(t, raw)
	var names []string
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"Auto-Submitted", "Content-Language", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To", "X-Auto-Response-Suppress"}
	if !slices.Equal(names, want) {
		t.Errorf("the headers are %q", names)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
	if err != nil || subject != "Choose a new password" || header.Get("To") != "<jane@example.com>" || header.Get("Auto-Submitted") != "auto-generated" || header.Get("Message-Id") != "<N-1@water.example>" {
		t.Errorf("%q, %v", header, err)
	}
	if from, err := mail.ParseAddress(header.Get("From")); err != nil || from.Name != "Harbor, Water" || from.Address != "no-reply@water.example" {
		t.Errorf("it is from %v, %v", from, err)
	}
	if !strings.Contains(found["text/plain"], "Hello JaneBcc: evil@example.com <script>\",") || !strings.Contains(found["text/html"], "&lt;script&gt;") {
		t.Errorf("%q", found)
	}
	if got := fileName("../x"); got != "x2e2e2f78.eml" {
		t.Errorf("a crooked ID names the file %s", got)
	}
}

// The utility's own words stand in a letter, with what is known of it, and their subject in its header. What the customer's name holds
// stays a name. Words that name what is not known of this message give way to the standard ones.
//
// It fails when the policy is not asked, when names are filled in twice, and when a text with a hole is sent.
func TestTheUtilitysOwnWords(t *testing.T) {
	said := care.Policy{
		"message.payment_received.en":         "Dear {{name}},\n\nyour {{amount}} of {{when}} came.\n  Account {{account}}.",
		"message.payment_received.subject.en": "It\r\n came",
		"message.payment_received.es":         "Llegó.",
	}
	o := outgoing(care.TemplatePayment)
	o.Person.FirstName, o.Policy = "{{amount}}", said
	l, _ := write(o, "https://my.water.example")
	want := []string{"Dear {{amount}} <script>\",", "your $1,234.56 of November 20, 2026 came.\nAccount ending in 0013."}
	if !slices.Equal(l.Text, want) || l.Subject != "It came" {
		t.Errorf("%q, %q", l.Subject, l.Text)
	}
	html, err := l.html(t.Context())
	if err != nil || strings.Count(html, "pre-line") != 2 || strings.Contains(html, "<script") {
		t.Errorf("%v: %s", err, html)
	}
	o.Person.Language = "es"
	if l, _ := write(o, ""); !slices.Equal(l.Text, []string{"Llegó."}) || l.Subject != "Recibimos su pago" {
		t.Errorf("in Spanish %q, %q", l.Subject, l.Text)
	}
	o.Person.Language, o.Payment = "en", care.Payment{}
	if l, _ := write(o, ""); !slices.Equal(l.Text, []string{"Thank you. We received a payment for your account."}) {
		t.Errorf("without the payment %q", l.Text)
	}
}

// What an administrator is shown of a change is what would go out: each message, in both languages, with everything that its
// text may be filled in with.
func TestAPreviewIsTheLetter(t *testing.T) {
	now := time.Date(2026, 11, 22, 15, 0, 0, 0, time.UTC)
	preview := Preview("https://my.water.example")
	for _, template := range care.Templates() {
		for _, language := range []string{"en", "es"} {
			holds := care.LetterHolds(template)
			text := "{{" + strings.Join(holds, "}}|{{") + "}}"
			l := preview(care.Policy{care.LetterKey(template, false) + "." + language: text, care.LetterKey(template, true) + "." + language: "Subject " + template}, template, language, now)
			var own string
			for line := range strings.Lines(l.Text) {
				if strings.Count(line, "|") == len(holds)-1 {
					own = strings.TrimSpace(line)
				}
			}
			if parts := strings.Split(own, "|"); slices.Contains(parts, "") || strings.Contains(own, "{{") || l.Subject != "Subject "+template {
				t.Errorf("%s in %s: %q\n%s", template, language, l.Subject, l.Text)
			}
		}
	}
}

var placeholder = regexp.MustCompile(`{{\w+}}`)

func TestBothLanguagesSayTheSame(t *testing.T) {
	for key, english := range catalogues["en"] {
		a, b := placeholder.FindAllString(english, -1), placeholder.FindAllString(catalogues["es"][key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if catalogues["es"][key] == "" || !slices.Equal(a, b) {
			t.Errorf("%s has the parameters %q and %q", key, a, b)
		}
	}
	if len(catalogues["en"]) != len(catalogues["es"]) {
		t.Errorf("%d English texts, %d Spanish", len(catalogues["en"]), len(catalogues["es"]))
	}
}

func TestAddresses(t *testing.T) {
	for given, want := range map[string]string{
		" jane@example.com ": "jane@example.com", "o'brien+x@Example.COM": "o'brien+x@example.com", "a@bücher.example": "a@xn--bcher-kva.example",
		"": "", "jane": "", "@example.com": "", "a@b@example.com": "", "a b@example.com": "", "\"a\"@example.com": "", "a@example.com\r\nX: y": "", "a@exa mple.com": "",
		"a@localhost": "a@localhost", "a@host": "", "<a@example.com>": "", "a@example.com,b@example.com": "", "a\x00@example.com": "", "a@[127.0.0.1]": "", "ü@example.com": "",
		strings.Repeat("a", 250) + "@example.com": "",
	} {
		if got, err := address(given); got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v", given, got, err)
		}
	}
}

func TestWaitsGrowAndAreBounded(t *testing.T) {
	for tries, around := range map[int]time.Duration{1: time.Minute, 2: 2 * time.Minute, 6: 32 * time.Minute, 7: time.Hour, 1000: time.Hour, 0: time.Hour} {
		for range 50 {
			if d := wait(tries); d < around*4/5 || d > around*6/5 {
				t.Errorf("after %d tries it waits %v", tries, d)
			}
		}
	}
}

// R67, M8: whatever a letter is about, one that a CSR caused says that customer service did it, in both languages, as text and as
// HTML and under the utility's own words; one that nobody of the staff caused does not.
func TestM8EveryLetterSaysThatCustomerServiceDidIt(t *testing.T) {
	said := map[string]string{"en": "Our customer service ", "es": "Nuestra atención al cliente "}
	own := map[string]map[string]string{ // these are about nothing else
		care.TemplateStaffChange: {"en": "Our customer service made this change", "es": "Nuestra atención al cliente hizo este cambio"},
		care.TemplateStaffAccess: {"en": "A member of our staff opened", "es": "Una persona de nuestro personal abrió"},
	}
	for _, template := range care.Templates() {
		for language, words := range said {
			o := outgoing(template)
			o.Person.Language = language
			if own[template] == nil {
				o.Policy = care.Policy{care.LetterKey(template, false) + "." + language: "Our own."}
				if l, _ := write(o, "https://my.water.example"); strings.Contains(l.plain(), words) {
					t.Errorf("%s in %s, caused by nobody of the staff:\n%s", template, language, l.plain())
				}
			} else {
				words = own[template][language]
			}
			o.CSRID, o.Session = "CSR001", "S1"
			l, _ := write(o, "https://my.water.example")
			html, err := l.html(t.Context())
			if err != nil || !strings.Contains(l.plain(), words) || !strings.Contains(html, words) {
				t.Errorf("%s in %s does not say that customer service did it: %v\n%s", template, language, err, l.plain())
			}
		}
	}
}
