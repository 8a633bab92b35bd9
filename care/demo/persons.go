package demo

import (
	"fmt"
	"strings"
	"unicode"
)

// person is what other rows need to know of one.
type person struct {
	id, first, last, email, phone string
}

// newPerson invents a person, writes it and returns it. A name that is not given is drawn.
func (t *town) newPerson(kind string, prospect bool, name [2]string) person {
	t.persons++
	n := t.persons
	p := person{id: id("", 10, 1000000000+7*n), first: name[0], last: name[1]}
	if p.last == "" {
		p.first, p.last = t.names.FirstName(), t.names.LastName()
		if n%211 == 0 {
			odd := oddNames[t.IntN(len(oddNames))]
			p.first, p.last = odd[0], odd[1]
		}
	}
	if n <= smallest || t.hit(.93) {
		p.email = fmt.Sprintf("%s.%s%d@example.%s", plain(p.first), plain(p.last), n, t.pick([]string{"com", "org", "net"}))
	}
	p.phone = fmt.Sprintf("+1%s55501%02d", areaCodes[n%len(areaCodes)], n/len(areaCodes)%100)
	first, last, business, born, idType := p.first, p.last, "", t.born(), t.pick([]string{"ssn", "ssn", "drivers_license"})
	if kind == "business" {
		first, last, business, born, idType = "", "", p.last+" "+t.pick(trades), "", "ein"
	}
	language := "en"
	if t.hit(.06) {
		language = "es"
	}
	t.out.put("persons", p.id, kind, first, last, business, p.email, p.phone, language, born, idType,
		fmt.Sprintf("900-%02d-%04d", n%90+10, n%10000), bit(prospect))
	return p
}

func (t *town) born() string {
	return fmt.Sprintf("%d-%02d-%02d", t.within(1930, 2006), t.within(1, 13), t.within(1, 29))
}

// plain keeps the letters and digits that an email address may have without quoting.
func plain(s string) string {
	kept := strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-') {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
	if kept == "" {
		return "user"
	}
	return kept
}

// writeStrangers adds those without an account of their own: prospects who once lived at one, prospects who never did,
// and plain contacts.
func (t *town) writeStrangers() {
	some := max(3, t.opt.Accounts/100)
	for k := range some {
		p := t.newPerson("person", true, [2]string{})
		account := accountNumber(k*17%flats + 1)
		t.out.put("account_persons", account, p.id, "former occupant", "0", day(t.daysAgo(t.within(100, 2000))))
	}
	for range some {
		t.newPerson("person", true, [2]string{})
	}
	for range some {
		t.newPerson("person", false, [2]string{})
	}
}
