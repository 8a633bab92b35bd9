// Package text is the catalogue of sentences by code, in every language: the same in window, page and command line.
package text

import (
	_ "embed" // the catalogues
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

//go:embed en.json
var english []byte

//go:embed es.json
var spanish []byte

var catalogues = map[string]map[string]string{"en": parse(english), "es": parse(spanish)}

// Languages lists the languages that there are.
func Languages() []string { return []string{"en", "es"} }

// Language chooses a language for a locale as the environment names it, such as es_MX.UTF-8; any other is English.
func Language(locale string) string {
	if strings.HasPrefix(locale, "es") {
		return "es"
	}
	return "en"
}

// The parameters of a sentence whose {{problem}} has a sentence of its own: its code, and the field with which that begins.
const (
	ProblemCode  = "problem_code"
	ProblemField = "problem_field"
)

// Sentence gives the sentence for a code, with its parameters put in. A language that is not there reads English, a
// code that is not there the sentence of "fault".
func Sentence(language, code string, params map[string]string) string {
	catalogue, ok := catalogues[language]
	if !ok {
		catalogue = catalogues["en"]
	}
	sentence, ok := catalogue[code]
	if !ok {
		sentence = catalogue["fault"]
	}
	if problem := params[ProblemCode]; problem != "" {
		params = maps.Clone(params)
		delete(params, ProblemCode)
		params["problem"] = strings.TrimSpace(params[ProblemField] + " " + Sentence(language, problem, params))
	}
	pairs := make([]string, 0, 2*len(params))
	for name, value := range params {
		pairs = append(pairs, "{{"+name+"}}", value)
	}
	return strings.NewReplacer(pairs...).Replace(sentence)
}

func parse(b []byte) map[string]string {
	var m map[string]string
	if err := json.Unmarshal(b, &m); err != nil {
		panic(fmt.Sprintf("the embedded catalogue does not parse: %v", err))
	}
	return m
}
