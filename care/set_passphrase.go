package care

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// SetPassphrase agrees with a verified caller on words to know them by from now on. It is asked of the portal, which keeps
// a slow hash of them: nobody is ever shown the words again. It replaces the ones before.
type SetPassphrase struct {
	ContactID  string `json:"contact_id"`
	Account    string `json:"account"`
	Passphrase Secret `json:"passphrase"`
}

const (
	shortestPassphrase = 6 // letters and digits: it is said on the telephone, and three wrong answers end a contact
	longestPassphrase  = 100
)

// Kind is passphrase.set.
func (*SetPassphrase) Kind() string { return "passphrase.set" }

// Permission is MayChange.
func (*SetPassphrase) Permission() Permission { return MayChange }

// Targets is the account.
func (q *SetPassphrase) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants a contact, its account, and words that can be told from others.
func (q *SetPassphrase) Validate() error {
	if err := namesContact(q.ContactID, q.Account); err != nil {
		return err
	}
	return ValidPassphrase(q.Passphrase)
}

// ValidPassphrase refuses words that are too few to know somebody by, or too many.
func ValidPassphrase(words Secret) error {
	heard := 0
	for _, r := range string(words) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			heard++
		}
	}
	switch {
	case words == "":
		return missing("passphrase")
	case heard < shortestPassphrase:
		return Err(CodePassphraseShort, "least", strconv.Itoa(shortestPassphrase))
	case utf8.RuneCountInString(string(words)) > longestPassphrase:
		return Err(CodeTooLong, "field", "passphrase", "most", strconv.Itoa(longestPassphrase))
	}
	return nil
}
