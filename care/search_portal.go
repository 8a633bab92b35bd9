package care

import (
	"strings"
	"unicode/utf8"
)

// SearchPortal looks for customers in every district, also those that the desk does not hold (R9). It is logged.
type SearchPortal struct {
	Text string `json:"text"`
}

// Kind is search.portal.
func (*SearchPortal) Kind() string { return "search.portal" }

// Permission is MaySearchAll.
func (*SearchPortal) Permission() Permission { return MaySearchAll }

// Targets are none: the permission is for every district.
func (*SearchPortal) Targets() []Ref { return nil }

// Validate wants some text that chooses.
func (q *SearchPortal) Validate() error {
	text := strings.TrimSpace(q.Text)
	switch {
	case text == "":
		return missing("text")
	case utf8.RuneCountInString(text) < 2:
		return Err(CodeInvalid, "field", "text", "problem", "is shorter than 2 characters")
	case utf8.RuneCountInString(q.Text) > 200:
		return Err(CodeTooLong, "field", "text", "most", "200")
	}
	return nil
}

// FetchAccount asks for an account that the desk does not hold, to look at it during a contact. It is logged there.
type FetchAccount struct {
	Account string `json:"account"`
}

// Kind is account.fetch.
func (*FetchAccount) Kind() string { return "account.fetch" }

// Permission is MaySearchAll.
func (*FetchAccount) Permission() Permission { return MaySearchAll }

// Targets are none: the permission is for every district.
func (*FetchAccount) Targets() []Ref { return nil }

// Validate wants an account.
func (q *FetchAccount) Validate() error {
	if q.Account == "" {
		return missing("account")
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *FetchAccount) AccountNumber() string { return q.Account }
