package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"golang.org/x/text/language"

	"meterside/care"
	"meterside/care/text"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogue is the pages' own words in one language. What care refuses is worded in care/text.
type catalogue map[string]string

var catalogues = map[string]catalogue{"en": readCatalogue("en"), "es": readCatalogue("es")}

func readCatalogue(lang string) catalogue {
	b, err := textFiles.ReadFile("texts/" + lang + ".json")
	if err == nil {
		var c catalogue
		if err = json.Unmarshal(b, &c); err == nil {
			return c
		}
	}
	panic(fmt.Sprintf("the embedded texts %q do not parse: %v", lang, err))
}

// say gives a text with its parameters, as name, value, name, value. A text that is not there shows as its key.
func (c catalogue) say(key string, pairs ...string) string {
	sentence, ok := c[key]
	if !ok {
		return key
	}
	filled := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		filled = append(filled, "{{"+pairs[i]+"}}", pairs[i+1])
	}
	return strings.NewReplacer(filled...).Replace(sentence)
}

// sentence words a refusal for a customer: the pages' own words where care's are meant for staff.
func sentence(lang string, e care.Error) string {
	c := catalogues[lang]
	for _, key := range []string{"error." + string(e.Code) + "." + e.Params["field"], "error." + string(e.Code)} {
		if own, ok := c[key]; ok {
			return own
		}
	}
	return text.Sentence(lang, string(e.Code), e.Params)
}

var supported = []string{"en", "es"}
var matcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

const languageCookie = "lang"

// languageOf is the language asked for in the address, else the one remembered, else the browser's.
func (s *site) languageOf(w http.ResponseWriter, r *http.Request) string {
	if asked := r.URL.Query().Get("lang"); catalogues[asked] != nil {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: asked, Path: "/", MaxAge: 365 * 24 * 60 * 60, HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode,
		})
		return asked
	}
	if c, err := r.Cookie(languageCookie); err == nil && catalogues[c.Value] != nil {
		return c.Value
	}
	_, at := language.MatchStrings(matcher, r.Header.Get("Accept-Language"))
	return supported[at]
}
