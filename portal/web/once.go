package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

// onceField is the hidden field by which a form that is sent twice is known again.
const onceField = "once"

// A form that is being done is waited for this long, and looked at this often.
const (
	formWait = 10 * time.Second
	formLook = 50 * time.Millisecond
)

// newOnce is what one showing of a form is known by.
func newOnce() string { return rand.Text() }

// once has a form done once, however often it comes: by a second click, by going back, by a browser that tries again. Who
// sends it a second time is led where the first one was. Another word in it makes it another form.
func (s *site) once(next http.Handler) http.Handler {
	return s.page(func(w http.ResponseWriter, r *http.Request, v *visit) error {
		if r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return nil
		}
		if err := readForm(r); err != nil {
			return err
		}
		if r.PostForm.Get(onceField) == "" {
			next.ServeHTTP(w, r)
			return nil
		}
		form := formName(r, v)
		first, leadsTo, err := s.takeForm(r, form)
		switch {
		case err != nil:
			return err
		case !first:
			http.Redirect(w, r, leadsTo, http.StatusSeeOther)
			return nil
		}
		// A browser gives the first answer up when it sends the second form; what it asked for goes on all the same.
		ctx := context.WithoutCancel(r.Context())
		settle := func(leadsTo string) {
			if err := s.portal.SettleForm(ctx, form, leadsTo); err != nil {
				s.log.Error("what became of a form is not kept", "path", r.URL.Path, "error", err)
			}
		}
		told := &toldOnce{ResponseWriter: w, settle: settle}
		next.ServeHTTP(told, r.WithContext(ctx))
		if !told.led {
			settle("")
		}
		return nil
	})
}

// takeForm says whether a form comes for the first time, or else waits until it is known where that led.
func (s *site) takeForm(r *http.Request, form string) (first bool, leadsTo string, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), formWait)
	defer cancel()
	look := time.NewTicker(formLook)
	defer look.Stop()
	for {
		if first, leadsTo, err = s.portal.TakeForm(ctx, form); err == nil && (first || leadsTo != "") {
			return first, leadsTo, nil
		}
		if ctx.Err() != nil {
			return false, "", errFormUnsure
		}
		if err != nil {
			return false, "", err
		}
		select {
		case <-ctx.Done():
			return false, "", errFormUnsure
		case <-look.C:
		}
	}
}

// formName is what a form is known by: who sends it, where to, and every word of it. The hidden word in it cannot be guessed,
// so that nothing of the others can be found out from the name.
func formName(r *http.Request, v *visit) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{v.actor.WebUser(), v.actor.Session, r.URL.RequestURI(), r.PostForm.Encode()}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// toldOnce keeps where the sender of a form is led before they are.
type toldOnce struct {
	http.ResponseWriter
	settle func(leadsTo string)
	led    bool
}

// WriteHeader keeps an answer that leads on.
func (t *toldOnce) WriteHeader(status int) {
	if status == http.StatusSeeOther && !t.led {
		t.led = true
		t.settle(t.Header().Get("Location"))
	}
	t.ResponseWriter.WriteHeader(status)
}
