package main

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strconv"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/mail"
)

// door is a place where a secret lets somebody in.
type door struct {
	name string
	try  func(v *village, secret string, who caller) int
	open int // what it answers to the right secret; to any other it is 401
}

// caller is in whose name a secret is tried where a name goes with it. Tries that fail are bounded for each name, and a matrix has
// many of them, so they are made in several names by turns.
type caller struct{ webUser, session, staff, token string }

const callers = 5

// meet puts the callers into the village, and signs them in.
func (v *village) meet() (all []caller) {
	v.Helper()
	for i := range callers {
		c := caller{webUser: "door-" + strconv.Itoa(i), staff: "DOOR0" + strconv.Itoa(i)}
		v.put(
			&care.WebUser{ID: c.webUser, Username: c.webUser, Email: c.webUser + "@example.com", PersonID: "1", Enrolment: care.Enrolled},
			&care.WebUserAccount{WebUserID: c.webUser, Account: doorsAccount, Role: "viewer"},
		)
		v.must(v.SetWebUserPassword(v.Context(), c.webUser, password))
		v.must(v.AddStaff(v.Context(), care.Staff{ID: c.staff, Name: c.staff, Role: care.RoleCSR, Districts: care.List{"all"}, Active: true}, password))
		var err error
		c.session, err = v.SignInCustomer(v.Context(), c.webUser, password, "127.0.0.1")
		v.must(err)
		desk, err := v.SignInStaff(v.Context(), c.staff, password, "desk-"+c.staff, "127.0.0.1")
		v.must(err)
		c.token = desk.Token
		all = append(all, c)
	}
	return all
}

const doorsAccount = "030000021"

func header(scheme, method, path string) func(v *village, secret string, who caller) int {
	return func(v *village, secret string, _ caller) int {
		return v.send(method, path, "", func(r *http.Request) { r.Header.Set("Authorization", scheme+secret) })
	}
}

// form sends a form with a new password in it, in nobody's name or in that of a customer's session.
func form(v *village, path, session string, fields ...string) int {
	values := url.Values{"password": {"seven green herons"}, "again": {"seven green herons"}}
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return v.send(http.MethodPost, path, values.Encode(), func(r *http.Request) {
		if session != "" {
			r.AddCookie(&http.Cookie{Name: cookieNamed, Value: session})
		}
	})
}

func question(v *village, path, token string, ask map[string]string) int {
	return v.send(http.MethodPost, path, care.Detail(ask), func(r *http.Request) {
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
	})
}

// followed follows a link, which puts its letters away before it shows anything.
func followed(page string) func(v *village, secret string, who caller) int {
	return func(v *village, secret string, _ caller) int {
		jar, err := cookiejar.New(nil)
		v.must(err)
		res, err := (&http.Client{Jar: jar}).Get(v.server.URL + page + url.QueryEscape(secret)) //nolint:noctx // it ends with its server
		v.must(err)
		defer func() { _ = res.Body.Close() }()
		v.challenged(res)
		return res.StatusCode
	}
}

