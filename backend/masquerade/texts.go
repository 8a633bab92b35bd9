package masquerade

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed shell
var files embed.FS

// texts are the shell's sentences in one language, by name.
type texts map[string]string

// readTexts reads the sentences of "en" or "es".
func readTexts(language string) (texts, error) {
	b, err := files.ReadFile("shell/" + language + ".json")
	if err != nil {
		return nil, fmt.Errorf("reading the sentences of %q: %w", language, err)
	}
	var t texts
	if err := json.Unmarshal(b, &t); err != nil {
		return nil, fmt.Errorf("reading the sentences of %q: %w", language, err)
	}
	return t, nil
}

// fill puts values, given as name, value, name, value, into a sentence's placeholders, each once and in one pass, so
// that a value which looks like a placeholder stays as it is.
func (t texts) fill(name string, pairs ...string) string {
	old := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		old = append(old, "{{"+pairs[i]+"}}", pairs[i+1])
	}
	return strings.NewReplacer(old...).Replace(t[name])
}

// part is a stretch of a sentence: words of ours, or a name that stands isolated from them.
type part struct {
	Text string
	Name bool
}

// parts cuts a sentence at its placeholders.
func (t texts) parts(name string, values map[string]string) []part {
	var out []part
	rest := t[name]
	for rest != "" {
		before, after, found := strings.Cut(rest, "{{")
		if before != "" {
			out = append(out, part{Text: before})
		}
		if !found {
			break
		}
		key, tail, _ := strings.Cut(after, "}}")
		out = append(out, part{Text: values[key], Name: true})
		rest = tail
	}
	return out
}
