package records

import (
	"context"
	_ "embed" // the replica's schema
	"fmt"
	"hash/fnv"
	"strings"

	"meterside/care"
)

//go:embed replica.sql
var replicaSchema string

// PrepareReplica makes the tables that only a replica has.
func PrepareReplica(ctx context.Context, db Conn) error {
	if _, err := db.ExecContext(ctx, replicaSchema); err != nil {
		return fmt.Errorf("preparing the replica: %w", err)
	}
	return nil
}

// ReplicaVersion is a number for the schema of a replica: a replica of another number is thrown away.
func ReplicaVersion() int64 {
	sum := fnv.New32a()
	files, _ := migrations.ReadDir("migrations")
	for _, f := range files {
		b, _ := migrations.ReadFile("migrations/" + f.Name())
		_, _ = sum.Write(b)
	}
	_, _ = sum.Write([]byte(replicaSchema))
	return int64(sum.Sum32()>>1) + 1
}

// The bits of search_doc.statuses.
var statusBits = map[string]int64{
	string(care.StatusEnrolled): 1, string(care.StatusPending): 2, string(care.StatusUnenrolled): 4,
	string(care.StatusPermanentLock): 8, string(care.StatusHidden): 16, "locked": 32,
}

// Docs names the search documents that a changed record stands in.
func Docs(ctx context.Context, db Conn, rec care.Record) ([]string, error) {
	switch v := rec.(type) {
	case *care.Account:
		return []string{"a:" + v.Number, "p:" + v.MainPersonID, "v:" + v.PremiseID}, nil
	case *care.Premise:
		docs, err := texts(ctx, db, "SELECT 'a:' || account_number FROM accounts WHERE premise_id = $1", v.ID)
		return append(docs, "v:"+v.ID), err
	case *care.Person:
		docs, err := texts(ctx, db, `SELECT 'a:' || account_number FROM account_persons WHERE person_id = $1
			UNION SELECT 'a:' || account_number FROM accounts WHERE main_person_id = $1`, v.ID)
		return append(docs, "p:"+v.ID), err
	case *care.AccountPerson:
		return []string{"a:" + v.Account, "p:" + v.PersonID}, nil
	case *care.WebUser:
		return docsOfWebUser(ctx, db, v.ID)
	case *care.WebUserLock:
		return docsOfWebUser(ctx, db, v.WebUserID)
	case *care.WebUserAccount:
		return []string{"a:" + v.Account}, nil
	}
	return nil, nil
}

func docsOfWebUser(ctx context.Context, db Conn, id string) ([]string, error) {
	return texts(ctx, db, "SELECT 'a:' || account_number FROM web_user_accounts WHERE web_user_id = $1", id)
}

// Index writes anew the search documents that are named, and takes out those whose record is gone.
func Index(ctx context.Context, db Conn, docs map[string]bool) error {
	for doc := range docs {
		var pos int64
		var old string
		if err := db.QueryRowContext(ctx, "SELECT pos, folded FROM search_doc WHERE doc = $1", doc).Scan(&pos, &old); err == nil {
			if _, err := db.ExecContext(ctx, "INSERT INTO search_text (search_text, rowid, folded) VALUES ('delete', $1, $2)", pos, old); err != nil {
				return fmt.Errorf("taking %s out of the search: %w", doc, err)
			}
			if _, err := db.ExecContext(ctx, "DELETE FROM search_doc WHERE pos = $1", pos); err != nil {
				return fmt.Errorf("taking %s out of the search: %w", doc, err)
			}
		}
		d, err := document(ctx, db, doc)
		if err != nil || d == nil {
			if err != nil {
				return err
			}
			continue
		}
		pos, err = d.insert(ctx, db)
		if err != nil {
			return err
		}
		if _, err := db.ExecContext(ctx, "INSERT INTO search_text (rowid, folded) VALUES ($1, $2)", pos, d.folded); err != nil {
			return fmt.Errorf("putting %s into the search: %w", doc, err)
		}
	}
	return nil
}

// Reindex makes every search document anew: rows first, index after, as it is a third of the work that way.
func Reindex(ctx context.Context, db Conn) error {
	if _, err := db.ExecContext(ctx, "INSERT INTO search_text (search_text) VALUES ('delete-all')"); err != nil {
		return fmt.Errorf("emptying the search: %w", err)
	}
	if _, err := db.ExecContext(ctx, "DELETE FROM search_doc"); err != nil {
		return fmt.Errorf("emptying the search: %w", err)
	}
	accounts, err := Select[care.Account](ctx, db, "ORDER BY account_number")
	if err != nil {
		return err
	}
	all, err := everything(ctx, db)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		d, err := accountDoc(a, all)
		if err != nil {
			return err
		}
		if _, err := d.insert(ctx, db); err != nil {
			return err
		}
	}
	others, err := texts(ctx, db, `SELECT 'p:' || person_id FROM persons WHERE person_id NOT IN (SELECT person_id FROM account_persons WHERE ended_on = '')
		UNION ALL SELECT 'v:' || premise_id FROM premises WHERE vacant`)
	if err != nil {
		return err
	}
	for _, doc := range others {
		d, err := document(ctx, db, doc)
		if err != nil {
			return err
		}
		if d == nil {
			continue
		}
		if _, err := d.insert(ctx, db); err != nil {
			return err
		}
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO search_text (search_text) VALUES ('rebuild')"); err != nil {
		return fmt.Errorf("building the search: %w", err)
	}
	return nil
}

