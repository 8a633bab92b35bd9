package wire

import "meterside/care"

// Hello opens a connection: who the desk is and what it has.
type Hello struct {
	Protocol int      `cbor:"1,keyasint"`
	App      string   `cbor:"2,keyasint"` // the program's version
	Device   string   `cbor:"3,keyasint"`
	Server   string   `cbor:"4,keyasint,omitempty"` // "" for a desk that has nothing yet
	Epoch    string   `cbor:"5,keyasint,omitempty"`
	Cursor   int64    `cbor:"6,keyasint"`
	Scopes   []string `cbor:"7,keyasint,omitempty"` // what the desk holds, at Cursor

	// From protocol 2.
	Signature []byte `cbor:"8,keyasint,omitempty"`  // of the nonce in NonceHeader, by the device's key
	Schema    int64  `cbor:"9,keyasint,omitempty"`  // of the replica: another one's digests and files are of no use
	Recover   string `cbor:"10,keyasint,omitempty"` // why the replica is wanted anew, such as RecoverDigest; "" if it is not
	Proved    int64  `cbor:"11,keyasint,omitempty"` // the cursor at which the replica was last proved to be the portal's view
	FirstN    int64  `cbor:"12,keyasint,omitempty"` // the numbers of the commands that were sent and not answered
	LastN     int64  `cbor:"13,keyasint,omitempty"`
}

// RecoverDigest is in Hello.Recover when the replica was found to differ from the portal's view.
const RecoverDigest = "digest"

// Welcome answers Hello.
type Welcome struct {
	Server string   `cbor:"1,keyasint"`
	Epoch  string   `cbor:"2,keyasint"`
	Head   int64    `cbor:"3,keyasint"`
	Scopes []string `cbor:"4,keyasint"` // what the desk may hold
	Time   int64    `cbor:"5,keyasint"` // the portal's clock, ms
	Plan   string   `cbor:"6,keyasint"` // PlanDelta or PlanReset
	LastN  int64    `cbor:"7,keyasint"` // the last of the desk's commands that was answered
	BeatMS int64    `cbor:"8,keyasint"` // at most so long between two frames

	// From protocol 2.
	Protocol int   `cbor:"9,keyasint,omitempty"` // what both speak from now on; 0 is 1
	Floor    int64 `cbor:"10,keyasint,omitempty"`
	Schema   int64 `cbor:"11,keyasint,omitempty"`
	File     *File `cbor:"12,keyasint,omitempty"` // with PlanFile
	WaitMS   int64 `cbor:"13,keyasint,omitempty"` // with PlanWait
}

// What a desk shall do: go on from its cursor; drop its replica and begin at 0; fetch a ready-made replica and say hello
// from its cursor; or come again later, as while that replica is being built.
const (
	PlanDelta = "delta"
	PlanReset = "reset"
	PlanFile  = "file"
	PlanWait  = "wait"
)

// File is a ready-made replica: sealed, compressed and content-addressed, so that any cache may keep it.
type File struct {
	Path     string   `cbor:"1,keyasint"` // below the portal's address
	Hash     []byte   `cbor:"2,keyasint"` // SHA-256 of the file's head, which holds the hashes of all that follows
	Key      []byte   `cbor:"3,keyasint"`
	Seq      int64    `cbor:"4,keyasint"` // the cursor of the replica in it
	Scopes   []string `cbor:"5,keyasint"`
	Bytes    int64    `cbor:"6,keyasint"` // as it travels
	Unpacked int64    `cbor:"7,keyasint"`
	Bare     *File    `cbor:"8,keyasint,omitempty"` // the same rows without indices, for a slow line: they are built at the desk
}

// Plan tells a connected desk to change its plan, as after a large import. The connection goes on taking commands; rows
// come again after the next hello.
type Plan struct {
	Plan   string `cbor:"1,keyasint"`
	File   *File  `cbor:"2,keyasint,omitempty"`
	WaitMS int64  `cbor:"3,keyasint,omitempty"`
}

// Busy says that command N was not looked at, nor those after it: they may be sent again after a while.
type Busy struct {
	N       int64 `cbor:"1,keyasint"`
	AfterMS int64 `cbor:"2,keyasint"`
}

