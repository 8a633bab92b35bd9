package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"meterside/care"
)

// TestEveryRequirementHasATest holds docs/requirements.md to what it names: each requirement has its screen and the command,
// question or route that does it, which there is; each test is there, and its name or the comment before it holds the requirement's
// number.
func TestEveryRequirementHasATest(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("docs", "requirements.md"))
	if err != nil {
		t.Fatal(err)
	}
	there, named := doers(t), map[string]bool{}
	for _, line := range strings.Split(string(table), "\n") {
		cells := strings.Split(strings.Trim(line, "| "), "|")
		id := strings.TrimSpace(cells[0])
		also := strings.HasPrefix(id, "also: ") // asked for without a number
		if !also && !regexp.MustCompile(`^[RM]\d+$`).MatchString(id) {
			continue
		}
		named[id] = true
		if len(cells) != 4 {
			t.Errorf("%s: the row has %d cells, not 4", id, len(cells))
			continue
		}
		if id[0] == 'R' && (strings.TrimSpace(cells[1]) == "" || strings.TrimSpace(cells[2]) == "") {
			t.Errorf("%s: the row names no screen, or nothing that does it", id)
		}
		for _, said := range regexp.MustCompile("`([^`]*)`").FindAllStringSubmatch(cells[2], -1) {
			if !there[said[1]] {
				t.Errorf("%s: %s is no command, question or route", id, said[1])
			}
		}
		for _, test := range strings.Split(cells[3], ";") {
			checkTest(t, id, strings.Trim(test, "` "))
		}
	}
	for n := 1; n <= 68; n++ {
		id := "R" + strconv.Itoa(n)
		if (n <= 59 || n == 68) && !named[id] {
			t.Errorf("%s has no row", id)
		}
	}
}

// doers are the kinds of commands and questions, and the routes of the portal and of the window.
func doers(t *testing.T) map[string]bool {
	t.Helper()
	there := map[string]bool{}
	for _, kind := range slices.Concat(care.CommandKinds(), care.QuestionKinds()) {
		there[kind] = true
	}
	sources, err := filepath.Glob(filepath.Join("app", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	route := regexp.MustCompile(`\b((?:GET|POST) /[^" \n]*)`)
	for _, source := range append(sources, filepath.Join("portal", "cmd", "portald", "testdata", "routes.txt")) {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range route.FindAllStringSubmatch(string(text), -1) {
			there[found[1]] = true
		}
	}
	return there
}

// before is how many lines above a test's name its comment may begin.
const before = 12

func checkTest(t *testing.T, id, test string) {
	t.Helper()
	file, name, ok := strings.Cut(test, ": ")
	if !ok {
		t.Errorf("%s: %q is not written as file: name", id, test)
		return
	}
	source, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Errorf("%s: %v", id, err)
		return
	}
	lines := strings.Split(string(source), "\n")
	at := slices.IndexFunc(lines, func(l string) bool {
		return strings.Contains(l, name) && (strings.Contains(l, "func Test") || strings.Contains(l, "func Fuzz") || strings.Contains(l, "it(") || strings.Contains(l, "test(") || strings.Contains(l, "it.each") || strings.Contains(l, "])(") || strings.Contains(l, "describe("))
	})
	if at < 0 && strings.HasSuffix(file, ".txtar") {
		at = 0 // a script is one test; its first lines are its comment
		lines = slices.Insert(lines, 0, strings.Join(lines[:min(before, len(lines))], " "))
	}
	if at < 0 {
		t.Errorf("%s: %s holds no test %q", id, file, name)
		return
	}
	if strings.HasPrefix(id, "also: ") {
		return
	}
	number := regexp.MustCompile(`\b` + id + `\b`)
	for i := at; i >= 0 && i > at-before; i-- {
		l := strings.TrimSpace(lines[i])
		if i < at && !strings.HasPrefix(l, "//") && !strings.HasPrefix(l, "*") && !strings.HasPrefix(l, "/*") {
			break
		}
		if number.MatchString(l) || inRange(l, id) {
			return
		}
	}
	t.Errorf("%s: neither the name of %s nor the comment before it holds %s", id, test, id)
}

var ranges = regexp.MustCompile(`\b([RM])(\d+)(?:\.\.|–|-)[RM]?(\d+)\b`)

// inRange says whether a line names a requirement by a range such as R36..R44.
func inRange(line, id string) bool {
	n, _ := strconv.Atoi(id[1:])
	for _, m := range ranges.FindAllStringSubmatch(line, -1) {
		from, _ := strconv.Atoi(m[2])
		to, _ := strconv.Atoi(m[3])
		if m[1] == id[:1] && from <= n && n <= to {
			return true
		}
	}
	return false
}
