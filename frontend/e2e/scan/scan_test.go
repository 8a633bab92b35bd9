//go:build e2e

// Package scan has Debian's sqlmap and wapiti look for holes in the customers' pages: `make scan` in all of them, signed in and
// out, `make test` in three forms.
package scan

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// reports is a fresh folder for what a scan says.
func reports(t *testing.T, name string) string {
	t.Helper()
	dir, err := filepath.Abs(filepath.Join("../../../build/scan", name))
	if err == nil {
		err = os.RemoveAll(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// nothing fails for whatever was found: by the scanners, by a portal that could not answer, or by one that asked elsewhere.
func (b *bench) nothing(found []string, fronts ...*front) {
	b.t.Helper()
	for _, f := range fronts {
		f.mu.Lock()
		for _, fault := range f.faults {
			found = append(found, "the portal could not answer: "+fault)
		}
		f.mu.Unlock()
	}
	close(b.asked)
	for asked := range b.asked {
		found = append(found, "asked elsewhere: "+asked)
	}
	summary := strings.Join(found, "\n") + "\n"
	if len(found) == 0 {
		summary = "nothing was found\n"
	}
	if err := os.WriteFile(filepath.Join(b.reports, "summary.txt"), []byte(summary), 0o600); err != nil {
		b.t.Fatal(err)
	}
	for _, f := range found {
		b.t.Error(f)
	}
}

// Three forms: signing in, the profile, whose words are shown again, and paying.
func TestThreeFormsAreScanned(t *testing.T) {
	town := newTown(t)
	b := newBench(t, reports(t, "forms"))
	var found []string
	for _, form := range []struct {
		front *front
		path  string
	}{{town.in, "/profile"}, {town.in, "/pay"}, {town.out, "/signin"}} {
		name, f := strings.TrimPrefix(form.path, "/"), form.front
		all := f.targets(form.path)
		i := slices.IndexFunc(all, func(t target) bool { return t.method == http.MethodPost && strings.HasPrefix(t.path, form.path) })
		if i < 0 {
			t.Fatalf("%s holds no form to itself: %v", form.path, all)
		}
		found = append(found, b.sqlmap("sqlmap-"+name, f.URL, all[i], "--dbms", "SQLite")...)
		found = append(found, b.wapiti("wapiti-"+name, f.URL+form.path, "csp,sql,xss,permanentxss", 10*time.Second, "--scope", "page")...)
	}
	b.nothing(found, town.in, town.out)
}

// linked are what no page of this town leads to: the forms for who has come by a link of a letter, those about guests, and those
// to take back what nobody has done.
var linked = []target{
	{http.MethodPost, "/reset?link=1", formKind, "password=a+new+password&again=a+new+password"},
	{http.MethodPost, "/validate?link=1", formKind, "link=1"},
	{http.MethodPost, "/invited?link=1", formKind, "link=1"},
	{http.MethodPost, "/invited/register?link=1", formKind, "username=guest&password=a+new+password&again=a+new+password"},
	{http.MethodPost, "/people/change", formKind, "guest=1&role=viewer"},
	{http.MethodPost, "/people/remove", formKind, "guest=1&invitation=1"},
	{http.MethodPost, "/pay/cancel?account=1", formKind, "payment=1"},
	{http.MethodPost, "/profile/email/keep?account=1", formKind, "account=1"},
	{http.MethodGet, "/static/portal.css?v=1", "", ""},
	{http.MethodPost, "/masquerade/redeem", "application/json", `{"ticket":"1","verifier":"1","device":"1"}`},
}

// TestEveryPageIsScanned takes most of an hour.
func TestEveryPageIsScanned(t *testing.T) {
	town := newTown(t)
	b := newBench(t, reports(t, "pages"))
	began := time.Now()
	var found []string
	for _, f := range []*front{town.out, town.in} {
		name := "out"
		if f.signedIn {
			name = "in"
		}
		var pages []string
		for _, route := range customers(town) {
			if at, ok := strings.CutPrefix(route, "GET "); ok && !strings.Contains(at, "/static/") {
				at = strings.NewReplacer("{$}", "", "{file}", town.bill+".pdf", "{session}", pastSession).Replace(at)
				pages = append(pages, at+"?account="+town.guide.Enrolled.Account+"&bill="+town.bill+"&link=1&lang=en&said=bye&to=invited&saved=saved")
			}
		}
		targets := f.targets(pages...)
		if !f.signedIn { // forms that only the customer is shown are sent by others too
			targets = append(targets, town.in.targets(pages...)...)
		}
		targets = widest(append(targets, linked...))
		// Words that stand in the path and in the cookie.
		targets = append(targets, target{method: http.MethodGet, path: "/bills/" + town.bill + "*.pdf"}, target{method: http.MethodGet, path: "/access/" + pastSession + "*"})
		for i, one := range targets {
			t.Logf("%4.0f s: sqlmap, %s, %d of %d: %s", time.Since(began).Seconds(), name, i+1, len(targets), one.shape())
			found = append(found, b.sqlmap(fmt.Sprintf("sqlmap-%s-%02d", name, i+1), f.URL, one)...)
		}
		if !f.signedIn {
			found = append(found, b.sqlmap("sqlmap-cookie", f.URL, target{method: http.MethodGet, path: "/"}, "--level", "2", "--cookie", "meterside=1", "-p", "meterside")...)
		}
		t.Logf("%4.0f s: wapiti, %s", time.Since(began).Seconds(), name)
		starts := []string{"-d", "3"}
		for _, page := range pages {
			starts = append(starts, "-s", f.URL+page)
		}
		found = append(found, b.wapiti("wapiti-"+name, f.URL+"/", modules, 2*time.Minute, starts...)...)
		for _, route := range customers(town) {
			if f.asked[route] == 0 {
				t.Errorf("%s was not scanned, signed %s", route, name)
			}
		}
		t.Logf("%4.0f s: %d requests signed %s", time.Since(began).Seconds(), f.count, name)
	}
	b.nothing(found, town.in, town.out)
}
