// Package web is the customers' portal: plain pages that need no script. A customer comes with a session's cookie, a
// member of staff inside a masquerade with that session's credential; one request never has both, and from there on the
// pages know only an actor.
package web

import (
	"bytes"
	"embed"
	"encoding/hex"
	"hash/fnv"
	"log/slog"
	"net/http"
	"path"
	"strconv"

	"github.com/a-h/templ"

	"meterside/portal"
)

//go:embed portal.css
var static embed.FS

// Options are what differs between installations.
type Options struct {
	Secure bool         // cookies travel over TLS only; off for a try-out on loopback
	Log    *slog.Logger // hears faults; nil for the program's own
}

const maxBody = 64 << 10

// site is the customers' portal.
type site struct {
	portal *portal.Portal
	secure bool
	log    *slog.Logger
	sheet  string // the style sheet's address, which changes with its content
}

// New gives the handler of the customers' pages, and of a masquerade's five questions below /masquerade/.
func New(p *portal.Portal, o Options) http.Handler {
	s := &site{portal: p, secure: o.Secure, log: o.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	p.Paper = s.forDesk
	css, err := static.ReadFile("portal.css")
	if err != nil {
		panic("the embedded style sheet is gone: " + err.Error())
	}
	sum := fnv.New64a()
	_, _ = sum.Write(css)
	s.sheet = "/static/portal.css?v=" + hex.EncodeToString(sum.Sum(nil))

	pages := http.NewServeMux()
	pages.Handle("GET /signin", s.outside(s.showSignIn))
	pages.Handle("POST /signin", s.outside(s.signIn))
	pages.Handle("POST /signout", s.outside(s.signOut))
	pages.Handle("GET /forgot", s.outside(s.showForgotten))
	pages.Handle("POST /forgot/password", s.outside(s.forgotPassword))
	pages.Handle("POST /forgot/username", s.outside(s.forgotUsername))
	pages.Handle("GET /reset", s.outside(s.showReset))
	pages.Handle("POST /reset", s.outside(s.reset))
	pages.Handle("GET /recover", s.outside(s.showRecover))
	pages.Handle("POST /recover", s.outside(s.recoverByCode))
	pages.Handle("GET /register", s.outside(s.showRegister))
	pages.Handle("POST /register", s.outside(s.register))
	pages.Handle("GET /validate", s.outside(s.showValidate))
	pages.Handle("POST /validate", s.outside(s.validate))
	pages.Handle("GET /validate/address", s.outside(s.showPending))
	pages.Handle("POST /validate/address", s.outside(s.validateElsewhere))
	pages.Handle("GET /email", s.outside(s.showEmail))
	pages.Handle("POST /email", s.outside(s.confirmEmail))
	pages.Handle("GET /invited", s.outside(s.showInvited))
	pages.Handle("POST /invited", s.outside(s.acceptInvitation))
	pages.Handle("POST /invited/register", s.outside(s.registerGuest))
	pages.Handle("GET /security", s.signedIn(s.showSecurity))
	pages.Handle("POST /security/password", s.signedIn(s.changePassword))
	pages.Handle("POST /security/signout", s.signedIn(s.signOutEverywhere))
	pages.Handle("GET /{$}", s.signedIn(s.showHome))
	pages.Handle("GET /bills", s.signedIn(s.showBills))
	pages.Handle("GET /bill", s.signedIn(s.showBill))
	pages.Handle("GET /bills/{file}", s.signedIn(s.downloadBill))
	pages.Handle("GET /usage", s.signedIn(s.showUsage))
	pages.Handle("GET /usage/greenbutton", s.signedIn(s.downloadUsage))
	pages.Handle("GET /pay", s.signedIn(s.showPay))
	pages.Handle("POST /pay", s.signedIn(s.pay))
	pages.Handle("POST /pay/cancel", s.signedIn(s.cancelPayment))
	pages.Handle("GET /requests", s.signedIn(s.showRequests))
	pages.Handle("POST /requests", s.signedIn(s.request))
	pages.Handle("GET /profile", s.signedIn(s.showProfile))
	pages.Handle("POST /profile", s.signedIn(s.changeProfile))
	pages.Handle("POST /profile/email", s.signedIn(s.changeEmail))
	pages.Handle("POST /profile/email/keep", s.signedIn(s.keepEmail))
	pages.Handle("GET /accounts", s.signedIn(s.showAccounts))
	pages.Handle("POST /accounts", s.signedIn(s.addAccount))
	pages.Handle("GET /people", s.signedIn(s.showPeople))
	pages.Handle("POST /people/invite", s.signedIn(s.inviteGuest))
	pages.Handle("POST /people/change", s.signedIn(s.changeGuest))
	pages.Handle("POST /people/remove", s.signedIn(s.removeGuest))
	pages.Handle("GET /access", s.signedIn(s.showAccess))
	pages.Handle("GET /access/{session}", s.signedIn(s.showReceipt))
	pages.Handle("GET /messages", s.signedIn(s.showMessages))
	pages.Handle("GET /help", s.signedIn(s.showHelp))
	pages.Handle("GET /preferences", s.signedIn(s.showPreferences))
	pages.Handle("POST /preferences", s.signedIn(s.changePreferences))
	pages.Handle("GET /letters", s.signedIn(s.showLetters))
	pages.Handle("POST /letters", s.signedIn(s.changeLetters))
	pages.Handle("GET /passphrase", s.signedIn(s.showPassphrase))
	pages.Handle("POST /passphrase", s.signedIn(s.choosePassphrase))
	pages.HandleFunc("GET /static/portal.css", func(w http.ResponseWriter, r *http.Request) {
		if !visitOf(r).masquerade() {
			w.Header().Set("Cache-Control", "public, max-age=86400")
		}
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		_, _ = w.Write(css)
	})
	pages.Handle("/", s.page(noPage))

	forPeople := s.identified(s.sameSite(s.readOnly(s.once(s.tidy(pages)))))
	return s.guarded(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "POST /masquerade/redeem":
			s.redeem(w, r)
		case "POST /masquerade/mode":
			s.raise(w, r)
		case "POST /masquerade/pass":
			s.pass(w, r)
		case "POST /masquerade/refused":
			s.refusedInWindow(w, r)
		case "POST /masquerade/end":
			s.endMasquerade(w, r)
		default:
			forPeople.ServeHTTP(w, r)
		}
	}))
}

