package care

// District is a part of the utility's territory. Every account belongs to one; a desk holds whole districts.
type District struct {
	ID   string `json:"district_id" cbor:"1,keyasint" key:"1"`
	Name string `json:"name" cbor:"2,keyasint"`
	Meta
}

// Premise is a place that can be served.
type Premise struct {
	ID         string `json:"premise_id" cbor:"1,keyasint" key:"1"`
	DistrictID string `json:"district_id" cbor:"2,keyasint"`
	Address1   string `json:"address1" cbor:"3,keyasint"`
	Unit       string `json:"unit" cbor:"4,keyasint,omitempty"`
	City       string `json:"city" cbor:"5,keyasint,omitempty"`
	State      string `json:"state" cbor:"6,keyasint,omitempty"`
	Postal     string `json:"postal" cbor:"7,keyasint,omitempty"`
	Latitude   string `json:"latitude" cbor:"8,keyasint,omitempty"`
	Longitude  string `json:"longitude" cbor:"9,keyasint,omitempty"`
	Use        string `json:"kind" cbor:"10,keyasint,omitempty"`
	Vacant     bool   `json:"vacant" cbor:"11,keyasint,omitempty"`
	Meta
}

// Account is a billing account at a premise.
type Account struct {
	Number         string `json:"account_number" cbor:"1,keyasint" key:"1"`
	MainPersonID   string `json:"main_person_id" cbor:"2,keyasint"`
	PremiseID      string `json:"premise_id" cbor:"3,keyasint"`
	DistrictID     string `json:"district_id" cbor:"4,keyasint"`
	CustomerClass  string `json:"customer_class" cbor:"5,keyasint"`
	Status         string `json:"status" cbor:"6,keyasint"` // active or closed
	OpenedOn       string `json:"opened_on" cbor:"7,keyasint"`
	ClosedOn       string `json:"closed_on" cbor:"8,keyasint,omitempty"`
	BillingAddress string `json:"billing_address" cbor:"9,keyasint,omitempty"`
	AutoPay        bool   `json:"autopay" cbor:"10,keyasint,omitempty"`
	Paperless      bool   `json:"paperless" cbor:"11,keyasint,omitempty"`
	Nickname       string `json:"nickname" cbor:"12,keyasint,omitempty"`
	BalanceCents   int64  `json:"balance_cents" cbor:"13,keyasint,omitempty"`
	Flags          List   `json:"flags" cbor:"14,keyasint,omitempty"`
	Meta
}

// AccountPerson links a person to an account.
type AccountPerson struct {
	Account                string `json:"account_number" cbor:"1,keyasint" key:"1"`
	PersonID               string `json:"person_id" cbor:"2,keyasint" key:"1"`
	Relationship           string `json:"relationship" cbor:"3,keyasint"`
	FinanciallyResponsible bool   `json:"financially_responsible" cbor:"4,keyasint,omitempty"`
	EndedOn                string `json:"ended_on" cbor:"5,keyasint,omitempty"`
	Meta
}

// RecordKind is KindDistrict.
func (*District) RecordKind() Kind { return KindDistrict }

// RecordID is the district's ID.
func (r *District) RecordID() string { return r.ID }

// RecordKind is KindPremise.
func (*Premise) RecordKind() Kind { return KindPremise }

// RecordID is the premise's ID.
func (r *Premise) RecordID() string { return r.ID }

// ServiceAddress is the premise in one line.
func (r *Premise) ServiceAddress() string {
	line := r.Address1
	if r.Unit != "" {
		line += " " + r.Unit
	}
	if r.City != "" {
		line += ", " + r.City
	}
	if r.State != "" {
		line += ", " + r.State
	}
	if r.Postal != "" {
		line += " " + r.Postal
	}
	return line
}

// RecordKind is KindAccount.
func (*Account) RecordKind() Kind { return KindAccount }

// RecordID is the account number.
func (r *Account) RecordID() string { return r.Number }

// RecordKind is KindAccountPerson.
func (*AccountPerson) RecordKind() Kind { return KindAccountPerson }

// RecordID joins account and person.
func (r *AccountPerson) RecordID() string { return ID(r.Account, r.PersonID) }
