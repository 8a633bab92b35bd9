//go:build e2e

package scan

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// target is one request with words in it that a scanner may change.
type target struct {
	method, path string // path with its query
	kind, body   string // of a body: its Content-Type, and itself
}

const formKind = "application/x-www-form-urlencoded"

// shape is a target without the words: where it goes, and what it brings.
func (t target) shape() string {
	path, query, _ := strings.Cut(t.path, "?")
	words, _ := url.ParseQuery(query + "&" + t.body)
	return t.method + " " + path + " " + strings.Join(slices.Sorted(maps.Keys(words)), " ")
}

// covers says whether a target goes where another goes, with all of its words.
func (t target) covers(other target) bool {
	words := func(t target) (string, url.Values) {
		path, query, _ := strings.Cut(t.path, "?")
		all, _ := url.ParseQuery(query + "&" + t.body)
		return t.method + " " + path, all
	}
	at, has := words(t)
	to, wants := words(other)
	for word := range wants {
		if !has.Has(word) {
			return false
		}
	}
	return at == to
}

// widest leaves out what another target covers: the same words need be tried once.
func widest(all []target) []target {
	var kept []target
	for i, one := range all {
		covered := slices.ContainsFunc(kept, func(t target) bool { return t.covers(one) }) ||
			slices.ContainsFunc(all[i+1:], func(t target) bool { return t.covers(one) && !one.covers(t) })
		if !covered {
			kept = append(kept, one)
		}
	}
	return kept
}

// targets reads pages and gives what they lead to: every form, and every link with words of its own, each shape once.
func (f *front) targets(pages ...string) []target {
	var found []target
	known := map[string]bool{}
	add := func(t target) {
		if shape := t.shape(); !known[shape] {
			known[shape] = true
			found = append(found, t)
		}
	}
	for _, page := range pages {
		if strings.Contains(page, "?") {
			add(target{method: http.MethodGet, path: page})
		}
		res, err := http.Get(f.URL + page)
		f.town.must(err)
		root, err := html.Parse(res.Body)
		_ = res.Body.Close()
		f.town.must(err)
		for n := range root.Descendants() {
			switch {
			case n.Data == "a" && strings.HasPrefix(attribute(n, "href"), "/") && strings.Contains(attribute(n, "href"), "?"):
				add(target{method: http.MethodGet, path: attribute(n, "href")})
			case n.Data == "form":
				add(formTarget(n, page))
			}
		}
	}
	return found
}

// formTarget is what a form sends as it stands, with a word in every field that is empty.
func formTarget(form *html.Node, page string) target {
	words := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if name == "" || n.Data != "input" && n.Data != "select" && n.Data != "textarea" && n.Data != "button" {
			continue
		}
		value := attribute(n, "value")
		if n.Data == "select" {
			for o := range n.Descendants() {
				if o.Data == "option" && attribute(o, "value") != "" {
					value = attribute(o, "value")
				}
			}
		}
		if value == "" {
			value = "1"
		}
		words.Set(name, value)
	}
	path := attribute(form, "action")
	if path == "" {
		path = page
	}
	if strings.EqualFold(attribute(form, "method"), http.MethodPost) {
		return target{method: http.MethodPost, path: path, kind: formKind, body: words.Encode()}
	}
	path, _, _ = strings.Cut(path, "?")
	return target{method: http.MethodGet, path: path + "?" + words.Encode()}
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}
