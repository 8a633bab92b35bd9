package care

import (
	"strconv"
	"time"
)

// Contact is one conversation with somebody about an account: a call, an email, a visit. What a CSR does for the caller is
// done under it.
type Contact struct {
	ID       string `json:"contact_id" cbor:"1,keyasint" key:"1"`
	Account  string `json:"account_number" cbor:"2,keyasint"`
	CSRID    string `json:"csr_id" cbor:"3,keyasint"`
	Channel  string `json:"channel" cbor:"4,keyasint"`
	Reason   string `json:"reason" cbor:"5,keyasint,omitempty"` // one of the reasons of the sort "contact" (R25)
	OpenedAt int64  `json:"opened_at" cbor:"6,keyasint"`
	ClosedAt int64  `json:"closed_at" cbor:"7,keyasint,omitempty"` // 0 while it lasts
	// Level is how far the caller's identity was verified (R23): 0 not at all, to 3. It ends with the contact.
	Level        int64  `json:"verified_level" cbor:"8,keyasint,omitempty"`
	VerifiedBy   string `json:"verified_by" cbor:"9,keyasint,omitempty"` // answers, override, or "" at level 0
	Words        string `json:"override_reason" cbor:"10,keyasint,omitempty"`
	WrongAnswers int64  `json:"wrong_answers" cbor:"11,keyasint,omitempty"`
	WrapUp       string `json:"wrap_up" cbor:"12,keyasint,omitempty"` // one of the reasons of the sort "wrap_up"
	Offline      bool   `json:"offline" cbor:"13,keyasint,omitempty"` // opened while the desk was offline
	Facts        List   `json:"facts" cbor:"14,keyasint,omitempty"`   // what was answered rightly: names, never answers
	Meta
}

// The ways in which a caller was verified.
const (
	VerifiedByAnswers  = "answers"
	VerifiedByOverride = "override" // by the CSR's own judgement, with a reason: offline, or where policy lets them
)

// VerifiedUntil is when a verification in the contact is over although the contact lasts, ms; 0 is not before its end. The
// policy's minutes count from its beginning, so that one that was left open for hours stands for nobody who is there now.
func (r *Contact) VerifiedUntil(p Policy) int64 {
	if minutes := p.Int("verify.ends_after"); minutes > 0 {
		return r.OpenedAt + (time.Duration(minutes) * time.Minute).Milliseconds()
	}
	return 0
}

func (r *Contact) verifiedOver(p Policy, now time.Time) bool {
	until := r.VerifiedUntil(p)
	return until != 0 && now.UnixMilli() >= until
}

// Verified is how far the caller is verified at a moment.
func (r *Contact) Verified(p Policy, now time.Time) int64 {
	if r.verifiedOver(p, now) {
		return 0
	}
	return r.Level
}

// MayVerify refuses to verify anybody in a contact whose verification would be over at once.
func (r *Contact) MayVerify(p Policy, now time.Time) error {
	if r.verifiedOver(p, now) {
		return Err(CodeVerifyOver, "minutes", strconv.Itoa(p.Int("verify.ends_after")))
	}
	return nil
}

// Callback is what a CSR promised a customer, due at a time.
type Callback struct {
	ID        string `json:"callback_id" cbor:"1,keyasint" key:"1"`
	Account   string `json:"account_number" cbor:"2,keyasint"`
	ContactID string `json:"contact_id" cbor:"3,keyasint,omitempty"`
	CSRID     string `json:"csr_id" cbor:"4,keyasint"` // who keeps the promise
	DueAt     int64  `json:"due_at" cbor:"5,keyasint"`
	Text      string `json:"text" cbor:"6,keyasint"`
	PlannedBy string `json:"planned_by" cbor:"7,keyasint"`
	PlannedAt int64  `json:"planned_at" cbor:"8,keyasint"`
	DoneAt    int64  `json:"done_at" cbor:"9,keyasint,omitempty"` // 0 until it is kept or dropped
	DoneBy    string `json:"done_by" cbor:"10,keyasint,omitempty"`
	Outcome   string `json:"outcome" cbor:"11,keyasint,omitempty"` // kept, unreached or dropped
	Meta
}

// Reason is an entry of one of the catalogues that the utility keeps: why customers call, how contacts end.
type Reason struct {
	Sort    string `json:"sort" cbor:"1,keyasint" key:"1"` // contact or wrap_up
	ID      string `json:"reason_id" cbor:"2,keyasint" key:"1"`
	Rank    int64  `json:"rank" cbor:"3,keyasint,omitempty"` // lists are in this order
	English string `json:"text_en" cbor:"4,keyasint"`
	Spanish string `json:"text_es" cbor:"5,keyasint"`
	Retired bool   `json:"retired" cbor:"6,keyasint,omitempty"` // kept for what names it, not offered any more
	Meta
}

// Recovery is a reset link or a recovery code that was given for a web user. The link's and the code's own letters stay at
// the portal.
type Recovery struct {
	ID        string `json:"recovery_id" cbor:"1,keyasint" key:"1"`
	WebUserID string `json:"web_user_id" cbor:"2,keyasint"`
	Sort      string `json:"kind" cbor:"3,keyasint"`              // link, code or email
	Address   string `json:"address" cbor:"4,keyasint,omitempty"` // where a link went
	By        string `json:"given_by" cbor:"5,keyasint"`
	At        int64  `json:"given_at" cbor:"6,keyasint"`
	EndsAt    int64  `json:"ends_at" cbor:"7,keyasint"`
	UsedAt    int64  `json:"used_at" cbor:"8,keyasint,omitempty"`
	RevokedAt int64  `json:"revoked_at" cbor:"9,keyasint,omitempty"`
	RevokedBy string `json:"revoked_by" cbor:"10,keyasint,omitempty"`
	Meta
}

// RecordKind is KindContact.
func (*Contact) RecordKind() Kind { return KindContact }

// RecordID is the contact's ID.
func (r *Contact) RecordID() string { return r.ID }

// RecordKind is KindCallback.
func (*Callback) RecordKind() Kind { return KindCallback }

// RecordID is the callback's ID.
func (r *Callback) RecordID() string { return r.ID }

// RecordKind is KindReason.
func (*Reason) RecordKind() Kind { return KindReason }

// RecordID joins sort and reason.
func (r *Reason) RecordID() string { return ID(r.Sort, r.ID) }

// RecordKind is KindRecovery.
func (*Recovery) RecordKind() Kind { return KindRecovery }

// RecordID is the recovery's ID.
func (r *Recovery) RecordID() string { return r.ID }
