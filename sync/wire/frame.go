// Package wire holds the frames that desk and portal exchange over a websocket: one byte of type, one of flags, then CBOR,
// compressed by zstd where it is worth it. Everything is bounded when it is read.
package wire

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"
)

// Protocol is the version that this program speaks; OldestProtocol the oldest that it still understands.
//
//	1  hello, welcome, rows, commit, command, ack, beat
//	2  commands signed by the device over their exact bytes; plan, busy, moved, presence, present; in hello the signature of
//	   the portal's nonce, the replica's schema and why a replica is fetched anew; in welcome the protocol, the floor and a
//	   ready-made replica; in commit the digests
//	3  answers: verdicts ahead of their rows, to a desk that gets none while it fetches a replica
const (
	Protocol       = 3
	OldestProtocol = 1
)

// NonceHeader is the header of the 101 answer that carries what Hello signs.
const NonceHeader = "Meterside-Nonce"

// Type is the first byte of a frame.
type Type byte

// The frames. Numbers are only ever added.
const (
	TypeHello   Type = 1
	TypeWelcome Type = 2
	TypeRows    Type = 3
	TypeCommit  Type = 4
	TypeCommand Type = 5
	TypeAck     Type = 6
	TypeBeat    Type = 7

	TypePlan     Type = 8
	TypeBusy     Type = 9
	TypeMoved    Type = 10
	TypePresence Type = 11
	TypePresent  Type = 12

	TypeAnswers Type = 13
)

const (
	flagZstd = 1

	// MaxFrame bounds a frame as it travels.
	MaxFrame = 1 << 20
	// MaxPayload bounds what a frame unpacks to.
	MaxPayload = 4 << 20
	// RowsTarget is how much a portal puts into one frame of rows.
	RowsTarget = 512 << 10

	packAbove = 256
)

// Frame is any of the structs below.
type Frame interface{ Type() Type }

var (
	encMode = must(cbor.EncOptions{Sort: cbor.SortCoreDeterministic}.EncMode())
	decMode = must(cbor.DecOptions{MaxArrayElements: 131072, MaxMapPairs: 4096, MaxNestedLevels: 12}.DecMode())
	// A window as large as a frame of rows is: the packer's own would take 8 MiB of memory for each of the two.
	packer = must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(RowsTarget),
		zstd.WithLowerEncoderMem(true)))
	opener = must(zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxPayload), zstd.WithDecoderConcurrency(2)))
)

// Encode makes the bytes of a frame.
func Encode(f Frame) ([]byte, error) {
	payload, err := encMode.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encoding a frame: %w", err)
	}
	if len(payload) > MaxPayload {
		return nil, fmt.Errorf("encoding a frame: %d bytes are more than %d", len(payload), MaxPayload)
	}
	head := []byte{byte(f.Type()), 0}
	if len(payload) <= packAbove {
		return append(head, payload...), nil
	}
	head[1] = flagZstd
	return packer.EncodeAll(payload, head), nil
}

// Decode reads a frame. Whatever the bytes are, it uses no more memory than MaxPayload and a little.
func Decode(b []byte) (Frame, error) {
	payload, err := unpacked(b)
	if err != nil {
		return nil, err
	}
	var f Frame
	switch Type(b[0]) {
	case TypeHello:
		f = new(Hello)
	case TypeWelcome:
		f = new(Welcome)
	case TypeRows:
		f = new(Rows)
	case TypeCommit:
		f = new(Commit)
	case TypeCommand:
		f = new(Command)
	case TypeAck:
		f = new(Ack)
	case TypeBeat:
		f = new(Beat)
	case TypePlan:
		f = new(Plan)
	case TypeBusy:
		f = new(Busy)
	case TypeMoved:
		f = new(Moved)
	case TypePresence:
		f = new(Presence)
	case TypePresent:
		f = new(Present)
	case TypeAnswers:
		f = new(Answers)
	default:
		return nil, fmt.Errorf("a frame of the unknown type %d", b[0])
	}
	if err := decMode.Unmarshal(payload, f); err != nil {
		return nil, fmt.Errorf("decoding a frame: %w", err)
	}
	return f, nil
}

// unpacked is the CBOR of a frame.
func unpacked(b []byte) ([]byte, error) {
	if len(b) < 2 || len(b) > MaxFrame {
		return nil, fmt.Errorf("a frame of %d bytes", len(b))
	}
	switch b[1] {
	case 0:
		return b[2:], nil
	case flagZstd:
		payload, err := opener.DecodeAll(b[2:], nil)
		if err != nil {
			return nil, fmt.Errorf("unpacking a frame: %w", err)
		}
		return payload, nil
	}
	return nil, fmt.Errorf("a frame with the unknown flags %d", b[1])
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
