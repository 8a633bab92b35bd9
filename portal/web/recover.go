package web

import (
	"net/http"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal/wording"
)

// linkCookie holds the letters of a message's link from the click to the form, so that they leave the address at once: an
// address is remembered, shown, and handed on.
const (
	linkCookie = "link"
	linkLife   = time.Hour
)

// showForgotten is GET /forgot: a link for who forgot the password, a reminder for who forgot the user name.
func (s *site) showForgotten(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.forgottenPage(w, r, v, http.StatusOK, "")
}

func (s *site) forgottenPage(w http.ResponseWriter, r *http.Request, v *visit, status int, good string, failed ...error) error {
	p := s.newPage(v, catalogues[v.language].Say("forgot.title"), "/forgot", "")
	forms := []form{
		{
			id: "password", title: p.Say("forgot.password"), intro: []string{p.Say("forgot.password.intro")}, action: v.at("/forgot/password"), submit: p.Say("forgot.password.submit"),
			fields: []input{{name: "username", label: p.Say("signin.username"), fill: "username"}},
		},
		{
			id: "username", title: p.Say("forgot.username"), intro: []string{p.Say("forgot.username.intro")}, action: v.at("/forgot/username"), submit: p.Say("forgot.username.submit"),
			fields: []input{{name: "email", label: p.Say("email"), kind: "email", fill: "email"}},
		},
	}
	for _, err := range failed {
		forms[0] = forms[0].refused(v.language, err)
	}
	return s.render(w, r, status, formsPage(p, formsOf{good: good, forms: forms, links: []choice{
		{"/recover", p.Say("recover.title")}, {"/signin", p.Say("signin.title")},
	}}))
}

// forgotPassword is POST /forgot/password. Its answer is the same for every name.
func (s *site) forgotPassword(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.portal.ForgottenPassword(r.Context(), strings.TrimSpace(r.PostForm.Get("username")), addressOf(r))
	return s.forgottenAnswer(w, r, v, err, "forgot.password.sent")
}

// forgotUsername is POST /forgot/username. Its answer is the same for every mailbox.
func (s *site) forgotUsername(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	err := s.portal.ForgottenUsername(r.Context(), strings.TrimSpace(r.PostForm.Get("email")), addressOf(r))
	return s.forgottenAnswer(w, r, v, err, "forgot.username.sent")
}

func (s *site) forgottenAnswer(w http.ResponseWriter, r *http.Request, v *visit, err error, sent string) error {
	if care.CodeOf(err) == care.CodeSignInThrottled {
		return s.forgottenPage(w, r, v, http.StatusTooManyRequests, "", err)
	}
	if err != nil {
		return err
	}
	return s.forgottenPage(w, r, v, http.StatusOK, catalogues[v.language].Say(sent))
}

// followed takes the letters out of a link's address: it keeps them in a cookie and leads to the page without them. A form is
// no link: it is answered once, by its page.
func (s *site) followed(w http.ResponseWriter, r *http.Request, v *visit) (letters string, moved bool) {
	if letters := r.URL.Query().Get("link"); letters != "" && r.Method != http.MethodPost {
		s.setLink(w, letters)
		http.Redirect(w, r, v.at(r.URL.Path), http.StatusSeeOther)
		return "", true
	}
	kept, err := r.Cookie(linkCookie)
	if err != nil {
		return "", false
	}
	return kept.Value, false
}

func (s *site) setLink(w http.ResponseWriter, letters string) {
	cookie := &http.Cookie{Name: linkCookie, Value: letters, Path: "/", MaxAge: int(linkLife.Seconds()), HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode}
	if letters == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(w, cookie)
}

// showReset is GET /reset: where a reset link leads. Looking at it uses nothing up, as programs that check mails follow links.
func (s *site) showReset(w http.ResponseWriter, r *http.Request, v *visit) error {
	letters, moved := s.followed(w, r, v)
	if moved {
		return nil
	}
	user, err := s.portal.LinkUser(r.Context(), letters)
	if err != nil {
		return s.linkEnded(w, r, v, err)
	}
	return s.resetPage(w, r, v, http.StatusOK, user, nil)
}

func (s *site) resetPage(w http.ResponseWriter, r *http.Request, v *visit, status int, user care.WebUser, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("reset.title"), "/reset", "")
	f := form{
		id: "reset", action: v.at("/reset"), submit: p.Say("reset.submit"), fields: p.newPasswordFields(),
		intro: []string{p.Say("reset.intro", "name", wording.Shown(user.Username, nameShown))},
	}
	if failed != nil {
		f = f.refused(v.language, failed)
	}
	return s.render(w, r, status, formsPage(p, formsOf{forms: []form{f}}))
}