// apart stands between two texts of a document. Nobody can type it, so no query matches across it, and it is ASCII, which
// folds by a shorter way.
const apart = " \x1f "

type searchDoc struct {
	doc, kind, account, person, premise, district, status string
	statuses                                              int64
	exact, address, name, billing, folded                 string
	addressOrder, nameOrder                               string
	displayName, displayAddress, building, email          string
}

func (d *searchDoc) insert(ctx context.Context, db Conn) (int64, error) {
	res, err := db.ExecContext(ctx, `INSERT INTO search_doc (doc, kind, account_number, person_id, premise_id, district_id,
		status, statuses, exact, address, name, billing, folded, address_order, name_order, display_name, display_address, building, email)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		d.doc, d.kind, d.account, d.person, d.premise, d.district, d.status, d.statuses, d.exact, d.address, d.name, d.billing,
		d.folded, d.addressOrder, d.nameOrder, d.displayName, d.displayAddress, d.building, d.email)
	if err != nil {
		return 0, fmt.Errorf("writing the search document %s: %w", d.doc, err)
	}
	return res.LastInsertId()
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
	d := &searchDoc{doc: "a:" + a.Number, kind: "customer", account: a.Number, district: a.DistrictID, premise: a.PremiseID, person: a.MainPersonID}
	p, err := around.premise(a.PremiseID)
	if err != nil {
		return nil, err
	}
	d.place(p)
	persons, err := around.persons(a)
	if err != nil {
		return nil, err
	}
	words := []string{a.Number, a.Nickname, a.BillingAddress}
	exact := []string{a.Number}
	var names []string
	for _, person := range persons {
		if person.ID == a.MainPersonID {
			d.displayName, d.nameOrder, d.email = person.Name(), Fold(person.SortName()), person.Email
		}
		names = append(names, person.Name())
		words = append(words, personWords(person)...)
		exact = append(exact, person.Email)
	}
	users, err := around.users(a.Number)
	if err != nil {
		return nil, err
	}
	d.status, d.statuses = string(care.StatusUnenrolled), statusBits[string(care.StatusUnenrolled)]
	for i, u := range users {
		locks, err := around.locks(u.ID)
		if err != nil {
			return nil, err
		}
		status := string(care.StatusOf(u, locks))
		if i == 0 {
			d.status, d.statuses = status, 0
		}
		d.statuses |= statusBits[status]
		if len(locks) > 0 {
			d.statuses |= statusBits["locked"]
		}
		words = append(words, u.ID, u.Username, u.Email)
		exact = append(exact, u.Email)
	}
	d.finish(names, a.BillingAddress, words, exact)
	return d, nil
}

// personDoc is for a person who is on no account now. One who once was keeps the way to that account (R21).
func personDoc(ctx context.Context, db Conn, id string) (*searchDoc, error) {
	var p care.Person
	if ok, err := Load(ctx, db, &p, id); err != nil || !ok {
		return nil, err
	}
	links, err := Select[care.AccountPerson](ctx, db, "WHERE person_id = $1 ORDER BY ended_on DESC", id)
	if err != nil {
		return nil, err
	}
	d := &searchDoc{doc: "p:" + id, kind: "contact", person: id, statuses: statusBits[string(care.StatusUnenrolled)]}
	if p.Prospect {
		d.kind = "prospect"
	}
	for _, l := range links {
		if l.EndedOn == "" {
			return nil, nil
		}
		d.account = l.Account
	}
	if len(links) > 0 {
		var a care.Account
		if _, err := Load(ctx, db, &a, d.account); err != nil {
			return nil, err
		}
		d.district = a.DistrictID
	}
	d.displayName, d.nameOrder, d.email = p.Name(), Fold(p.SortName()), p.Email
	d.finish([]string{p.Name()}, "", personWords(p), []string{p.Email, p.ID})
	return d, nil
}

func premiseDoc(ctx context.Context, db Conn, id string) (*searchDoc, error) {
	var p care.Premise
	if ok, err := Load(ctx, db, &p, id); err != nil || !ok || !p.Vacant {
		return nil, err
	}
	d := &searchDoc{doc: "v:" + id, kind: "premise", premise: id, district: p.DistrictID, statuses: statusBits[string(care.StatusUnenrolled)]}
	d.place(p)
	d.finish(nil, "", []string{id}, []string{id})
	return d, nil
}

func (d *searchDoc) place(p care.Premise) {
	d.displayAddress = p.ServiceAddress()
	building := p
	building.Unit = ""
	d.building = building.ServiceAddress()
	number, street, _ := strings.Cut(p.Address1, " ")
	d.addressOrder = Fold(street+" "+p.City) + " " + padded(number) + " " + padded(p.Unit)
}

func (d *searchDoc) finish(names []string, billing string, words, exact []string) {
	d.address, d.name, d.billing = Fold(d.displayAddress), Fold(strings.Join(names, apart)), Fold(billing)
	d.folded = Fold(strings.Join(append([]string{d.displayAddress, strings.Join(names, apart)}, words...), apart))
	d.exact = "\n"
	for _, e := range exact {
		if e != "" {
			d.exact += Fold(e) + "\n"
		}
	}
}

func personWords(p care.Person) []string {
	words := []string{p.ID, p.Email, p.Phone, p.IDLast4}
	if digits := Digits(p.Phone); digits != "" && digits != p.Phone {
		words = append(words, digits)
	}
	return words
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
