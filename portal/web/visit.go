package web

import (
	"context"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"meterside/care"
)

// What the pages and the masquerade's window say to each other in headers.
const (
	headerSession = "Meterside-Session"    // on every answer of a masquerade: the session
	headerActor   = "Meterside-Actor"      // on every answer of a masquerade: the CSR
	headerState   = "Meterside-Masquerade" // "ended" with a 401: the session is over
	headerPrefix  = "X-Forwarded-Prefix"   // the path under which the window shows the pages
	authScheme    = "Masquerade "
)

const sessionCookie = "meterside"

var validPrefix = regexp.MustCompile(`^(/[A-Za-z0-9_-]+)+$`)

const maxPrefix = 100

// visit is one request and who makes it.
type visit struct {
	actor    care.Actor // nobody where ID is ""
	session  care.Masquerade
	user     care.WebUser // who the actor is or acts as
	person   care.Person
	policy   care.Policy
	prefix   string
	language string
	now      time.Time
	accounts []care.Account      // that are the visitor's; nil until they are asked for
	link     care.WebUserAccount // to the account that the page is about; empty for none
	second   []string            // the sensitive tasks of the page that wait for a second person in this masquerade
	waits    string              // for what the form waits that led here, "" for none
	ended    error               // why the cookie counts no more; nil for one that does, and for none
}

// masquerade says whether a member of staff acts as a customer.
func (v *visit) masquerade() bool { return v.actor.Origin == care.OriginMasquerade }

// at is where a page is, seen from the browser.
func (v *visit) at(path string) string { return v.prefix + path }

type visitKey struct{}

// visitOf gives the visit that identified put into the request.
func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{language: "en"}
}

// identified finds out who makes a request. Where there is an Authorization header only that counts, and only a
// masquerade's: no other secret works in its place, and no cookie fills in for it.
func (s *site) identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{language: s.languageOf(w, r), now: s.portal.Now()}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		var err error
		if len(r.Header.Values("Authorization")) > 0 {
			err = s.masquerading(w, r, v)
		} else if cookie, missing := r.Cookie(sessionCookie); missing == nil {
			err = s.customer(r, v, cookie.Value)
		}
		if err == nil && v.actor.ID != "" {
			err = s.introduce(r.Context(), v)
		}
		if err != nil {
			s.fail(w, r, v, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// customer takes a session's cookie. One that no longer counts makes a visitor who is not signed in.
func (s *site) customer(r *http.Request, v *visit, token string) error {
	actor, err := s.portal.CustomerActor(r.Context(), token, addressOf(r))
	switch care.CodeOf(err) {
	case "":
		v.actor = actor
	case care.CodeNotSignedIn:
		v.ended = care.Err(care.CodeNotSignedIn)
	case care.CodeWebUserLocked:
		v.ended = care.Err(care.CodeSignInLocked)
	default:
		return err
	}
	return nil
}

// masquerading takes a masquerade's credential, and names session and CSR on the answer before anything can be shown.
func (s *site) masquerading(w http.ResponseWriter, r *http.Request, v *visit) error {
	credential, ok := credentialOf(r)
	if !ok {
		return refused{http.StatusUnauthorized, "error.not_signed_in"}
	}
	if p := r.Header.Get(headerPrefix); len(p) <= maxPrefix && validPrefix.MatchString(p) {
		v.prefix = p
	}
	actor, session, err := s.portal.MasqueradeActor(r.Context(), credential, addressOf(r))
	if session.ID != "" {
		w.Header().Set(headerSession, session.ID)
		w.Header().Set(headerActor, session.CSRID)
	}
	if err != nil {
		return err
	}
	v.actor, v.session = actor, session
	return nil
}

// introduce reads what every page says of who is there.
func (s *site) introduce(ctx context.Context, v *visit) (err error) {
	if v.policy, err = s.portal.Policy(ctx); err != nil {
		return err
	}
	v.user, v.person, err = s.portal.WebUser(ctx, v.actor.WebUser())
	return err
}

// credentialOf is the one credential of a masquerade that a request carries.
func credentialOf(r *http.Request) (string, bool) {
	given := r.Header.Values("Authorization")
	if len(given) != 1 {
		return "", false
	}
	return strings.CutPrefix(given[0], authScheme)
}

// addressOf is the address a request came from.
func addressOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// signedIn is a page for a customer, or for who acts as one: then it goes on record before it is shown.
func (s *site) signedIn(h func(http.ResponseWriter, *http.Request, *visit) error) http.Handler {
	return s.page(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		if v.actor.ID == "" {
			if v.ended != nil {
				return s.signInAgain(w, r, v)
			}
			http.Redirect(w, r, v.at(toSignIn(r)), http.StatusSeeOther)
			return nil
		}
		if v.masquerade() && r.Method == http.MethodGet {
			if err := s.portal.Saw(r.Context(), v.actor, v.session, r.URL.Path); err != nil {
				return err
			}
		}
		if err := s.told(r, v); err != nil {
			return err
		}
		return h(w, r, v)
	})
}