// newPasswordFields are the two in which somebody types a new password.
func (p page) newPasswordFields() []input {
	return []input{
		{name: "password", label: p.Say("password.new"), hint: p.Say("password.rules"), kind: "password", fill: "new-password"},
		{name: "again", label: p.Say("password.again"), kind: "password", fill: "new-password"},
	}
}

// newPassword reads those two.
func newPassword(r *http.Request) (string, error) {
	password := r.PostForm.Get("password")
	if password != r.PostForm.Get("again") {
		return "", care.Err(care.CodeInvalid, "field", "again", "problem", "is not the same")
	}
	return password, nil
}

// reset is POST /reset.
func (s *site) reset(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	letters, _ := s.followed(w, r, v)
	password, err := newPassword(r)
	if err == nil {
		err = s.portal.ResetByLink(r.Context(), letters, password, addressOf(r))
	}
	switch care.CodeOf(err) {
	case "":
		s.setLink(w, "")
		return s.passwordSet(w, r, v)
	case care.CodeInvalid, care.CodeSignInThrottled:
		user, gone := s.portal.LinkUser(r.Context(), letters)
		if gone == nil {
			status, _ := s.explain(r, v.language, err)
			return s.resetPage(w, r, v, status, user, err)
		}
		err = gone
	}
	return s.linkEnded(w, r, v, err)
}

// passwordSet leads to the sign-in, where the new password is used for the first time.
func (s *site) passwordSet(w http.ResponseWriter, r *http.Request, v *visit) error {
	s.setSession(w, "")
	http.Redirect(w, r, v.at("/signin?said=password"), http.StatusSeeOther)
	return nil
}

// linkEnded says that a link works no more, and how to get another.
func (s *site) linkEnded(w http.ResponseWriter, r *http.Request, v *visit, err error) error {
	if care.CodeOf(err) != care.CodeLinkEnded {
		return err
	}
	s.setLink(w, "")
	p := s.newPage(v, catalogues[v.language].Say("link.ended"), "/forgot", "")
	status, words := s.explain(r, v.language, err)
	return s.render(w, r, status, formsPage(p, formsOf{intro: []string{words}, links: []choice{{"/forgot", p.Say("forgot.title")}, {"/signin", p.Say("signin.title")}}}))
}

// showRecover is GET /recover: for a code that customer service read out.
func (s *site) showRecover(w http.ResponseWriter, r *http.Request, v *visit) error {
	return s.recoverPage(w, r, v, http.StatusOK, "", nil)
}

func (s *site) recoverPage(w http.ResponseWriter, r *http.Request, v *visit, status int, username string, failed error) error {
	p := s.newPage(v, catalogues[v.language].Say("recover.title"), "/recover", "")
	f := form{
		id: "recover", action: v.at("/recover"), submit: p.Say("reset.submit"), intro: []string{p.Say("recover.intro")},
		fields: append([]input{
			{name: "username", label: p.Say("signin.username"), value: wording.Shown(username, usernameShown), fill: "username"},
			{name: "code", label: p.Say("recover.code"), hint: p.Say("recover.code.hint"), fill: "one-time-code"},
		}, p.newPasswordFields()...),
	}
	if failed != nil {
		f = f.refused(v.language, failed)
		if care.CodeOf(failed) == care.CodeCodeWrong {
			f.wrong = "code"
		}
	}
	return s.render(w, r, status, formsPage(p, formsOf{forms: []form{f}, links: []choice{{"/forgot", p.Say("forgot.title")}, {"/signin", p.Say("signin.title")}}}))
}

// recoverByCode is POST /recover: R51's code, and the password it is for.
func (s *site) recoverByCode(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := readForm(r); err != nil {
		return err
	}
	username := strings.TrimSpace(r.PostForm.Get("username"))
	password, err := newPassword(r)
	if err == nil {
		err = s.portal.ResetByCode(r.Context(), username, r.PostForm.Get("code"), password, addressOf(r))
	}
	switch care.CodeOf(err) {
	case "":
		return s.passwordSet(w, r, v)
	case care.CodeFault:
		return err
	}
	status, _ := s.explain(r, v.language, err)
	return s.recoverPage(w, r, v, status, username, err)
}