// doors are all there are. One that uses up what it lets in comes last.
var doors = []door{
	{"a customer's cookie", func(v *village, secret string, _ caller) int {
		return v.send(http.MethodGet, "/bills", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookieNamed, Value: secret}) })
	}, 200},
	{"a masquerade's credential", header("Masquerade ", http.MethodGet, "/bills"), 200},
	{"changes in a masquerade", header("Masquerade ", http.MethodPost, "/masquerade/mode"), 400},
	{"a desk's questions", header("Bearer ", http.MethodPost, "/ask"), 400},
	{"a desk's socket", header("Bearer ", http.MethodGet, "/sync"), 400},
	{"a desk's new identity", header("Bearer ", http.MethodPost, "/api/enrol"), 400},
	{"a desk's lock", func(v *village, secret string, _ caller) int {
		return question(v, "/api/unlock", secret, map[string]string{"password": password})
	}, 204},
	{"a password at a desk's lock", func(v *village, secret string, who caller) int {
		return question(v, "/api/unlock", who.token, map[string]string{"password": secret})
	}, 204},
	{"a CSR's password", func(v *village, secret string, who caller) int {
		return question(v, "/api/signin", "", map[string]string{"user": who.staff, "password": secret, "device": "desk-" + who.staff})
	}, 200},
	{"the mail service", func(v *village, secret string, _ caller) int {
		return v.send(http.MethodPost, mail.HookPath, "{}", func(r *http.Request) {
			r.Header.Set(mail.HookHeader, mail.Sign([]byte("{}"), care.Secret(secret), v.Now()))
		})
	}, 400},
	{"a link that sets a password", followed(portal.ResetPage), 200},
	{"a link that validates an address", followed(portal.ValidatePage), 200},
	{"a link to a new address", followed(portal.EmailPage), 200},
	{"an invitation", followed(portal.InvitePage), 200},
	{"a customer's password", func(v *village, secret string, who caller) int {
		return form(v, "/signin", "", "username", who.webUser, "password", secret)
	}, 303},
	{"the present password, for a new one", func(v *village, secret string, who caller) int {
		return form(v, "/security/password", who.session, "old", secret, "password", "x", "again", "x") // which will not do
	}, 400},
	{"the present password, for another address", func(v *village, secret string, who caller) int {
		return form(v, "/profile/email?account="+doorsAccount, who.session, "email", "new@example.org", "password", secret)
	}, 303},
	{"a password, for an address to validate", func(v *village, secret string, who caller) int {
		return form(v, "/validate/address", "", "username", who.webUser, "email", "new@example.org", "password", secret) // it is already
	}, 409},
	{"a code that sets a password", func(v *village, secret string, who caller) int {
		return form(v, "/recover", "", "username", who.webUser, "code", secret)
	}, 303},
	{"a ticket", func(v *village, secret string, _ caller) int {
		return question(v, "/masquerade/redeem", "", map[string]string{"ticket": secret, "verifier": verifier, "device": "desk-CSR005"})
	}, 200},
}

// challenged fails for a 401 that does not say what it wants, and for one that has a browser ask for a password in a window of its own.
func (v *village) challenged(res *http.Response) {
	v.Helper()
	wants := res.Header.Get("WWW-Authenticate")
	if res.StatusCode != http.StatusUnauthorized {
		return
	}
	for _, scheme := range []string{"Meterside", "Bearer", "Signature"} {
		if len(wants) > len(scheme) && wants[:len(scheme)+1] == scheme+" " {
			return
		}
	}
	v.Errorf("%s %s: 401 wants %q", res.Request.Method, res.Request.URL.Path, wants)
}

// link gives the letters of the link that somebody's command sends.
func (v *village) link(actor care.Actor, cmd care.Command) string {
	v.Helper()
	before := v.letters()
	env, err := portal.NewEnvelope(cmd.Kind(), []byte(care.Detail(cmd)), v.Now())
	v.must(err)
	verdict, err := v.Do(v.Context(), actor, env)
	v.must(err)
	for letters := range v.letters() {
		if !before[letters] {
			return letters
		}
	}
	v.Fatalf("%s makes no link: %+v", cmd.Kind(), verdict)
	return ""
}

// letters are those of all links.
func (v *village) letters() map[string]bool {
	v.Helper()
	rows, err := v.Store.Reader().QueryContext(v.Context(), "SELECT token FROM recovery_secret WHERE token <> ''")
	v.must(err)
	defer rows.Close()
	all := map[string]bool{}
	for rows.Next() {
		var letters string
		v.must(rows.Scan(&letters))
		all[letters] = true
	}
	v.must(rows.Err())
	return all
}

// code gives a recovery code for a web user.
func (v *village) code(webUser, account string) string {
	v.Helper()
	session, err := v.SignInStaff(v.Context(), "CSR005", password, "desk-CSR005", "127.0.0.1")
	v.must(err)
	actor, err := v.DeskActor(v.Context(), session.Token, "127.0.0.1")
	v.must(err)
	env, err := portal.NewEnvelope("recovery.generate_code", []byte(care.Detail(&care.GenerateCode{WebUserID: webUser, Account: account})), v.Now())
	v.must(err)
	given, err := v.Ask(v.Context(), actor, portal.Question{Envelope: env})
	v.must(err)
	code, ok := given.(care.RecoveryCode)
	if !ok {
		v.Fatalf("given %T", given)
	}
	return string(code.Code)
}
