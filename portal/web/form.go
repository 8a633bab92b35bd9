package web

import (
	"cmp"
	"strings"

	"github.com/a-h/templ"

	"meterside/care"
)

// form is a card of fields with one button: what cannot be sent is shown, disabled, and says why.
type form struct {
	id      string // tells it from the other forms of its page
	title   string // "" where the page's own says it
	intro   []string
	action  string // seen from the browser
	submit  string
	quiet   bool // the button is not what the page is for
	fields  []input
	hidden  map[string]string
	anew    bool   // sent twice it is done twice: its answer brings a cookie, which the first may not have brought
	why     string // why it cannot be sent, "" where it can
	problem string // why it was refused
	wrong   string // the field that the problem is about, "" for all of them
}

// input is one field of a form.
type input struct {
	name     string
	label    string
	hint     string
	value    string
	kind     string // of an <input>, "" for text; "select", "area", "switch"
	choices  []choice
	fill     string // what a browser may fill in
	most     int    // letters
	optional bool
	fixed    bool // shown, and cannot be changed: its hint says why
}

// choice is one of a select's.
type choice struct{ value, label string }

func (f form) at(in input) string { return f.id + "-" + in.name }

func (f form) wrongAt(in input) bool {
	return f.problem != "" && (f.wrong == in.name || f.wrong == "" && in.kind != "switch")
}

// describedBy names the texts that explain a field.
func (f form) describedBy(in input) string {
	ids := ""
	if in.hint != "" {
		ids = f.at(in) + "-hint"
	}
	if f.why != "" {
		ids += " " + f.id + "-why"
	}
	if f.wrongAt(in) {
		ids += " " + f.id + "-problem"
	}
	return ids
}

// has says whether the form has a field of a name.
func (f form) has(name string) bool {
	for _, in := range f.fields {
		if in.name == name {
			return true
		}
	}
	return false
}

// refused puts a refusal into the form: its words, and the field that it is about.
func (f form) refused(language string, err error) form {
	e := care.AsError(err)
	f.problem = sentence(language, e)
	if f.wrong = e.Params["field"]; !f.has(f.wrong) {
		f.wrong = ""
	}
	return f
}

// inputKind is an <input>'s type.
func (in input) inputKind() string { return cmp.Or(in.kind, "text") }

// about are the attributes that tell who cannot see the page what stands about a field, and a browser what to fill in.
func (f form) about(in input) templ.OrderedAttributes {
	var said templ.OrderedAttributes
	if ids := f.describedBy(in); ids != "" {
		said = append(said, templ.KV[string, any]("aria-describedby", strings.TrimSpace(ids)))
	}
	if f.wrongAt(in) {
		said = append(said, templ.KV[string, any]("aria-invalid", "true"))
	}
	if in.fill != "" {
		said = append(said, templ.KV[string, any]("autocomplete", in.fill))
	}
	return said
}

// formsOf is what a page of forms shows.
type formsOf struct {
	account care.Account // the one that it is about; empty for none
	good    string       // what was done
	intro   []string
	forms   []form
	links   []choice // by the page they lead to
}
