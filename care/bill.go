package care

// Bill is what an account owes for a period. Its segments stand in its own row.
type Bill struct {
	ID          string   `json:"bill_id" cbor:"1,keyasint" key:"1"`
	Account     string   `json:"account_number" cbor:"2,keyasint"`
	IssuedOn    string   `json:"issued_on" cbor:"3,keyasint"`
	DueOn       string   `json:"due_on" cbor:"4,keyasint"`
	PeriodStart string   `json:"period_start" cbor:"5,keyasint"`
	PeriodEnd   string   `json:"period_end" cbor:"6,keyasint"`
	TotalCents  int64    `json:"total_cents" cbor:"7,keyasint"`
	Quantity    int64    `json:"quantity" cbor:"8,keyasint"`
	Unit        string   `json:"unit" cbor:"9,keyasint,omitempty"`
	Estimated   bool     `json:"estimated" cbor:"10,keyasint,omitempty"`
	Segments    Segments `json:"segments" cbor:"11,keyasint,omitempty"`
	Meta
}

// Segment is one line of a bill. Quantity is nil where the line has none, as a tax.
type Segment struct {
	Line        int64  `json:"line" cbor:"1,keyasint"`
	Service     string `json:"service" cbor:"2,keyasint"`
	Description string `json:"description" cbor:"3,keyasint"`
	Quantity    *int64 `json:"quantity" cbor:"4,keyasint,omitempty"`
	Unit        string `json:"unit" cbor:"5,keyasint,omitempty"`
	AmountCents int64  `json:"amount_cents" cbor:"6,keyasint"`
}

// Payment is money received, or to be received, for an account.
type Payment struct {
	ID          string `json:"payment_id" cbor:"1,keyasint" key:"1"`
	Account     string `json:"account_number" cbor:"2,keyasint"`
	Status      string `json:"status" cbor:"3,keyasint"` // scheduled, pending, posted, returned or cancelled
	AmountCents int64  `json:"amount_cents" cbor:"4,keyasint"`
	Method      string `json:"method" cbor:"5,keyasint"`
	CreatedAt   int64  `json:"created_at" cbor:"6,keyasint"`
	EffectiveOn string `json:"effective_on" cbor:"7,keyasint,omitempty"`
	CSRID       string `json:"csr_id" cbor:"8,keyasint,omitempty"` // who of the staff made it; "" for the customer, and what an import brought
	Session     string `json:"session_id" cbor:"9,keyasint,omitempty"`
	Meta
}

// Adjustment is a correction of an account's balance.
type Adjustment struct {
	ID          string `json:"adjustment_id" cbor:"1,keyasint" key:"1"`
	Account     string `json:"account_number" cbor:"2,keyasint"`
	On          string `json:"on" db:"adjusted_on" cbor:"3,keyasint"`
	Sort        string `json:"kind" cbor:"4,keyasint"`
	AmountCents int64  `json:"amount_cents" cbor:"5,keyasint"`
	Description string `json:"description" cbor:"6,keyasint,omitempty"`
	Meta
}

// Usage is what an account used of a service in a period, with the heating and cooling degree days where known.
type Usage struct {
	Account  string `json:"account_number" cbor:"1,keyasint" key:"1"`
	Service  string `json:"service" cbor:"2,keyasint" key:"1"`
	From     string `json:"from" db:"from_date" cbor:"3,keyasint" key:"1"`
	To       string `json:"to" db:"to_date" cbor:"4,keyasint"`
	Quantity int64  `json:"quantity" cbor:"5,keyasint"`
	Unit     string `json:"unit" cbor:"6,keyasint,omitempty"`
	Quality  string `json:"quality" cbor:"7,keyasint,omitempty"`
	HDD      *int64 `json:"hdd" cbor:"8,keyasint,omitempty"`
	CDD      *int64 `json:"cdd" cbor:"9,keyasint,omitempty"`
	Meta
}

// RecordKind is KindBill.
func (*Bill) RecordKind() Kind { return KindBill }

// RecordID is the bill's ID.
func (r *Bill) RecordID() string { return r.ID }

// RecordKind is KindPayment.
func (*Payment) RecordKind() Kind { return KindPayment }

// RecordID is the payment's ID.
func (r *Payment) RecordID() string { return r.ID }

// RecordKind is KindAdjustment.
func (*Adjustment) RecordKind() Kind { return KindAdjustment }

// RecordID is the adjustment's ID.
func (r *Adjustment) RecordID() string { return r.ID }

// RecordKind is KindUsage.
func (*Usage) RecordKind() Kind { return KindUsage }

// RecordID joins account, service and the first day.
func (r *Usage) RecordID() string { return ID(r.Account, r.Service, r.From) }
