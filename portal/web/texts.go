package web

import (
	"embed"
	"net/http"

	"golang.org/x/text/language"

	"meterside/care"
	"meterside/care/text"
	"meterside/portal/wording"
)

//go:embed texts/*.json
var textFiles embed.FS

// catalogues are the pages' own words. What care refuses is worded in care/text.
var catalogues = wording.Read(textFiles)

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

// languageNames are the supported languages, each in its own words.
var languageNames = []choice{{"en", "English"}, {"es", "Español"}}

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
