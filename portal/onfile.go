package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"meterside/care"
	"meterside/records"
)

// onFile is what the portal knows of who an account is in the name of. It stays here: answers are compared with it.
type onFile struct {
	born       civil // the zero civil is unknown
	idLast4    string
	passphrase string // the hash of what is heard of it
	heard      func(hash, words string) bool
	paid       bool    // a payment is known
	paidCents  int64   // of the last one
	paidOn     []civil // the days that can be meant: when it was made, and when it took effect
}

// file gathers what is known about the main person of an account, and its last payment.
func (a *asked) file(ctx context.Context, number string) (onFile, error) {
	f := onFile{heard: a.checkPassword}
	account, err := care.Find[care.Account](a.tx, number)
	if err != nil {
		return f, err
	}
	person, err := care.Find[care.Person](a.tx, account.MainPersonID)
	if err != nil && care.CodeOf(err) != care.CodeNotFound {
		return f, err
	}
	var born, idValue string
	err = a.tx.Conn.QueryRowContext(ctx, "SELECT born, id_value, passphrase FROM person_private WHERE person_id = $1", account.MainPersonID).
		Scan(&born, &idValue, &f.passphrase)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return f, fmt.Errorf("reading what is on file: %w", err)
	}
	f.born = civilOf(born)
	if f.idLast4 = lastFour(person.IDLast4); f.idLast4 == "" {
		f.idLast4 = lastFour(idValue)
	}
	return f, a.lastPayment(ctx, number, &f)
}

// lastPayment is the newest payment that the customer made and that stands; what is only scheduled was not made yet.
func (a *asked) lastPayment(ctx context.Context, number string, f *onFile) error {
	found, err := records.Select[care.Payment](ctx, a.tx.Conn,
		"WHERE account_number = $1 AND status IN ('posted', 'pending') ORDER BY created_at DESC, payment_id DESC LIMIT 1", number)
	if err != nil || len(found) == 0 {
		return err
	}
	policy, err := a.tx.Policy()
	if err != nil {
		return err
	}
	made := time.UnixMilli(found[0].CreatedAt).In(policy.Zone())
	f.paid, f.paidCents = true, found[0].AmountCents
	f.paidOn = append(f.paidOn, civil{made.Year(), int(made.Month()), made.Day()})
	if effective := civilOf(found[0].EffectiveOn); effective != (civil{}) {
		f.paidOn = append(f.paidOn, effective)
	}
	return nil
}

func (f *onFile) has(fact string) bool {
	switch fact {
	case care.FactBorn:
		return f.born != civil{}
	case care.FactIDLast4:
		return f.idLast4 != ""
	case care.FactLastPayment:
		return f.paid
	case care.FactPassphrase:
		return f.passphrase != ""
	}
	return false
}

// fits compares an answer as people say it: a date in any of the usual ways, an amount with point or comma, words without
// regard to capitals and accents.
func (f *onFile) fits(fact, answer string) bool {
	switch fact {
	case care.FactBorn:
		return fitsDay(answer, false, f.born)
	case care.FactIDLast4:
		return f.idLast4 != "" && care.PlainIdentifier(answer) == f.idLast4
	case care.FactLastPayment:
		amount, day, _ := strings.Cut(answer, ";")
		cents, ok := centsOf(amount)
		return f.paid && ok && cents == f.paidCents && fitsDay(day, true, f.paidOn...)
	case care.FactPassphrase:
		return f.passphrase != "" && f.heard(f.passphrase, plainWords(answer))
	}
	return false
}

// lastFour is the end of an identifier in letters and digits; "" for one that is shorter.
func lastFour(identifier string) string {
	plain := care.PlainIdentifier(identifier)
	if len(plain) < 4 {
		return ""
	}
	return plain[len(plain)-4:]
}

// plainWords leaves of a text what is heard of it: its words, without capitals, accents and punctuation.
func plainWords(s string) string {
	words := strings.FieldsFunc(records.Fold(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}
