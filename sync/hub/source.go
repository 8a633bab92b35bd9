package hub

import (
	"context"
	"time"

	"meterside/care"
	"meterside/sync/wire"
)

// Moment is one moment of the portal's store.
type Moment interface {
	Head() int64
	// Epoch is the history that the moment belongs to.
	Epoch() string
	// Changed are the scopes that have changes after from.
	Changed(ctx context.Context, from int64) ([]string, error)
	// Changes calls fn with each change of a scope after from, in order.
	Changes(ctx context.Context, scope string, from int64, fn func(wire.Change) error) error
	// Verdicts are the answers to a device's commands after from.
	Verdicts(ctx context.Context, device string, from int64) ([]care.Verdict, error)
	// Answers are the answers to a device's commands first to last, whenever they were given.
	Answers(ctx context.Context, device string, first, last int64) ([]care.Verdict, error)
	// Count counts the changes of a scope after from, and stops counting at most.
	Count(ctx context.Context, scope string, from int64, most int) (int, error)
	// Digests are what the rows of scopes come to at this moment.
	Digests(ctx context.Context, scopes []string) ([]wire.Digest, error)
}

// Source is the portal as the hub needs it.
type Source interface {
	Server() string
	// Rewound is told that a desk has seen more of an epoch than there is of it, and begins another one.
	Rewound(ctx context.Context, epoch string) error
	// Authorise says who holds a desk's token, with the scopes that they may see now.
	Authorise(ctx context.Context, token, ip string) (care.Actor, error)
	// Hello judges a desk before it is welcomed: the signature over nonce by the device's key, and whether what the desk
	// says of its commands can be. A care.Error refuses the desk.
	Hello(ctx context.Context, actor care.Actor, nonce []byte, hello *wire.Hello) error
	// MaySee says whether an account is there and stands in a scope of the actor's.
	MaySee(ctx context.Context, actor care.Actor, account string) (bool, error)
	// Tell passes on to the portal's other nodes what a desk at this one has in front of it. It is called with the hub's lock
	// held, and must not wait for anything; what is lost is said again.
	Tell(Seen)
	// Open checks the device's signature over exactly these bytes, then reads the command in them.
	Open(ctx context.Context, actor care.Actor, bytes, signature []byte) (care.Envelope, error)
	// Schema names the schema of the replicas whose files and digests this portal makes.
	Schema() int64
	// File is a ready-made replica of scopes. nil and 0: there is none, rows are to be sent; nil and more: it is being
	// built, and may be asked for again after that.
	File(ctx context.Context, scopes []string, schema int64) (file *wire.File, wait time.Duration, err error)
	// Floor is the least cursor from which changes can still be told; a desk below it begins anew.
	Floor(ctx context.Context) (int64, error)
	// Acked says how far a device is. It is called often and must not wait for anything.
	Acked(device string, cursor int64)
	// LastN is the number of the last command of a device that was answered.
	LastN(ctx context.Context, device string) (int64, error)
	View(ctx context.Context, fn func(Moment) error) error
	// Submit hands a command in. done is told the verdict once it is durable, or why nothing was decided; it may be called
	// before Submit returns, and must not wait for anything. A device's commands are run in the order in which they were
	// submitted. care.CodeBusy, with the parameter ms, says that there is no room for now: done is not called then.
	Submit(ctx context.Context, actor care.Actor, env care.Envelope, done func(care.Verdict, error)) error
	// Listen rings after each commit.
	Listen() (rung <-chan struct{}, stop func())
	Now() time.Time
}