// Moved says that this portal is about to end the connection, and when to come again.
type Moved struct {
	AfterMS int64 `cbor:"1,keyasint"`
}

// Presence says which account a CSR has in front of them; "" for none. It is forgotten after a while.
type Presence struct {
	Account string `cbor:"1,keyasint"`
	Editing bool   `cbor:"2,keyasint,omitempty"`
}

// Present says who else has an account in front of them.
type Present struct {
	Account string   `cbor:"1,keyasint"`
	Who     []Viewer `cbor:"2,keyasint,omitempty"`
}

// Viewer is somebody who has an account in front of them.
type Viewer struct {
	ID      string `cbor:"1,keyasint"`
	Name    string `cbor:"2,keyasint"`
	Editing bool   `cbor:"3,keyasint,omitempty"`
}

// Digest is what the rows of one scope come to: their number, and a wrapping sum over the hash of each in two lanes.
type Digest struct {
	_     struct{} `cbor:",toarray"`
	Scope string
	Rows  int64
	A, B  uint64
}

// Rows are one scope's changes (From, To], in the order of their numbers. A large catch-up comes in several frames.
type Rows struct {
	Scope   string   `cbor:"1,keyasint"`
	From    int64    `cbor:"2,keyasint"`
	To      int64    `cbor:"3,keyasint"`
	Changes []Change `cbor:"4,keyasint"`
}

// Change is a row as it is now; Body is nil where it left the scope.
type Change struct {
	_    struct{} `cbor:",toarray"`
	Kind uint8
	ID   string
	Seq  int64
	Body []byte
}

// Commit ends a group of Rows: the desk applies them, the verdicts and the cursor in one transaction.
type Commit struct {
	To       int64          `cbor:"1,keyasint"`
	Time     int64          `cbor:"2,keyasint"` // when To was the portal's head, ms
	Verdicts []care.Verdict `cbor:"3,keyasint,omitempty"`
	Granted  []string       `cbor:"4,keyasint,omitempty"` // scopes whose rows just came from the beginning
	Taken    []string       `cbor:"5,keyasint,omitempty"` // scopes to drop
	Digests  []Digest       `cbor:"6,keyasint,omitempty"` // of the scopes that changed, at To; from protocol 2
}

// Answers are verdicts ahead of the rows that their commands caused, for a desk that gets no rows meanwhile. They come again
// with the rows. From protocol 3.
type Answers struct {
	Verdicts []care.Verdict `cbor:"1,keyasint"`
}

// Command carries one command up: from protocol 2 as the exact bytes of its care.Envelope and the device's signature over
// them, before that as the envelope itself.
type Command struct {
	Envelope  *care.Envelope `cbor:"1,keyasint,omitempty"`
	Bytes     []byte         `cbor:"2,keyasint,omitempty"`
	Signature []byte         `cbor:"3,keyasint,omitempty"`
}

// Ack says how far the desk is.
type Ack struct {
	Cursor int64 `cbor:"1,keyasint"`
}

// Beat moves a quiet desk's cursor and shows that the portal is there.
type Beat struct {
	Through int64 `cbor:"1,keyasint"`
	Time    int64 `cbor:"2,keyasint"`
}

// Type is TypeHello.
func (*Hello) Type() Type { return TypeHello }

// Type is TypeWelcome.
func (*Welcome) Type() Type { return TypeWelcome }

// Type is TypeRows.
func (*Rows) Type() Type { return TypeRows }

// Type is TypeCommit.
func (*Commit) Type() Type { return TypeCommit }

// Type is TypeCommand.
func (*Command) Type() Type { return TypeCommand }

// Type is TypeAck.
func (*Ack) Type() Type { return TypeAck }

// Type is TypeBeat.
func (*Beat) Type() Type { return TypeBeat }

// Type is TypePlan.
func (*Plan) Type() Type { return TypePlan }

// Type is TypeBusy.
func (*Busy) Type() Type { return TypeBusy }

// Type is TypeMoved.
func (*Moved) Type() Type { return TypeMoved }

// Type is TypePresence.
func (*Presence) Type() Type { return TypePresence }

// Type is TypePresent.
func (*Present) Type() Type { return TypePresent }

// Type is TypeAnswers.
func (*Answers) Type() Type { return TypeAnswers }
