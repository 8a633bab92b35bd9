package records

import (
	"context"
	"strings"
	"unicode"

	"meterside/care"
)

// The bits of search_words.statuses.
var statusBits = map[string]int64{
	string(care.StatusEnrolled): 1, string(care.StatusPending): 2, string(care.StatusUnenrolled): 4,
	string(care.StatusPermanentLock): 8, string(care.StatusHidden): 16, "locked": 32,
}

// Nobody can type these, as Fold takes them away, so no query matches across them.
const (
	begin  = "\x1f" // stands twice before each part that one or two characters find: with them they make a trigram
	whole  = "\x1e" // stands on both sides of what a caller gives whole
	fields = "\x1f" // parts what is shown
)

// searchDoc is what can be found, and what is shown of it. The texts are folded but for those of shown.
type searchDoc struct {
	doc                          string
	statuses                     int64
	district                     string
	address, name, billing, rest string
	addressOrder, nameOrder      string // addressOrder is "" where there is no address
	shown                        string
}

// document gathers what a search document says, or nil where its record is gone or stands in another document.
func document(ctx context.Context, db Conn, doc string) (*searchDoc, error) {
	kind, id, _ := strings.Cut(doc, ":")
	switch kind {
	case "a":
		var a care.Account
		if ok, err := Load(ctx, db, &a, id); err != nil || !ok {
			return nil, err
		}
		return accountDoc(a, asked{ctx, db})
	case "p":
		return personDoc(ctx, db, id)
	default:
		return premiseDoc(ctx, db, id)
	}
}

func accountDoc(a care.Account, around neighbours) (*searchDoc, error) {
	d := &searchDoc{doc: "a:" + a.Number, district: a.DistrictID}
	p, err := around.premise(a.PremiseID)
	if err != nil {
		return nil, err
	}
	d.stand(p)
	persons, err := around.persons(a)
	if err != nil {
		return nil, err
	}
	words := []string{a.Nickname}
	exact := []string{a.Number}
	var main care.Person
	for _, person := range persons {
		if person.ID == a.MainPersonID {
			main = person
		}
		words = append(words, personWords(person)...)
		exact = append(exact, person.Email)
	}
	users, err := around.users(a.Number)
	if err != nil {
		return nil, err
	}
	status := string(care.StatusUnenrolled)
	d.statuses = statusBits[status]
	for i, u := range users {
		locks, err := around.locks(u.ID)
		if err != nil {
			return nil, err
		}
		this := string(care.StatusOf(u, locks))
		if i == 0 {
			status, d.statuses = this, 0
		}
		d.statuses |= statusBits[this]
		if len(locks) > 0 {
			d.statuses |= statusBits["locked"]
		}
		words = append(words, u.ID, u.Username)
		exact = append(exact, u.Email)
	}
	d.say(persons, Fold(a.BillingAddress), exact, words)
	d.rest += " " + begin + begin + firstTwo(Fold(a.Number))
	d.show(Hit{Kind: "customer", AccountNumber: a.Number, PersonID: a.MainPersonID, PremiseID: a.PremiseID, PortalStatus: status}, main, p)
	return d, nil
}

// personDoc is for a person who is on no account now. One who once was keeps the way to that account (R21).
func personDoc(ctx context.Context, db Conn, id string) (*searchDoc, error) {
	var p care.Person
	if ok, err := Load(ctx, db, &p, id); err != nil || !ok {
		return nil, err
	}
	links, err := Select[care.AccountPerson](ctx, db, "WHERE person_id = $1 ORDER BY ended_on DESC, account_number", id)
	if err != nil {
		return nil, err
	}
	h := Hit{Kind: "contact", PersonID: id}
	d := &searchDoc{doc: "p:" + id, statuses: statusBits[string(care.StatusUnenrolled)]}
	if p.Prospect {
		h.Kind = "prospect"
	}
	for _, l := range links {
		if l.EndedOn == "" {
			return nil, nil
		}
		h.AccountNumber = l.Account
	}
	if len(links) > 0 {
		var a care.Account
		if _, err := Load(ctx, db, &a, h.AccountNumber); err != nil {
			return nil, err
		}
		d.district = a.DistrictID
	}
	d.say([]care.Person{p}, "", []string{p.Email, p.ID}, personWords(p))
	d.show(h, p, care.Premise{})
	return d, nil
}

