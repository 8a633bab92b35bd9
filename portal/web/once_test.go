package web

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"meterside/care"
	"meterside/portal"
)

var onceWords = regexp.MustCompile(`name="once" value="([A-Z2-7]{26})"`)

// unnamed is a page without the words by which its forms are known again: they differ at each showing.
func unnamed(body string) string { return onceWords.ReplaceAllString(body, "") }

// shown gives a page's first form the word by which it is known again.
func (town *town) shown(path string, form url.Values, edits ...edit) url.Values {
	town.t.Helper()
	word := onceWords.FindStringSubmatch(town.get(path, edits...).body)
	if word == nil {
		town.t.Fatalf("no form of %s can be told from another", path)
	}
	form.Set(onceField, word[1])
	return form
}

// R67: a form that is sent by a second click, and by going back, makes one task, and its sender reads the answer of the first;
// with another word in it, or for another customer, it is another form. Seen to fail without the hidden word, and with a name
// that leaves out what was typed.
func TestAFormThatIsSentTwiceIsDoneOnce(t *testing.T) {
	town := newTown(t)
	who, at := cookie(town.signIn("jdoe", jane)), "/requests?account="+home1
	form := town.shown(at, url.Values{"what": {"budget"}}, who)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if r := town.post(at, form, who); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != at+"&saved=saved" {
				t.Errorf("%s, to %q", r.Status, r.Header.Get("Location"))
			}
		})
	}
	all.Wait()
	town.later(portal.FormsKept / 2)
	who = cookie(town.signIn("jdoe", jane))
	town.post(at, form, who).wants(t, http.StatusSeeOther)
	tasks := func() int { return len(town.rows(taskFields + " WHERE kind = 'budget.requested'")) }
	if n := tasks(); n != 1 {
		t.Fatalf("%d tasks", n)
	}
	form.Set("words", "from May on")
	town.post(at, form, who).wants(t, http.StatusSeeOther)
	if n := tasks(); n != 2 {
		t.Errorf("%d tasks after another form", n)
	}
	town.put(&care.WebUserAccount{WebUserID: omar, Account: home1, Role: "manager"})
	town.post(at, form, cookie(town.signIn("omar", omar))).wants(t, http.StatusSeeOther)
	if n := tasks(); n != 3 {
		t.Errorf("%d tasks after another customer's form", n)
	}
}

// A form that was refused can come again as it is; a password that was changed is not wrong to who clicked twice.
func TestARefusedFormMayComeAgain(t *testing.T) {
	town := newTown(t)
	who := cookie(town.signIn("jdoe", jane))
	at := "/pay?account=" + home1
	form := town.shown(at, payment(), who)
	town.put(&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "closed"})
	town.post(at, form, who).wants(t, http.StatusConflict)
	town.put(&care.Account{Number: home1, MainPersonID: "1000000007", PremiseID: "P1", DistrictID: "D1", Status: "active"})
	for range 2 {
		town.post(at, form, who).wants(t, http.StatusSeeOther)
	}
	if got := town.rows(paid, home1); len(got) != 1 {
		t.Errorf("payments %q", got)
	}
	change := town.shown("/security", url.Values{"old": {password}, "password": {"another horse"}, "again": {"another horse"}}, who)
	for range 2 {
		town.post("/security/password", change, who).wants(t, http.StatusSeeOther)
	}
}

// A browser that gives up waiting for the first answer, as at a second click, takes nothing back; who sends a form while it is
// being done, and does not hear in time what became of it, is told so.
func TestAFormWhoseSenderLeftIsDoneAllTheSame(t *testing.T) {
	town := newTown(t)
	who, at := cookie(town.signIn("jdoe", jane)), "/requests?account="+home1
	form := town.shown(at, url.Values{"what": {"budget"}}, who)
	s := &site{portal: town.Portal, log: slog.New(slog.DiscardHandler)}
	var handler http.Handler
	send := func(ctx context.Context) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		who(r)
		w := newRecorder()
		handler.ServeHTTP(w, r)
		return w
	}
	gone, leave := context.WithCancel(t.Context())
	handler = s.identified(s.once(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		leave()
		if r.Context().Err() != nil {
			t.Error("the form ends with who waits for it")
		}
		soon, cancel := context.WithTimeout(t.Context(), 2*formLook)
		defer cancel()
		if again := send(soon); again.Code != http.StatusConflict || !strings.Contains(again.Body.String(), "cannot say yet what became of it") {
			t.Errorf("sent meanwhile: %d %s", again.Code, again.Body)
		}
		http.Redirect(w, r, "/led", http.StatusSeeOther)
	})))
	if first, second := send(gone), send(t.Context()); first.Header().Get("Location") != "/led" || second.Header().Get("Location") != "/led" {
		t.Errorf("led to %q, then to %q", first.Header().Get("Location"), second.Header().Get("Location"))
	}
}
