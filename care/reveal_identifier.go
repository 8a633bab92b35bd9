package care

import "slices"

// RevealIdentifier asks for what a desk shows masked (R26): a person's full identifier or birth date. It is logged, and
// the answer is shown and forgotten.
type RevealIdentifier struct {
	PersonID string `json:"person_id"`
	Account  string `json:"account"` // the account the CSR has open, for its log
	Field    string `json:"field"`   // identifier or born
}

var revealed = []string{"identifier", "born"}

// Kind is identifier.reveal.
func (*RevealIdentifier) Kind() string { return "identifier.reveal" }

// Permission is MayReveal.
func (*RevealIdentifier) Permission() Permission { return MayReveal }

// Targets are the person and the account.
func (q *RevealIdentifier) Targets() []Ref {
	return []Ref{{KindPerson, q.PersonID}, {KindAccount, q.Account}}
}

// Validate wants a person, an account and one of the two fields.
func (q *RevealIdentifier) Validate() error {
	switch {
	case q.PersonID == "":
		return missing("person_id")
	case q.Account == "":
		return missing("account")
	case !slices.Contains(revealed, q.Field):
		return Err(CodeNoChoice, "field", "field", "choices", List(revealed).String())
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *RevealIdentifier) AccountNumber() string { return q.Account }

// Revealed answers RevealIdentifier.
type Revealed struct {
	Field string `json:"field"`
	Sort  string `json:"id_type,omitempty"` // of an identifier
	Value Secret `json:"value"`
}
