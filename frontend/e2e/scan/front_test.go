//go:build e2e

package scan

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// routeTable names every route of the portal; a test there holds it to the source.
const routeTable = "../../../portal/cmd/portald/testdata/routes.txt"

// front is a door to the pages for a scanner. A scanner would be stopped by what stops whoever tries many things from one
// place, and would end its own session: so each request comes from another address, and a session that was ended is followed
// by another. The word by which a form is known again, new each time, is always the same here: a scanner would take every showing
// for another page, and the change for something that it did. All else is as it ships.
type front struct {
	*httptest.Server
	town     *town
	pages    http.Handler
	routes   *http.ServeMux
	signedIn bool

	mu     sync.Mutex
	token  string
	count  int
	asked  map[string]int // requests by route
	faults []string       // requests that the portal could not answer
}

func newFront(town *town, pages http.Handler, signedIn bool) *front {
	f := &front{town: town, pages: pages, signedIn: signedIn, routes: http.NewServeMux(), asked: map[string]int{}}
	for _, route := range customers(town) {
		f.routes.Handle(route, http.NotFoundHandler())
	}
	if signedIn {
		var err error
		f.token, err = town.session("")
		town.must(err)
	}
	f.Server = httptest.NewServer(f)
	town.t.Cleanup(f.Close)
	return f
}

// customers are the routes of the customers' pages.
func customers(town *town) []string {
	table, err := os.ReadFile(routeTable)
	town.must(err)
	var routes []string
	for line := range strings.Lines(string(table)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != http.MethodGet && words[0] != http.MethodPost {
			continue
		}
		programs := []string{"/api/", "/ask", "/sync", "/snapshots/", "/healthz", "/metrics", "/hooks/", "/masquerade/"}
		if !slices.ContainsFunc(programs, func(p string) bool { return strings.HasPrefix(words[1], p) }) {
			routes = append(routes, words[0]+" "+words[1])
		}
	}
	if len(routes) < 40 {
		town.t.Fatalf("%s names only %d routes of the customers' pages", routeTable, len(routes))
	}
	return routes
}

// ServeHTTP passes a request on, and notes what became of it.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, route := f.routes.Handler(r)
	f.mu.Lock()
	f.count++
	f.asked[route]++
	r.RemoteAddr = fmt.Sprintf("127.%d.%d.%d:1", f.count>>14&0xff, f.count>>7&0x7f, f.count&0x7f)
	if f.signedIn {
		r.Header.Set("Cookie", "meterside="+f.token)
	}
	f.mu.Unlock()

	said := &answer{ResponseRecorder: httptest.NewRecorder()}
	f.pages.ServeHTTP(said, r)
	maps.Copy(w.Header(), said.Header())
	w.WriteHeader(said.Code)
	_, _ = w.Write(once.ReplaceAll(said.Body.Bytes(), []byte(`${1}AAAAAAAAAAAAAAAAAAAAAAAAAA"`)))

	f.mu.Lock()
	defer f.mu.Unlock()
	if said.Code >= http.StatusInternalServerError || said.headers > 1 {
		f.faults = append(f.faults, fmt.Sprintf("%d, said %d times: %s %s", said.Code, said.headers, r.Method, r.URL))
	}
	if f.signedIn {
		token, err := f.town.session(f.token)
		if err != nil {
			f.faults = append(f.faults, fmt.Sprintf("signing in again after %s %s: %v", r.Method, r.URL, err))
		}
		f.token = token
	}
}

// answer is an answer, and how often its status was said.
type answer struct {
	*httptest.ResponseRecorder
	headers int
}

// WriteHeader takes the status.
func (a *answer) WriteHeader(code int) {
	a.headers++
	a.ResponseRecorder.WriteHeader(code)
}

// once is the hidden word of a form, which is 26 letters long.
var once = regexp.MustCompile(`(name="once" value=")[A-Z2-7]{26}"`)
