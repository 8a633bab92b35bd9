package care

import (
	"slices"
	"strings"
)

// VerifyCaller asks the portal whether what a caller said is what stands on file (R23). It compares and never shows. Each
// fact counts once and raises the level by one; after as many wrong answers as policy allows the contact ends.
type VerifyCaller struct {
	ContactID string `json:"contact_id"`
	Account   string `json:"account"`
	Fact      string `json:"fact"` // one of Facts
	Answer    Secret `json:"answer"`
}

// The facts that callers are asked for.
const (
	FactBorn        = "born"
	FactIDLast4     = "id_last4"
	FactLastPayment = "last_payment" // amount and date, with a semicolon between them
	FactPassphrase  = "passphrase"
)

// Facts lists what there is to ask for; the policy "verify.facts" says what this utility asks.
var Facts = []string{FactBorn, FactIDLast4, FactLastPayment, FactPassphrase}

const answerBytes = 200

// Kind is caller.verify.
func (*VerifyCaller) Kind() string { return "caller.verify" }

// Permission is MayContact.
func (*VerifyCaller) Permission() Permission { return MayContact }

// Targets is the account.
func (q *VerifyCaller) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants a contact, its account, a fact and an answer.
func (q *VerifyCaller) Validate() error {
	if err := namesContact(q.ContactID, q.Account); err != nil {
		return err
	}
	switch {
	case !slices.Contains(Facts, q.Fact):
		return Err(CodeNoChoice, "field", "fact", "choices", List(Facts).String())
	case strings.TrimSpace(string(q.Answer)) == "":
		return missing("answer")
	case len(q.Answer) > answerBytes:
		return Err(CodeTooLong, "field", "answer", "most", "200")
	}
	return nil
}

// Verified answers VerifyCaller: how the contact stands now.
type Verified struct {
	Right bool  `json:"right"`
	Level int64 `json:"level"`
	Facts List  `json:"facts"` // answered rightly so far
	Left  int64 `json:"left"`  // wrong answers that are left; at 0 the contact has ended
}

// CallerFacts asks which facts stand on file for an account, so that nobody is asked for what cannot be compared.
type CallerFacts struct {
	Account string `json:"account"`
}

// Kind is caller.facts.
func (*CallerFacts) Kind() string { return "caller.facts" }

// Permission is MayContact.
func (*CallerFacts) Permission() Permission { return MayContact }

// Targets is the account.
func (q *CallerFacts) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants an account.
func (q *CallerFacts) Validate() error {
	if q.Account == "" {
		return missing("account")
	}
	return nil
}

// FactsOnFile answers CallerFacts: names, never what stands there.
type FactsOnFile struct {
	Facts List `json:"facts"`
}
