package care

import (
	"cmp"
	"slices"
	"strings"
)

// Kind numbers a record kind on the wire. Numbers are only ever added.
type Kind uint8

// The record kinds.
const (
	KindDistrict Kind = iota + 1
	KindStaff
	KindPolicy
	KindPremise
	KindPerson
	KindAccount
	KindAccountPerson
	KindWebUser
	KindWebUserLock
	KindWebUserLogon
	KindWebUserAccount
	KindBill
	KindPayment
	KindAdjustment
	KindUsage
	KindTask
	KindActivity
	KindNotification
	KindNote
	KindMasquerade
	KindContact
	KindCallback
	KindReason
	KindRecovery
)

// Record is one flat struct of a kind. Its fields carry two tags: `json` (also the column's name, unless `db` says
// otherwise) and `cbor` (its number on the wire, never given again); those with `key:"1"` form its key.
type Record interface {
	RecordKind() Kind
	RecordID() string
	RecordMeta() *Meta
}

// Meta is what every replicated record carries beside its own fields.
type Meta struct {
	RV     int64 `json:"rv" cbor:"-"`                // the portal's clock at the last change
	Scopes List  `json:"scopes" cbor:"120,keyasint"` // where the record may be seen, kept by Scopes
}

// RecordMeta gives access to the Meta that a record embeds.
func (m *Meta) RecordMeta() *Meta { return m }

// Stands says whether a record stands in a scope that is held and that is not among those that it left.
func (m *Meta) Stands(held List, left []string) bool {
	return slices.ContainsFunc(m.Scopes, func(s string) bool { return slices.Contains(held, s) && !slices.Contains(left, s) })
}

const idSeparator = "\x1f"

// ID joins the parts of a composite key.
func ID(parts ...string) string { return strings.Join(parts, idSeparator) }

// IDParts splits what ID joined.
func IDParts(id string) []string { return strings.Split(id, idSeparator) }

// Ref names a record.
type Ref struct {
	Kind Kind
	ID   string
}

// Compare orders names of records by kind and ID.
func (r Ref) Compare(other Ref) int {
	return cmp.Or(cmp.Compare(r.Kind, other.Kind), strings.Compare(r.ID, other.ID))
}

// New returns an empty record of a kind, or nil for a number that is not known here.
func New(k Kind) Record {
	if int(k) >= len(fresh) || fresh[k] == nil {
		return nil
	}
	return fresh[k]()
}

// Kinds lists every kind, in the order of their numbers.
func Kinds() []Kind {
	var all []Kind
	for k := range fresh {
		if fresh[k] != nil {
			all = append(all, Kind(k))
		}
	}
	return all
}

var fresh = []func() Record{
	KindDistrict:       func() Record { return new(District) },
	KindStaff:          func() Record { return new(Staff) },
	KindPolicy:         func() Record { return new(PolicyEntry) },
	KindPremise:        func() Record { return new(Premise) },
	KindPerson:         func() Record { return new(Person) },
	KindAccount:        func() Record { return new(Account) },
	KindAccountPerson:  func() Record { return new(AccountPerson) },
	KindWebUser:        func() Record { return new(WebUser) },
	KindWebUserLock:    func() Record { return new(WebUserLock) },
	KindWebUserLogon:   func() Record { return new(WebUserLogon) },
	KindWebUserAccount: func() Record { return new(WebUserAccount) },
	KindBill:           func() Record { return new(Bill) },
	KindPayment:        func() Record { return new(Payment) },
	KindAdjustment:     func() Record { return new(Adjustment) },
	KindUsage:          func() Record { return new(Usage) },
	KindTask:           func() Record { return new(Task) },
	KindActivity:       func() Record { return new(Activity) },
	KindNotification:   func() Record { return new(Notification) },
	KindNote:           func() Record { return new(Note) },
	KindMasquerade:     func() Record { return new(Masquerade) },
	KindContact:        func() Record { return new(Contact) },
	KindCallback:       func() Record { return new(Callback) },
	KindReason:         func() Record { return new(Reason) },
	KindRecovery:       func() Record { return new(Recovery) },
}
