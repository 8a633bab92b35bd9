package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// ours is the module's own path; what does not begin with it is somebody else's.
const ours = "meterside"

// tags are those that everything is built with, so that the packages seen here are those that ship.
const tags = "desktop,production,webkit2_41,sqlite_fts5"

// mayImport is the layout of the project as a rule: what each package may import of ours, not counting its tests.
// A package that is not listed fails, so that a new one gets a place, and a reason, before it gets users.
var mayImport = map[string][]string{
	// The window. Only these two may import Wails, so that everything below them runs and is tested without one.
	".":        {"app", "frontend"},
	"app":      {"care", "care/text", "records", "backend", "backend/cache", "backend/keyring", "backend/masquerade", "frontend"},
	"frontend": {},

	// The language both sides speak. It imports nothing of ours, or nobody could import it from everywhere.
	"care":      {},
	"care/text": {},
	"care/demo": {"care"},
	// The tables both sides keep, the one implementation of care.Tx.
	"records": {"care"},

	// The wire knows bytes and frames; neither end's storage, so that either can change alone.
	"sync/wire":     {"care"},
	"sync/client":   {"care", "sync/wire"},
	"sync/hub":      {"care", "sync/wire"},
	"sync/snapshot": {"care", "records", "sync/wire"},

	// The desk without its window. It reads its replica by the typed queries of records, and hands pages from wire to cache.
	"backend":              {"care", "care/text", "records", "sync/wire", "backend/cache", "backend/keyring", "backend/vault", "backend/masquerade", "sync/client", "sync/snapshot"},
	"backend/cache":        {"care", "records", "backend/cache/sealed"},
	"backend/cache/sealed": {},
	"backend/keyring":      {},
	"backend/vault":        {"care", "backend/keyring"},
	"backend/masquerade":   {"care"},

	// The portal: no store knows the wire, no page knows the store. The portal itself asks by the typed queries of records.
	"portal":       {"care", "care/text", "records", "portal/store", "portal/bus", "portal/external", "portal/importer/espi"},
	"portal/store": {"care", "records"},
	"portal/bus":   {},
	// The utility's other services: it signs and asks, and knows no store.
	"portal/external": {"care", "care/text"},
	"portal/web":      {"care", "care/text", "portal", "portal/wording"},
	// Letters, and how they leave: like pages, they know no store.
	"portal/mail": {"care", "portal", "portal/wording"},
	// How the portal speaks to customers, on pages and in letters.
	"portal/wording":  {"care/text"},
	"portal/importer": {"care", "care/text", "portal", "portal/importer/espi"},
	// It reads a file and knows no store.
	"portal/importer/espi": {"care"},
	// It shows the store to the hub, so it is the one place that knows both.
	"portal/api": {"care", "records", "portal", "portal/store", "sync/hub", "sync/snapshot", "sync/wire"},
}

// free are folders whose packages put the others together, or only serve tests: they import what they need.
// The two sides still stay apart there, see neverTogether.
var free = []string{"backend/cmd/", "portal/cmd/", "sync/e2e", "frontend/e2e/", "portal/store/storetest", "portal/external/externaltest", "care/given"}

// neverTogether says what a program must not contain, however many steps away: a desk that carries portal code would put
// the system of record's secrets and rules on every seat, and a portal that carries the desk could not run on a server.
var neverTogether = map[string][]string{
	".":                   {"portal"},
	"backend/cmd/deskctl": {"portal", "app", "frontend"},
	"portal/cmd/portald":  {"app", "backend", "frontend"},
}

// inRoot is what may stand in the project's root: a newcomer reads it first.
var inRoot = []string{
	".ci", ".editorconfig", ".git", ".gitignore", ".golangci.yml", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md",
	"app", "backend", "build", "care", "docs", "frontend", "go.mod", "go.sum", "kinds_test.go", "layout_test.go", "requirements_test.go", "main.go", "portal", "records", "scripts",
	"sync", "tools", "wails.json",
}