func premiseDoc(ctx context.Context, db Conn, id string) (*searchDoc, error) {
	var p care.Premise
	if ok, err := Load(ctx, db, &p, id); err != nil || !ok || !p.Vacant {
		return nil, err
	}
	d := &searchDoc{doc: "v:" + id, district: p.DistrictID, statuses: statusBits[string(care.StatusUnenrolled)]}
	d.stand(p)
	d.say(nil, "", []string{id}, nil)
	d.show(Hit{Kind: "premise", PremiseID: id}, care.Person{}, p)
	return d, nil
}

// stand says where the document's place is.
func (d *searchDoc) stand(p care.Premise) {
	address := Fold(p.ServiceAddress())
	if address == "" {
		return
	}
	number, street, _ := strings.Cut(p.Address1, " ")
	d.address = begin + begin + address
	d.addressOrder = Fold(street+" "+p.City) + " " + padded(number) + " " + padded(p.Unit)
}

// say gathers what the document is found by: persons, the billing address, what a caller gives whole, other words. What
// the document says already is not said again.
func (d *searchDoc) say(persons []care.Person, billing string, exact, words []string) {
	var names []string
	for _, p := range persons {
		names = append(names, nameParts(p)...)
	}
	d.name = strings.Join(names, " ")
	if billing != strings.TrimLeft(d.address, begin) {
		d.billing = billing
	}
	rest := whole
	for _, e := range exact {
		if e = Fold(e); e != "" && !strings.Contains(rest, whole+e+whole) {
			rest += e + whole
		}
	}
	d.rest = rest
	for _, w := range words {
		if w = Fold(w); w != "" && !d.says(w) {
			d.rest += " " + w
		}
	}
}

func (d *searchDoc) says(word string) bool {
	return strings.Contains(d.rest, word) || strings.Contains(d.address, word) || strings.Contains(d.name, word) || strings.Contains(d.billing, word)
}

// show keeps the row of the result, and orders by the name. Filters need district and statuses, which stand apart.
func (d *searchDoc) show(h Hit, main care.Person, p care.Premise) {
	d.nameOrder = Fold(main.SortName())
	building := p
	building.Unit = ""
	tail := strings.TrimPrefix(building.ServiceAddress(), p.Address1)
	all := []string{h.Kind, h.AccountNumber, h.PersonID, h.PremiseID, h.PortalStatus, main.Name(), p.Address1, p.Unit, tail, main.Email}
	for i := range all {
		all[i] = strings.ReplaceAll(all[i], fields, " ")
	}
	d.shown = strings.Join(all, fields)
}

// readShown is the way back.
func readShown(shown string) (h Hit) {
	f := strings.Split(shown, fields)
	if len(f) != 10 {
		return h
	}
	h = Hit{Kind: f[0], AccountNumber: f[1], PersonID: f[2], PremiseID: f[3], PortalStatus: f[4], Name: f[5], Email: f[9]}
	h.Building = f[6] + f[8]
	h.ServiceAddress = h.Building
	if f[7] != "" {
		h.ServiceAddress = f[6] + " " + f[7] + f[8]
	}
	return h
}

// nameParts are the parts of a person's name, each to be found by its first letter too: names that are joined by a
// hyphen, and the whole of a name that is written without blanks, beside its parts.
func nameParts(p care.Person) []string {
	var parts []string
	for part := range strings.FieldsSeq(Fold(p.Name())) {
		parts = append(parts, begin+begin+part)
		for i, after := range strings.Split(part, "-") {
			if i > 0 && after != "" {
				parts = append(parts, begin+begin+firstTwo(after))
			}
		}
	}
	last, first := Fold(p.LastName), Fold(p.FirstName)
	if p.BusinessName == "" && unspaced(last) && unspaced(first) {
		parts = append(parts, begin+begin+last+first)
	}
	return parts
}

// unspaced says whether a name is of a script that puts no blank between last and first name.
func unspaced(name string) bool {
	for _, r := range name {
		if !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) {
			return false
		}
	}
	return name != ""
}

func firstTwo(word string) string {
	n := 0
	for i := range word {
		if n == 2 {
			return word[:i]
		}
		n++
	}
	return word
}

func personWords(p care.Person) []string {
	return []string{p.ID, p.Phone, Digits(p.Phone), p.IDLast4, strings.ReplaceAll(p.IDType, "_", " ")}
}

// padded lets numbers inside a text sort by their size.
func padded(s string) string {
	var b strings.Builder
	digits := ""
	flush := func() {
		if digits != "" {
			b.WriteString(strings.Repeat("0", max(0, 8-len(digits))) + digits)
			digits = ""
		}
	}
	for _, r := range s {
		if r >= '0' && r <= '9' {
			digits += string(r)
			continue
		}
		flush()
		b.WriteRune(r)
	}
	flush()
	return b.String()
}
