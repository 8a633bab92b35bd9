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
}

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
}

// What a desk shall do: go on from its cursor, or drop its replica and begin at 0.
const (
	PlanDelta = "delta"
	PlanReset = "reset"
)

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
}

// Command carries one command up.
type Command struct {
	Envelope care.Envelope `cbor:"1,keyasint"`
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
