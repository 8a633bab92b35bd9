package text

import (
	"os"
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

func TestSentencePutsParametersIn(t *testing.T) {
	got := Sentence("es", "already_locked", map[string]string{"username": "{{username}}"})
	if got != "{{username}} ya está bloqueado." {
		t.Errorf("got %q", got)
	}
	if Sentence("xx", "no such code", nil) != Sentence("en", "fault", nil) {
		t.Error("an unknown language or code does not fall back")
	}
}
