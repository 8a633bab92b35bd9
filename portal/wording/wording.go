// Package wording is how the portal speaks to customers, on pages and in letters: its words in every language, and how money,
// dates and free texts are written in them.
package wording

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"

	"meterside/care/text"
)

//go:embed texts/*.json
var shared embed.FS

// Catalogue is words in one language, by key.
type Catalogue map[string]string

// Read gives the catalogues in the folder texts of a file system by language, with the words for dates beside them. The
// files are part of the program: one that does not parse ends it.
func Read(own fs.FS) map[string]Catalogue {
	all := map[string]Catalogue{}
	for _, lang := range text.Languages() {
		all[lang] = Catalogue{}
		for _, from := range []fs.FS{shared, own} {
			var words Catalogue
			b, err := fs.ReadFile(from, "texts/"+lang+".json")
			if err == nil {
				err = json.Unmarshal(b, &words)
			}
			if err != nil {
				panic(fmt.Sprintf("the embedded texts %q do not parse: %v", lang, err))
			}
			maps.Copy(all[lang], words)
		}
	}
	return all
}

// Say gives a text with its parameters, as name, value, name, value. A text that is not there shows as its key.
func (c Catalogue) Say(key string, pairs ...string) string {
	sentence, ok := c[key]
	if !ok {
		return key
	}
	filled := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		filled = append(filled, "{{"+pairs[i]+"}}", pairs[i+1])
	}
	return strings.NewReplacer(filled...).Replace(sentence)
}
