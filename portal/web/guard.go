package web

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"net/http"
	"slices"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/wording"
)

const contentPolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// refused is an answer of the pages' own: a status and one of their texts.
type refused struct {
	status int
	key    string
}

// Error gives the text's key, for logs.
func (e refused) Error() string { return e.key }

var (
	errNoPage    = refused{http.StatusNotFound, "error.not_found"}
	errNoMethod  = refused{http.StatusMethodNotAllowed, "error.not_found"}
	errCrossSite = refused{http.StatusForbidden, "error.cross_site"}
	errTooLarge  = refused{http.StatusRequestEntityTooLarge, "error.too_large"}
	errNotInside = care.Err(care.CodeOnlyCustomer)
	errNoRight   = refused{http.StatusForbidden, "error.no_right"}
	// A form is being done that was sent before, and nobody knows yet what became of it.
	errFormUnsure = refused{http.StatusConflict, "error.form_unsure"}
)

// guarded sets what every answer says to the browser, and bounds what a request may bring.
func (s *site) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			r.Body = whole(r.Body)
		}
		next.ServeHTTP(w, r)
	})
}

// whole reads all that a request brings, before anybody looks who sends it: it may trickle in for half a minute, and what has ended by
// then is over. Whoever reads it hears what went wrong.
func whole(body io.Reader) io.ReadCloser {
	var all bytes.Buffer
	_, err := all.ReadFrom(body)
	return io.NopCloser(io.MultiReader(&all, endsWith{cmp.Or(err, io.EOF)}))
}

// endsWith is a reader of nothing but its error.
type endsWith struct{ err error }

// Read gives the error.
func (e endsWith) Read([]byte) (int, error) { return 0, e.err }

// sameSite refuses a form that another site sent.
func (s *site) sameSite(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(s.page(func(http.ResponseWriter, *http.Request, *visit) error { return errCrossSite }))
	return protection.Handler(next)
}

// readOnly refuses whatever could change something where a masquerade may only look, and marks what is left so that the
// database refuses it too. It stands before all pages, so that a new one cannot forget it; the commands refuse by themselves.
func (s *site) readOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r)
		if !v.masquerade() || v.actor.Mode.Changes() {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodOptions {
			s.fail(w, r, v, care.Err(care.CodeReadOnly))
			return
		}
		next.ServeHTTP(w, r.WithContext(portal.Viewing(r.Context())))
	})
}

// kept are the refusals that go on record where a member of staff met them in a customer's place.
var kept = []care.Code{
	care.CodeReadOnly, care.CodeEntitlement, care.CodeNoPermission, care.CodeOnlyCustomer, care.CodeMasqueradeNested, care.CodeOutOfScope,
	care.CodeConsoleOff, care.CodePortalOff, care.CodeNotFound, care.CodeNotLinked,
}

// keep records what a masquerade was refused. The page says it whether or not that can be written.
func (s *site) keep(r *http.Request, v *visit, err error) {
	said := care.AsError(err)
	if errors.Is(err, errNoRight) {
		said.Code = care.CodeNoPermission
	}
	if !v.masquerade() || !slices.Contains(kept, said.Code) {
		return
	}
	if err := s.portal.Refused(r.Context(), v.actor, v.session, wording.Shown(r.URL.Path, textShown), said); err != nil && r.Context().Err() == nil {
		s.log.Error("a refusal could not be recorded", "error", err)
	}
}

// fail shows what could not be done, and records it where that is due. A fault is logged and says nothing of its cause.
func (s *site) fail(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	s.keep(r, v, err)
	over(w, err)
	status, words := s.explain(r, v.language, err)
	title := "error.title"
	switch {
	case status == http.StatusNotFound:
		title = "error.missing.title"
	case w.Header().Get(headerState) != "":
		title = "error.ended.title"
	}
	page := page{site: s, visit: v, Catalogue: catalogues[v.language], title: catalogues[v.language].Say(title), path: r.URL.Path}
	if err := s.render(w, r, status, noticePage(page, words)); err != nil {
		s.log.Error("showing a notice failed", "error", err)
		http.Error(w, words, status)
	}
}

// over tells the masquerade's window where its session has ended.
func over(w http.ResponseWriter, err error) {
	if care.CodeOf(err) == care.CodeMasqueradeEnded {
		w.Header().Set(headerState, "ended")
	}
}

// explain gives the status and the sentence for an error.
func (s *site) explain(r *http.Request, lang string, err error) (int, string) {
	var own refused
	if errors.As(err, &own) {
		return own.status, catalogues[lang].Say(own.key)
	}
	e := care.AsError(err)
	if e.Code == care.CodeFault && r.Context().Err() == nil {
		s.log.Error("a request failed", "method", r.Method, "path", r.URL.Path, "error", err)
	}
	return statusOf(e.Code), sentence(lang, e)
}

// challenge goes with each 401, as HTTP wants it. No browser knows the scheme, so that none asks for a password in a window of its
// own: the page does.
const challenge = `Meterside realm="customers"`

// say begins an answer.
func say(w http.ResponseWriter, status int) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", challenge)
	}
	w.WriteHeader(status)
}

// statusOf is the HTTP status of a refusal: 401 for whatever was shown to be let in by and does not let in.
func statusOf(code care.Code) int {
	switch code {
	case care.CodeFault:
		return http.StatusInternalServerError
	case care.CodeNotFound, care.CodeNotLinked:
		return http.StatusNotFound
	case care.CodeNotSignedIn, care.CodeMasqueradeEnded, care.CodeSignInFailed, care.CodeCodeWrong, care.CodeLinkEnded,
		care.CodeTicketInvalid, care.CodeTicketUsed, care.CodeTicketExpired, care.CodeStaffInactive, care.CodeDeviceRevoked:
		return http.StatusUnauthorized
	case care.CodeInvalid, care.CodeMissing, care.CodeTooLong, care.CodeNoChoice, care.CodePassphraseShort, care.CodeNothingToChange:
		return http.StatusBadRequest
	case care.CodeNotProven:
		return http.StatusUnprocessableEntity
	case care.CodeSignInThrottled:
		return http.StatusTooManyRequests
	case care.CodeAccountClosed, care.CodeNameTaken, care.CodeAlreadyLinked, care.CodeSameEmail, care.CodeNoNewEmail, care.CodeTooManyEmails,
		care.CodeAlreadyEnrolled:
		return http.StatusConflict
	}
	return http.StatusForbidden
}

// readForm reads a form that was posted.
func readForm(r *http.Request) error {
	err := r.ParseForm()
	if tooLarge := new(http.MaxBytesError); errors.As(err, &tooLarge) {
		return errTooLarge
	}
	if err != nil {
		return care.Err(care.CodeInvalid, "field", "form", "problem", "cannot be read")
	}
	return nil
}