// noPage answers what is no page, and every method that none has.
func noPage(w http.ResponseWriter, r *http.Request, _ *visit) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
		return errNoPage
	}
	w.Header().Set("Allow", "GET, HEAD, POST")
	return errNoMethod
}

// tidy knows no page under a crooked path. A ServeMux would redirect to the straight one, without a masquerade's prefix.
func (s *site) tidy(pages *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean("/"+r.URL.Path) != r.URL.Path {
			s.fail(w, r, visitOf(r), errNoPage)
			return
		}
		pages.ServeHTTP(w, r)
	})
}

// page runs a handler and shows what it could not do.
func (s *site) page(h func(http.ResponseWriter, *http.Request, *visit) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := visitOf(r)
		if err := h(w, r, v); err != nil {
			s.fail(w, r, v, err)
		}
	})
}

// outside is a page for who is no member of staff inside a masquerade: who somebody is, is theirs alone.
func (s *site) outside(h func(http.ResponseWriter, *http.Request, *visit) error) http.Handler {
	return s.page(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		if v.masquerade() {
			return errNotInside
		}
		return h(w, r, v)
	})
}

// render writes a page whole or not at all.
func (s *site) render(w http.ResponseWriter, r *http.Request, status int, content templ.Component) error {
	var page bytes.Buffer
	if err := content.Render(r.Context(), &page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", "Cookie, Authorization, Accept-Language")
	say(w, status)
	_, _ = page.WriteTo(w)
	return nil
}

// attach gives a file to be kept, under a name of plain letters.
func (s *site) attach(w http.ResponseWriter, kind, name string, file []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	w.Header().Set("Content-Length", strconv.Itoa(len(file)))
	if _, err := w.Write(file); err != nil {
		s.log.Warn("a file was cut short", "error", err)
	}
}
