package care

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
)

// Question is what a desk asks of the portal and waits for: what must be neither queued nor kept in the replica. It works
// only while connected. Each is logged before it is answered, under its command ID, which is answered once.
type Question interface {
	// Kind is the question's name, such as "identifier.reveal". Kinds are never deleted.
	Kind() string
	// Permission is what a member of staff needs.
	Permission() Permission
	// Targets names the records that the question is about; each must stand in a scope of the asker.
	Targets() []Ref
	// Validate refuses arguments that no state could make right.
	Validate() error
}

// questions holds every question by its kind: one line each.
var questions = map[string]func() Question{
	"masquerade.start":   func() Question { return new(StartMasquerade) },
	"identifier.reveal":  func() Question { return new(RevealIdentifier) },
	"identifier.find":    func() Question { return new(FindIdentifier) },
	"activity.older":     func() Question { return new(OlderActivity) },
	"bills.older":        func() Question { return new(OlderBills) },
	"usage.interval":     func() Question { return new(AskIntervals) },
	"bill.pdf":           func() Question { return new(AskBillPDF) },
	"usage.green_button": func() Question { return new(AskGreenButton) },
	"search.portal":      func() Question { return new(SearchPortal) },
	"payment.cancel":     func() Question { return new(CancelPayment) },
	"account.fetch":      func() Question { return new(FetchAccount) },
	"policy.change":      func() Question { return new(ChangePolicy) },
	"policy.history":     func() Question { return new(PolicyHistory) },
	"staff.change":       func() Question { return new(ChangeStaff) },
	"reason.change":      func() Question { return new(ChangeReason) },
	"device.list":        func() Question { return new(Devices) },
	"device.change":      func() Question { return new(ChangeDevice) },
	"district.list":      func() Question { return new(Districts) },
	"depth.try":          func() Question { return new(TryDepth) },
	"letter.try":         func() Question { return new(TryLetter) },
	"import.list":        func() Question { return new(Imports) },
	"import.read":        func() Question { return new(ReadImport) },
	"caller.verify":      func() Question { return new(VerifyCaller) },
	"passphrase.set":     func() Question { return new(SetPassphrase) },
	"caller.facts":       func() Question { return new(CallerFacts) },
	"profile.facts":      func() Question { return new(AskProfile) },
	"profile.unlock":     func() Question { return new(UnlockProfile) },

	"recovery.generate_code": func() Question { return new(GenerateCode) },
}

// QuestionKinds lists the kinds of questions in alphabetical order.
func QuestionKinds() []string { return slices.Sorted(maps.Keys(questions)) }

// DecodeQuestion reads a question's arguments. Unknown arguments are refused by name.
func DecodeQuestion(kind string, args []byte) (Question, error) {
	make, ok := questions[kind]
	if !ok {
		return nil, Err(CodeUnknownCommand, "kind", kind)
	}
	q := make()
	if len(bytes.TrimSpace(args)) == 0 {
		return q, nil
	}
	dec := json.NewDecoder(bytes.NewReader(args))
	dec.DisallowUnknownFields()
	if err := dec.Decode(q); err != nil {
		return nil, Err(CodeInvalid, "field", "arguments", "problem", err.Error())
	}
	return q, nil
}

// Fetched are rows that a question brought. A desk keeps them for a while beside its replica.
type Fetched struct {
	Scopes List         `json:"scopes"`          // of the account that they are about
	Rows   []FetchedRow `json:"rows"`            //
	Reach  string       `json:"reach,omitempty"` // of older bills: everything since this day is here; "" with End
	End    bool         `json:"end"`             // there is nothing older
}

// FetchedRow is one record, encoded as in the change index.
type FetchedRow struct {
	Kind Kind   `json:"kind"`
	RV   int64  `json:"rv"`
	Body []byte `json:"body"`
}
