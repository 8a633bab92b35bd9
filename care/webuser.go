package care

// WebUser is a customer's login to the portal. Password and failed sign-ins stay at the portal.
type WebUser struct {
	ID        string    `json:"web_user_id" cbor:"1,keyasint" key:"1"`
	Username  string    `json:"username" cbor:"2,keyasint"`
	Email     string    `json:"email" cbor:"3,keyasint,omitempty"`
	PersonID  string    `json:"person_id" cbor:"4,keyasint"`
	Enrolment Enrolment `json:"enrolment" cbor:"5,keyasint"`
	Hidden    bool      `json:"hidden" cbor:"6,keyasint,omitempty"`
	CreatedAt int64     `json:"created_at" cbor:"7,keyasint"`
	Unwanted  List      `json:"unwanted" cbor:"8,keyasint,omitempty"` // of OptionalLetters
	Meta
}

// Enrolment says how far a web user has come.
type Enrolment string

// A web user is pending until the customer validated the email address.
const (
	Pending  Enrolment = "pending"
	Enrolled Enrolment = "enrolled"
)

// Lock is one of three kinds that never lift each other.
type Lock string

// The kinds of locks: by failed sign-ins, by a CSR, and for good.
const (
	LockPassword  Lock = "password"
	LockCSR       Lock = "csr"
	LockPermanent Lock = "permanent"
)

// WebUserLock stops a web user from signing in.
type WebUserLock struct {
	WebUserID string `json:"web_user_id" cbor:"1,keyasint" key:"1"`
	Lock      Lock   `json:"lock" cbor:"2,keyasint" key:"1"`
	By        string `json:"locked_by" cbor:"3,keyasint,omitempty"` // staff ID, "" for the portal itself
	At        int64  `json:"locked_at" cbor:"4,keyasint,omitempty"` // 0 where an import did not say
	Reason    string `json:"reason" cbor:"5,keyasint,omitempty"`
	Words     string `json:"words" cbor:"6,keyasint,omitempty"`
	Meta
}

// WebUserLogon holds when a web user was last used, by the customer and by a CSR. It changes at most once a minute.
type WebUserLogon struct {
	WebUserID    string `json:"web_user_id" cbor:"1,keyasint" key:"1"`
	LastCustomer int64  `json:"last_customer_logon" cbor:"2,keyasint,omitempty"`
	LastCSR      int64  `json:"last_csr_logon" cbor:"3,keyasint,omitempty"`
	Meta
}

// WebUserAccount links a web user to an account.
type WebUserAccount struct {
	WebUserID              string `json:"web_user_id" cbor:"1,keyasint" key:"1"`
	Account                string `json:"account_number" cbor:"2,keyasint" key:"1"`
	Role                   string `json:"role" cbor:"3,keyasint"` // owner, or one of GuestRoles
	Relationship           string `json:"relationship" cbor:"4,keyasint,omitempty"`
	FinanciallyResponsible bool   `json:"financially_responsible" cbor:"5,keyasint,omitempty"`
	DefaultProfile         bool   `json:"default_profile" cbor:"6,keyasint,omitempty"`
	Meta
}

// PortalStatus is the one word that a list shows for an account's or web user's standing with the portal (R15).
type PortalStatus string

// The portal statuses. Locked is a mark beside them, not one of them.
const (
	StatusEnrolled      PortalStatus = "enrolled"
	StatusPending       PortalStatus = "pending"
	StatusUnenrolled    PortalStatus = "unenrolled"
	StatusPermanentLock PortalStatus = "permanent_lock"
	StatusHidden        PortalStatus = "hidden"
)

// StatusOf derives the status of a web user: hidden first, then a permanent lock, then the enrolment.
func StatusOf(u WebUser, locks []WebUserLock) PortalStatus {
	if u.Hidden {
		return StatusHidden
	}
	for _, l := range locks {
		if l.Lock == LockPermanent {
			return StatusPermanentLock
		}
	}
	if u.Enrolment == Enrolled {
		return StatusEnrolled
	}
	return StatusPending
}

// RecordKind is KindWebUser.
func (*WebUser) RecordKind() Kind { return KindWebUser }

// RecordID is the web user's ID.
func (r *WebUser) RecordID() string { return r.ID }

// RecordKind is KindWebUserLock.
func (*WebUserLock) RecordKind() Kind { return KindWebUserLock }

// RecordID joins web user and lock.
func (r *WebUserLock) RecordID() string { return ID(r.WebUserID, string(r.Lock)) }

// RecordKind is KindWebUserLogon.
func (*WebUserLogon) RecordKind() Kind { return KindWebUserLogon }

// RecordID is the web user's ID.
func (r *WebUserLogon) RecordID() string { return r.WebUserID }

// RecordKind is KindWebUserAccount.
func (*WebUserAccount) RecordKind() Kind { return KindWebUserAccount }

// RecordID joins web user and account.
func (r *WebUserAccount) RecordID() string { return ID(r.WebUserID, r.Account) }