func TestImports(t *testing.T) {
	for _, problem := range importProblems(readImports(t)) {
		t.Error(problem)
	}
}

func TestRootHoldsWhatIsExpected(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		editor := entry.Name() == ".idea" || entry.Name() == ".vscode"
		if !editor && !slices.Contains(inRoot, entry.Name()) {
			t.Errorf("%s stands in the root and is not expected there", entry.Name())
		}
	}
}

// TestImportRulesCatchWhatTheyShould holds the checker itself to account, on made-up projects.
func TestImportRulesCatchWhatTheyShould(t *testing.T) {
	for _, c := range []struct {
		name    string
		imports map[string][]string
		want    string
	}{
		{"allowed", map[string][]string{"records": {ours + "/care"}, "care": {}}, ""},
		{"a rule broken", map[string][]string{"care": {ours + "/records"}}, "care imports records"},
		{"a package without a place", map[string][]string{"util": {}}, "util is not listed"},
		{"Wails outside the window", map[string][]string{"backend": {"github.com/wailsapp/wails/v2/pkg/runtime"}}, "backend imports Wails"},
		{"Wails in the window", map[string][]string{"app": {"github.com/wailsapp/wails/v2/pkg/runtime"}}, ""},
		{"the portal reached in two steps", map[string][]string{
			"backend/cmd/deskctl": {ours + "/sync/e2e/floor"},
			"sync/e2e/floor":      {ours + "/portal"},
		}, "backend/cmd/deskctl contains portal"},
		{"a name that only begins alike", map[string][]string{"backend/cmd/deskctl": {ours + "/backend/cmd/portalview"}, "backend/cmd/portalview": {}}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := strings.Join(importProblems(c.imports), "\n")
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want something with %q", got, c.want)
			}
		})
	}
}

// readImports asks the go command for every package of ours, by its folder, and what it imports outside its tests.
func readImports(t *testing.T) map[string][]string {
	t.Helper()
	list := exec.Command("go", "list", "-tags", tags, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...")
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("listing the project's packages: %v", err)
	}
	imports := map[string][]string{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		imports[folder(fields[0])] = fields[1:]
	}
	return imports
}

// folder turns an import path of ours into the folder it stands in.
func folder(path string) string {
	if path == ours {
		return "."
	}
	return strings.TrimPrefix(path, ours+"/")
}

// importProblems says each broken rule in one line, sorted.
func importProblems(imports map[string][]string) []string {
	var problems []string
	for from, paths := range imports {
		allowed, listed := mayImport[from]
		isFree := slices.ContainsFunc(free, func(prefix string) bool { return strings.HasPrefix(from+"/", prefix) })
		if !listed && !isFree {
			problems = append(problems, from+" is not listed in mayImport")
		}
		for _, path := range paths {
			if strings.HasPrefix(path, "github.com/wailsapp/") && from != "." && from != "app" {
				problems = append(problems, from+" imports Wails: only the root and app may")
			}
			if to := folder(path); strings.HasPrefix(path, ours+"/") && listed && !slices.Contains(allowed, to) {
				problems = append(problems, from+" imports "+to+" and may not")
			}
		}
	}
	for program, forbidden := range neverTogether {
		for _, part := range contents(imports, program) {
			for _, side := range forbidden {
				if part == side || strings.HasPrefix(part, side+"/") && part != program {
					problems = append(problems, program+" contains "+part)
				}
			}
		}
	}
	slices.Sort(problems)
	return problems
}

// contents are the folders of ours that a program is made of, itself left out.
func contents(imports map[string][]string, program string) []string {
	seen := map[string]bool{program: true}
	var found []string
	next := []string{program}
	for len(next) > 0 {
		from := next[0]
		next = next[1:]
		for _, path := range imports[from] {
			to := folder(path)
			if strings.HasPrefix(path, ours+"/") && !seen[to] {
				seen[to] = true
				found = append(found, to)
				next = append(next, to)
			}
		}
	}
	return found
}
