package portal

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// table is a committed file that says what something answers: a row for each kind, a word for each column.
type table struct {
	path    string
	head    string // the first line says what it is
	columns []string
	width   int // of each column but the first
}

// hold compares what was found with the file, row by row. UPDATE=1 writes the file anew, to be read before it is kept.
func (w table) hold(t *testing.T, got map[string][]string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(w.path, []byte(w.text(got)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want := w.rows(t)
	for kind, words := range got {
		if len(want[kind]) != len(words) {
			t.Errorf("%s has no row in %s, or not one word for each of %d", kind, w.path, len(words))
			continue
		}
		for i, word := range words {
			if word != want[kind][i] {
				t.Errorf("%s, %s: %s, in the table %s", kind, w.columns[i], word, want[kind][i])
			}
		}
		delete(want, kind)
	}
	for kind := range want {
		t.Errorf("%s stands in %s and is not known", kind, w.path)
	}
}

// rows reads the file: the words of each kind.
func (w table) rows(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile(w.path)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 && !strings.HasPrefix(line, "#") {
			rows[words[0]] = words[1:]
		}
	}
	return rows
}

// text is the table as it is read.
func (w table) text(got map[string][]string) string {
	lines := []string{"# " + w.head, w.line("#", w.columns)}
	for _, kind := range slices.Sorted(maps.Keys(got)) {
		lines = append(lines, w.line(kind, got[kind]))
	}
	return strings.Join(lines, "\n") + "\n"
}

func (w table) line(first string, words []string) string {
	line := fmt.Sprintf("%-26s", first)
	for _, word := range words {
		line += fmt.Sprintf("%-*s", w.width, word)
	}
	return strings.TrimRight(line, " ")
}
