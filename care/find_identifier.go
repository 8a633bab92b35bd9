package care

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// FindIdentifier asks whose a full identifier is (R9). The portal compares it and answers who has it; the identifier
// itself is neither answered nor logged.
type FindIdentifier struct {
	Value Secret `json:"value"`
}

// An identifier that is compared has so many letters and digits: fewer would be guessing at the last four.
const (
	shortestIdentifier = 5
	longestIdentifier  = 64
)

// Kind is identifier.find.
func (*FindIdentifier) Kind() string { return "identifier.find" }

// Permission is MayFindIdentifier.
func (*FindIdentifier) Permission() Permission { return MayFindIdentifier }

// Targets are none: whose it is is the question. The portal answers with what the asker may see.
func (*FindIdentifier) Targets() []Ref { return nil }

// Validate wants a whole identifier.
func (q *FindIdentifier) Validate() error {
	switch n := utf8.RuneCountInString(q.Plain()); {
	case len(q.Value) > 4*longestIdentifier || n > longestIdentifier:
		return Err(CodeTooLong, "field", "value", "most", "64")
	case n < shortestIdentifier:
		return Err(CodeInvalid, "field", "value", "problem", "is not a whole identifier")
	}
	return nil
}

// Plain is the identifier's letters and digits alone, as they are compared: people write the rest as they like.
func (q *FindIdentifier) Plain() string { return PlainIdentifier(string(q.Value)) }

// PlainIdentifier is an identifier's letters and digits, in capitals.
func PlainIdentifier(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToUpper(r)
		}
		return -1
	}, s)
}
