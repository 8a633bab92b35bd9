package care

import (
	"bytes"
	"encoding/json"
	"time"
)

// Command is a change that somebody asks for: the only way in. The same Apply runs at the desk, over its replica, and
// at the portal, where it counts.
type Command interface {
	// Kind is the command's name, such as "web_user.lock". Kinds are never deleted.
	Kind() string
	// Permission is what a member of staff needs.
	Permission() Permission
	// Targets names the records that the command speaks of; each must stand in a scope of the actor.
	Targets() []Ref
	// Validate refuses arguments that no state could make right.
	Validate() error
	// Check says whether the command is allowed now. It tolerates missing arguments, so that a button can ask it.
	Check(Reader) error
	// Apply makes it so. It has checked before it writes.
	Apply(Tx) error
}

// SelfService is a command that customers may send too, for an account of theirs. From a CSR it makes a task (R67).
type SelfService interface {
	Command
	// AccountNumber is the account it is about.
	AccountNumber() string
	Sensitive
}

// Assisting is a command that a masquerade in mode assist may send: preferences and profile.
type Assisting interface{ Assists() }

// Expiring is a command that lapses when it reaches the portal later than this after it was made.
type Expiring interface {
	ExpiresAfter(Policy) time.Duration
}

// PortalOnly is a command that a desk cannot queue: it is asked of the portal, while the desk waits.
type PortalOnly interface{ PortalOnly() }

// Reader is what a Check may look at.
type Reader interface {
	Actor() Actor
	// Now is the time in the portal's clock: at the portal and at the desk alike, when the command was made.
	Now() time.Time
	Policy() (Policy, error)
	// Get fills rec, found by the parts of its key. What is not there gives CodeNotFound at the portal and ErrNotHere
	// at a desk.
	Get(rec Record, key ...string) error
	// OpenPayments are an account's scheduled and pending payments, the oldest first.
	OpenPayments(number string) ([]Payment, error)
	// Recoveries are the links and codes that were given for a web user, the newest first.
	Recoveries(webUserID string) ([]Recovery, error)
	// Locks are the locks of a web user.
	Locks(webUserID string) ([]WebUserLock, error)
	// LinksOfWebUser are a web user's links to accounts, the default profile first.
	LinksOfWebUser(webUserID string) ([]WebUserAccount, error)
	// LinksOfAccount are an account's links to web users, the default profile first.
	LinksOfAccount(number string) ([]WebUserAccount, error)
	// OpenContacts are a member of staff's contacts that are not closed, the newest first.
	OpenContacts(csrID string) ([]Contact, error)
	// StaffWithUsers are the members of staff of whom user names of their own are noted.
	StaffWithUsers() ([]Staff, error)
	// DistrictsOfPerson are the districts of the accounts that a person is linked to.
	DistrictsOfPerson(id string) ([]string, error)
	// DistrictsOfWebUser are the districts of the accounts that a web user is linked to.
	DistrictsOfWebUser(id string) ([]string, error)
}

// Tx is what an Apply may do, beside looking.
type Tx interface {
	Reader
	// NewID gives an ID that is the same each time the command is applied, at the desk and at the portal.
	NewID(prefix string) string
	Put(Record) error
	Delete(Record) error
	// ResetFailedSignIns clears the portal's count for a web user. A desk has no such count and does nothing.
	ResetFailedSignIns(webUserID string) error
	// MakeLink makes the letters of a reset link, which only the portal keeps. A desk makes none and does nothing.
	MakeLink(Recovery) error
}

// Envelope is a command on its way.
type Envelope struct {
	N         int64           `json:"n" cbor:"1,keyasint"` // the device's running number
	ID        string          `json:"command_id" cbor:"2,keyasint"`
	Kind      string          `json:"kind" cbor:"3,keyasint"`
	Version   int             `json:"version" cbor:"4,keyasint"`
	Args      json.RawMessage `json:"args" cbor:"5,keyasint"`
	CreatedAt int64           `json:"created_at" cbor:"6,keyasint"` // portal time, ms
	After     []string        `json:"after,omitempty" cbor:"7,keyasint,omitempty"`
	Offline   bool            `json:"offline,omitempty" cbor:"8,keyasint,omitempty"`
	// Expect holds, for each field that the command writes, the value that the CSR saw when they made it.
	Expect map[string]string `json:"expect,omitempty" cbor:"9,keyasint,omitempty"`
	// Unsure says that the desk cannot vouch for CreatedAt: its clock was moved since it last heard the portal's.
	Unsure bool `json:"unsure,omitempty" cbor:"10,keyasint,omitempty"`
	// Contact is the contact under which the command was made; "" outside of any.
	Contact string `json:"contact_id,omitempty" cbor:"11,keyasint,omitempty"`

	// Proof is what the desk signed. The portal sets it when it has checked the signature; it does not travel.
	Proof *Proof `json:"-" cbor:"-"`
}

// Proof shows that a device asked for a command: the exact bytes and the device's signature over them.
type Proof struct {
	Bytes, Signature []byte
}

// Outcome is how a command ended.
type Outcome string

// The outcomes.
const (
	Applied  Outcome = "applied"
	Rejected Outcome = "rejected"
	Lapsed   Outcome = "lapsed"
	Held     Outcome = "held" // somebody else changed the same thing meanwhile: both are kept, a person decides
)

// Verdict is the portal's answer to a command, given once and for all.
type Verdict struct {
	CommandID string            `json:"command_id" cbor:"1,keyasint"`
	N         int64             `json:"n" cbor:"2,keyasint"`
	Outcome   Outcome           `json:"outcome" cbor:"3,keyasint"`
	Code      Code              `json:"code,omitempty" cbor:"4,keyasint,omitempty"`
	Params    map[string]string `json:"params,omitempty" cbor:"5,keyasint,omitempty"`
	Seq       int64             `json:"at_seq" cbor:"6,keyasint"`
}

// CommandVersion is the version of the commands' arguments that this program writes.
const CommandVersion = 1

// Decode reads a command's arguments. Unknown arguments are refused by name, so that a slip is not a silent no-op.
func Decode(kind string, args []byte) (Command, error) {
	make, ok := commands[kind]
	if !ok {
		return nil, Err(CodeUnknownCommand, "kind", kind)
	}
	cmd := make()
	if len(bytes.TrimSpace(args)) == 0 {
		return cmd, nil
	}
	if holdsNul(args) {
		return nil, Err(CodeInvalid, "field", "arguments", "problem", "holds a character that is none")
	}
	dec := json.NewDecoder(bytes.NewReader(args))
	dec.DisallowUnknownFields()
	if err := dec.Decode(cmd); err != nil {
		return nil, Err(CodeInvalid, "field", "arguments", "problem", err.Error())
	}
	return cmd, nil
}

// holdsNul looks for the escaped NUL in JSON, the one character that not every database can store.
func holdsNul(args []byte) bool {
	for i := 0; i+1 < len(args); i++ {
		if args[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(args[i:], []byte(`\u0000`)) {
			return true
		}
		i++ // what is escaped begins no escape
	}
	return false
}

// Find gets a record of type T by the parts of its key.
func Find[T any, P interface {
	*T
	Record
}](r Reader, key ...string) (T, error) {
	var rec T
	err := r.Get(P(&rec), key...)
	return rec, err
}
