package records

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"meterside/care"
)

// modelDoc is a document as a search that reads everything sees it.
type modelDoc struct {
	doc, district, nameOrder, addressOrder string
	statuses                               map[string]bool
	texts                                  map[string][]string // words, by section
	exact, parts                           []string
}

func (d *modelDoc) say(section string, texts ...string) {
	for _, t := range texts {
		d.texts[section] = append(d.texts[section], strings.Fields(Fold(t))...)
	}
}

func (d *modelDoc) person(p care.Person, section string) {
	d.say(section, p.Name())
	for part := range strings.FieldsSeq(Fold(p.Name())) {
		d.parts = append(d.parts, strings.Split(part, "-")...)
		d.parts = append(d.parts, part)
	}
	if last, first := Fold(p.LastName), Fold(p.FirstName); unspaced(last) && unspaced(first) && p.BusinessName == "" {
		d.say(section, last+first)
		d.parts = append(d.parts, last+first)
	}
	d.say("rest", p.ID, p.Email, p.Phone, p.IDLast4, strings.ReplaceAll(p.IDType, "_", " "), Digits(p.Phone))
	d.exact = append(d.exact, Fold(p.Email))
}

func (d *modelDoc) place(p care.Premise) {
	address := Fold(p.ServiceAddress())
	if address == "" {
		return
	}
	d.say("address", address)
	d.parts = append(d.parts, strings.Fields(address)[0])
	number, street, _ := strings.Cut(p.Address1, " ")
	d.addressOrder = Fold(street+" "+p.City) + " " + padded(number) + " " + padded(p.Unit)
}

// modelDocs gathers the documents out of the tables, one by one and in no hurry.
func modelDocs(t testing.TB, db Conn) []*modelDoc {
	t.Helper()
	ctx := t.Context()
	persons, premises, users := map[string]care.Person{}, map[string]care.Premise{}, map[string]care.WebUser{}
	locks := map[string][]care.WebUserLock{}
	var links []care.AccountPerson
	var logins []care.WebUserAccount
	if err := cmp.Or(
		each(ctx, db, "", func(p care.Person) { persons[p.ID] = p }), each(ctx, db, "", func(p care.Premise) { premises[p.ID] = p }),
		each(ctx, db, "", func(u care.WebUser) { users[u.ID] = u }), each(ctx, db, "", func(l care.WebUserLock) { locks[l.WebUserID] = append(locks[l.WebUserID], l) }),
		each(ctx, db, "ORDER BY ended_on DESC, account_number", func(l care.AccountPerson) { links = append(links, l) }),
		each(ctx, db, "ORDER BY default_profile DESC, web_user_id", func(l care.WebUserAccount) { logins = append(logins, l) })); err != nil {
		t.Fatal(err)
	}
	var all []*modelDoc
	add := func(doc, district string) *modelDoc {
		d := &modelDoc{doc: doc, district: district, statuses: map[string]bool{}, texts: map[string][]string{}}
		all = append(all, d)
		return d
	}
	districts := map[string]string{}
	if err := each(ctx, db, "", func(a care.Account) {
		districts[a.Number] = a.DistrictID
		d := add("a:"+a.Number, a.DistrictID)
		d.place(premises[a.PremiseID])
		on := map[string]bool{}
		for _, l := range links {
			if p, there := persons[l.PersonID]; there && l.Account == a.Number && l.EndedOn == "" {
				on[p.ID] = true
				d.person(p, "name")
			}
		}
		if main, there := persons[a.MainPersonID]; there {
			if d.nameOrder = Fold(main.SortName()); !on[main.ID] {
				d.person(main, "name")
			}
		} else {
			d.nameOrder = Fold((&care.Person{}).SortName())
		}
		d.say("billing", a.BillingAddress)
		d.say("rest", a.Number, a.Nickname)
		d.exact = append(d.exact, Fold(a.Number))
		d.parts = append(d.parts, Fold(a.Number))
		for _, l := range logins {
			if u, there := users[l.WebUserID]; there && l.Account == a.Number {
				d.statuses[string(care.StatusOf(u, locks[u.ID]))] = true
				if len(locks[u.ID]) > 0 {
					d.statuses["locked"] = true
				}
				d.say("rest", u.ID, u.Username, u.Email)
				d.exact = append(d.exact, Fold(u.Email))
			}
		}
		if len(d.statuses) == 0 {
			d.statuses["unenrolled"] = true
		}
	}); err != nil {
		t.Fatal(err)
	}
	for _, p := range persons {
		on, last := false, ""
		for _, l := range links {
			if l.PersonID == p.ID {
				on, last = on || l.EndedOn == "", l.Account
			}
		}
		if !on {
			d := add("p:"+p.ID, districts[last])
			d.statuses["unenrolled"] = true
			d.person(p, "name")
			d.exact = append(d.exact, Fold(p.ID))
			d.nameOrder = Fold(p.SortName())
		}
	}
	for _, p := range premises {
		if p.Vacant {
			d := add("v:"+p.ID, p.DistrictID)
			d.statuses["unenrolled"] = true
			d.place(p)
			d.say("rest", p.ID)
			d.exact = append(d.exact, Fold(p.ID))
		}
	}
	slices.SortFunc(all, func(a, b *modelDoc) int {
		return cmp.Or(cmp.Compare(a.nameOrder, b.nameOrder), cmp.Compare(a.doc, b.doc))
	})
	return all
}

// found gives the section in which a document is found, or "".
func (d *modelDoc) found(text string) string {
	words := strings.Fields(Fold(text))
	joined := strings.Join(words, " ")
	first := ""
	if !slices.ContainsFunc(words, func(w string) bool { return utf8.RuneCountInString(w) > 2 }) {
		first, words = words[0], words[1:]
	}
	in := func(words []string, sections ...string) bool {
		for _, w := range words {
			stands := func(s string) bool {
				return slices.ContainsFunc(d.texts[s], func(text string) bool { return strings.Contains(text, w) })
			}
			if !slices.ContainsFunc(sections, stands) {
				return false
			}
		}
		return true
	}
	begins := func(section string) bool {
		return first == "" || slices.ContainsFunc(d.parts, func(p string) bool {
			return strings.HasPrefix(p, first) && (section == "" || in([]string{first}, section) && d.partOf(section, p))
		})
	}
	digits := Digits(text)
	whole := func(section string) bool { return len(digits) >= 7 && in([]string{digits}, section) }
	switch {
	case (!in(words, "address", "name", "billing", "rest") || !begins("")) && !slices.ContainsFunc([]string{"address", "name", "billing", "rest"}, whole):
		return ""
	case first == "" && strings.ContainsAny(joined, "0123456789@") && slices.Contains(d.exact, joined):
		return "exact"
	case in(words, "address") && begins("address") || whole("address"):
		return "address"
	case in(words, "name") && begins("name") || whole("name"):
		return "name"
	case first == "" && in(words, "billing") || whole("billing"):
		return "billing"
	}
	return "anywhere"
}

// partOf says whether a part that one or two letters find stands in a section: a house number in the address, a name in
// the name.
func (d *modelDoc) partOf(section, part string) bool {
	if section == "address" {
		return len(d.texts["address"]) > 0 && d.texts["address"][0] == part
	}
	return slices.ContainsFunc(d.texts[section], func(t string) bool {
		return t == part || strings.Contains(t, "-"+part) || strings.HasPrefix(t, part+"-")
	})
}
