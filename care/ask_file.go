package care

import "slices"

// DocumentFetched is the kind of the activity that says that a desk was given a document of an account.
const DocumentFetched = "document.fetched"

// Languages are those that documents are written in.
var Languages = []string{"en", "es"}

// Document is a file that the portal wrote for a desk, packed by gzip.
type Document struct {
	Name   string `json:"name"` // what the file may be called
	Packed []byte `json:"packed"`
}

// AskBillPDF asks for a bill as the customer can print it (R30).
type AskBillPDF struct {
	Account  string `json:"account"`
	BillID   string `json:"bill_id"`
	Language string `json:"language"`
}

// Kind is bill.pdf.
func (*AskBillPDF) Kind() string { return "bill.pdf" }

// Permission is MayView.
func (*AskBillPDF) Permission() Permission { return MayView }

// Targets is the account.
func (q *AskBillPDF) Targets() []Ref { return []Ref{{KindAccount, q.Account}} }

// Validate wants an account, a bill of it, and a language.
func (q *AskBillPDF) Validate() error {
	switch {
	case q.Account == "":
		return missing("account")
	case q.BillID == "":
		return missing("bill_id")
	case !slices.Contains(Languages, q.Language):
		return Err(CodeNoChoice, "field", "language", "choices", "en;es")
	}
	return nil
}

// AccountNumber is the account under which the question is logged.
func (q *AskBillPDF) AccountNumber() string { return q.Account }

// AskGreenButton asks for what an account's meters counted, as a Green Button file (R31).
type AskGreenButton struct {
	AskIntervals
}

// Kind is usage.green_button.
func (*AskGreenButton) Kind() string { return "usage.green_button" }

// Validate wants an account and two days. How much is too much, the portal sees when it counts.
func (q *AskGreenButton) Validate() error {
	if q.Account == "" {
		return missing("account")
	}
	return inOrder(q.From, q.To)
}
