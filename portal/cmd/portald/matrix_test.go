package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"meterside/portal/mail"
	"meterside/sync/snapshot"
)

const routeTable = "testdata/routes.txt"

// placed are the paths that the source names by a constant.
var placed = map[string]string{"snapshot.PathPrefix": snapshot.PathPrefix, "mail.HookPath": mail.HookPath}

// pattern is a route as the source registers it, "" where the expression is none.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.BinaryExpr:
		return pattern(e.X) + pattern(e.Y)
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok {
			return placed[x.Name+"."+e.Sel.Name]
		}
	}
	return ""
}

var byHand = regexp.MustCompile(`^(GET|POST|PUT|PATCH|DELETE) /`)

// registered are the routes of every router of the portal, found in its source: a router cannot be asked for them.
func registered(t *testing.T) []string {
	t.Helper()
	var all []string
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || len(n.Args) != 2 || called.Sel.Name != "Handle" && called.Sel.Name != "HandleFunc" {
					return true
				}
				route := pattern(n.Args[0])
				if !strings.Contains(route, "/") {
					t.Errorf("%s registers a route that cannot be read", path)
				}
				all = append(all, route)
			case *ast.CaseClause:
				for _, e := range n.List {
					if route := pattern(e); byHand.MatchString(route) {
						all = append(all, route)
					}
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// ends are the routes that end what they are asked with.
var ends = []string{"POST /signout", "POST /security/signout", "POST /masquerade/end", "POST /api/signout"}

// M4, M6, R8: every route of the portal, asked by everybody about the account of one customer, answers as the table says. A
// route that has no row, and a row that has no route, fail. 303 leads somebody who is not signed in to where they can be, and
// somebody who is on to what was done; 400 is what an empty form or question gets from who might send one.
//
// UPDATE=1 writes the table anew, to be read before it is kept. Seen to fail with a route added without a row, with a page
// that forgets signedIn, and with one that forgets outside.
func TestM4WhoGetsWhatFromEveryRoute(t *testing.T) {
	v := newVillage(t)
	got := map[string][]string{}
	names := []string{"nobody", "owner", "guest", "other", "csr", "admin", "view", "full", "ended"}
	for _, route := range registered(t) {
		method, path, found := strings.Cut(route, " ")
		if !found { // for every method
			method, path = http.MethodPost, route
		}
		for _, who := range names {
			got[route] = append(got[route], strconv.Itoa(v.ask(who, method, strings.NewReplacer("{$}", "", "{hash}", strings.Repeat("0", 64), "{file}", "B1.pdf", "{session}", "S1").Replace(path))))
			if slices.Contains(ends, route) {
				v.signInAgain(who)
			}
		}
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(routeTable, []byte(asTable(names, got)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := readTable(t)
	for route, statuses := range got {
		if len(want[route]) != len(statuses) {
			t.Errorf("%s has no row in %s, or not one status for each of %d", route, routeTable, len(statuses))
			continue
		}
		for i, status := range statuses {
			if status != want[route][i] {
				t.Errorf("%s by %s: %s, in the table %s", route, names[i], status, want[route][i])
			}
		}
		delete(want, route)
	}
	for route := range want {
		t.Errorf("%s stands in %s and is no route", route, routeTable)
	}
}

func asTable(names []string, got map[string][]string) string {
	var b strings.Builder
	b.WriteString("# What each route answers to whom, about the account of the owner. TestM4WhoGetsWhatFromEveryRoute says how it is asked.\n")
	fmt.Fprintf(&b, "%-30s%s\n", "#", strings.Join(names, " "))
	routes := make([]string, 0, len(got))
	for route := range got {
		routes = append(routes, route)
	}
	slices.SortFunc(routes, func(a, b string) int {
		pathOf := func(s string) string { return strings.TrimPrefix(strings.TrimPrefix(s, "GET "), "POST ") }
		return cmp.Or(cmp.Compare(pathOf(a), pathOf(b)), cmp.Compare(a, b))
	})
	for _, route := range routes {
		fmt.Fprintf(&b, "%-30s", route)
		for i, status := range got[route] {
			fmt.Fprintf(&b, "%-*s", len(names[i])+1, status)
		}
		b.WriteString("\n")
	}
	return regexp.MustCompile(` +\n`).ReplaceAllString(b.String(), "\n")
}

// readTable gives the statuses by route.
func readTable(t *testing.T) map[string][]string {
	t.Helper()
	b, err := os.ReadFile(routeTable)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		at := slices.IndexFunc(words, func(w string) bool { return strings.Contains(w, "/") }) + 1
		want[strings.Join(words[:at], " ")] = words[at:]
	}
	return want
}
