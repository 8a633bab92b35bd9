package text

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

var placeholder = regexp.MustCompile(`\{\{\w+\}\}`)

func TestEveryLanguageHasEveryCodeWithTheSameParameters(t *testing.T) {
	source, err := os.ReadFile("../errors.go")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile(`Code\s+=?\s*Code?\s*=?\s*"(\w+)"|=\s+"(\w+)"`).FindAllStringSubmatch(string(source), -1)
	if len(codes) < 40 {
		t.Fatalf("found only %d codes in errors.go", len(codes))
	}
	for _, m := range codes {
		code := m[1] + m[2]
		if _, ok := catalogues["en"][code]; !ok {
			t.Errorf("%s has no English sentence", code)
		}
	}
	for code, english := range catalogues["en"] {
		want := placeholder.FindAllString(english, -1)
		slices.Sort(want)
		for _, language := range Languages() {
			got := placeholder.FindAllString(catalogues[language][code], -1)
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("%s in %s has parameters %v, in English %v", code, language, got, want)
			}
		}
		if len(catalogues["es"]) != len(catalogues["en"]) {
			t.Errorf("en has %d sentences, es %d", len(catalogues["en"]), len(catalogues["es"]))
		}
	}
}

// What is wrong with an import is named where it is found, beside the errors: each name has its words too.
func TestEveryProblemOfAnImportHasItsWords(t *testing.T) {
	var files []string
	for _, folder := range []string{"../../portal/importer", "../../portal/importer/espi"} {
		found, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	count := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`Err\("((?:row|file|meter)_\w+)"`).FindAllStringSubmatch(string(source), -1) {
			count++
			if catalogues["en"][m[1]] == "" {
				t.Errorf("%s in %s has no sentence", m[1], file)
			}
		}
	}
	if count < 50 {
		t.Errorf("only %d problems were found", count)
	}
}

// A problem inside a sentence is said in the sentence's language.
//
// It fails when the problem's code is not looked up.
func TestAProblemInsideASentenceIsSaidInItsLanguage(t *testing.T) {
	params := map[string]string{"file": "f.xml", "line": "3", "problem": "start is missing", ProblemCode: "row_missing", ProblemField: "start"}
	if got, want := Sentence("es", "import_unreadable", params), Sentence("es", "import_unreadable", map[string]string{"file": "f.xml", "line": "3", "problem": "start falta"}); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if params["problem"] != "start is missing" {
		t.Error("the parameters that were given were changed")
	}
}

func TestSentencePutsParametersIn(t *testing.T) {
	got := Sentence("es", "already_locked", map[string]string{"username": "{{username}}"})
	if got != "{{username}} ya está bloqueado. No queda nada que bloquear." {
		t.Errorf("got %q", got)
	}
	if Sentence("xx", "no such code", nil) != Sentence("en", "fault", nil) {
		t.Error("an unknown language or code does not fall back")
	}
}

// whoCanChange are the refusals that somebody else can lift: a disabled control that shows one names who that is (R1).
var whoCanChange = []string{
	"no_permission", "out_of_scope", "entitlement", "mode_denied", "read_only", "second_person", "no_override", "staff_inactive",
	"console_off", "portal_off", "last_administrator", "device_revoked", "too_many_here",
}

// whatToDo are the other refusals of a disabled control: each says why, and what is to be done or that nothing is.
var whatToDo = []string{
	"online_only", "confirm_online", "offline", "verify_first", "stale", "lapsed", "already_locked", "not_locked", "not_linked", "already_linked",
	"deactivated", "not_deactivated", "not_enrolled", "already_enrolled", "no_email", "no_code", "payments_open", "account_closed",
	"nothing_to_change", "web_user_locked", "masquerade_open", "masquerade_own", "masquerade_nested", "masquerade_ended", "task_final",
	"task_ended", "still_queued", "not_resent", "no_address", "contacts_open", "contact_closed", "override_online", "verify_over", "fact_answered", "callback_past",
}

// R1: the sentence of every refusal that switches a control off says why, and who can change it or what to do.
func TestARefusalSaysWhyAndWhoCanChangeIt(t *testing.T) {
	who := map[string]*regexp.Regexp{"en": regexp.MustCompile(`administrator|supervisor`), "es": regexp.MustCompile(`administrador|supervisor`)}
	sentences := regexp.MustCompile(`[.;:] \S|, and |\) `)
	for _, language := range Languages() {
		for _, code := range append(slices.Clone(whoCanChange), whatToDo...) {
			sentence := catalogues[language][code]
			if slices.Contains(whoCanChange, code) && !who[language].MatchString(sentence) {
				t.Errorf("%s in %s names nobody who can change it: %q", code, language, sentence)
			}
			if !sentences.MatchString(sentence) {
				t.Errorf("%s in %s says why and not what to do: %q", code, language, sentence)
			}
		}
	}
}
