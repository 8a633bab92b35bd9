// Package snapshot makes ready-made replicas at the portal and fetches them at the desk: an SQLite file, cut into frames that
// are compressed, sealed and hashed each for itself, so that any cache may keep it and an interrupted download goes on
// where it was.
package snapshot

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/fxamacker/cbor/v2"
	"github.com/klauspost/compress/zstd"

	"meterside/records"
)

// A file is: magic, the length of the sealed head, the sealed head, the sealed frames one after the other. Everything is
// sealed by AES-256-GCM under the file's own random key; the nonce is the frame's number, and what goes with it the hash
// of the head, so that no frame fits into another place or another file.
const (
	magic    = "MTRSNAP\x01" // with the format's version
	preamble = len(magic) + 4
	keySize  = 32
	tagSize  = 16

	// FrameSize is how much of the database a frame holds; the last one may hold less.
	FrameSize = 1 << 20

	maxHead   = 4 << 20                 // sealed
	maxFrame  = FrameSize + FrameSize/8 // sealed and compressed: what does not compress grows a little
	maxFrames = 64 << 10                // 64 GiB
	tableLine = 4 + sha256.Size         // of a frame: its sealed length, the hash of what is in it
	headFrame = uint64(math.MaxUint64)  // the number under which the head is sealed
	maxScopes = 4096
)

// ErrDamaged is a file that is not what the portal said it is: cut short, changed, or of another key.
var ErrDamaged = errors.New("the ready-made replica is damaged")

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrDamaged, fmt.Errorf(format, args...))
}

// Head says what a file holds.
type Head struct {
	PageSize  int      `cbor:"1,keyasint"`
	FrameSize int      `cbor:"2,keyasint"`
	Server    string   `cbor:"3,keyasint"`
	Epoch     string   `cbor:"4,keyasint"`
	Seq       int64    `cbor:"5,keyasint"` // the cursor of the replica
	Scopes    []string `cbor:"6,keyasint"`
	Schema    int64    `cbor:"7,keyasint"`           // records.ReplicaVersion of who made it
	Unpacked  int64    `cbor:"8,keyasint"`           // bytes of the database
	Bare      bool     `cbor:"9,keyasint,omitempty"` // rows without indices and search
	Table     []byte   `cbor:"10,keyasint"`          // tableLine bytes for each frame

	sum [sha256.Size]byte // over everything up to the head's end
	at  int64             // where the first frame begins
}

var (
	headEncoder = must(cbor.EncOptions{Sort: cbor.SortCoreDeterministic}.EncMode())
	headDecoder = must(cbor.DecOptions{MaxArrayElements: maxScopes, MaxMapPairs: 64, MaxNestedLevels: 4}.DecMode())
	packer      = must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false)))
	unpacker    = must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(8*FrameSize), zstd.WithDecodeAllCapLimit(true)))
)

// Frames is how many there are.
func (h *Head) Frames() int { return len(h.Table) / tableLine }

// length is how many bytes the sealed frame n has.
func (h *Head) length(n int) int64 {
	return int64(binary.BigEndian.Uint32(h.Table[n*tableLine:]))
}

func (h *Head) hash(n int) []byte { return h.Table[n*tableLine+4 : (n+1)*tableLine] }

// offset is where the sealed frame n begins in the file; for the number of frames it is the file's size.
func (h *Head) offset(n int) int64 {
	at := h.at
	for i := range n {
		at += h.length(i)
	}
	return at
}

// size is how many bytes of the database frame n holds.
func (h *Head) size(n int) int {
	return int(min(int64(h.FrameSize), h.Unpacked-int64(n)*int64(h.FrameSize)))
}

func (h *Head) valid() error {
	frames := h.Frames()
	switch {
	case h.PageSize != records.PageSize || h.FrameSize != FrameSize:
		return damaged("it has pages of %d and frames of %d bytes", h.PageSize, h.FrameSize)
	case len(h.Table)%tableLine != 0 || frames == 0 || frames > maxFrames:
		return damaged("its table has %d bytes", len(h.Table))
	case h.Unpacked <= int64(frames-1)*FrameSize || h.Unpacked > int64(frames)*FrameSize || h.Unpacked%records.PageSize != 0:
		return damaged("it claims %d bytes in %d frames", h.Unpacked, frames)
	case h.Seq < 0 || h.Server == "" || h.Epoch == "" || len(h.Scopes) == 0:
		return damaged("it does not say what it holds")
	}
	for n := range frames {
		if l := h.length(n); l <= tagSize || l > maxFrame {
			return damaged("frame %d claims %d bytes", n, l)
		}
	}
	return nil
}

func newAEAD(key []byte) (cipher.AEAD, error) {
	if len(key) != keySize {
		return nil, damaged("its key has %d bytes", len(key))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("taking a file's key: %w", err)
	}
	return cipher.NewGCM(block)
}

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails
	return key
}

func nonce(frame uint64) []byte {
	return binary.BigEndian.AppendUint64(make([]byte, 4, 12), frame)
}

// seal makes the beginning of a file, and sets what follows from it.
func (h *Head) seal(key []byte) ([]byte, error) {
	if err := h.valid(); err != nil {
		return nil, err
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	plain, err := headEncoder.Marshal(h)
	if err != nil {
		return nil, fmt.Errorf("encoding a file's head: %w", err)
	}
	out := binary.BigEndian.AppendUint32([]byte(magic), uint32(len(plain)+tagSize)) //nolint:gosec // maxFrames bounds it
	out = aead.Seal(out, nonce(headFrame), plain, []byte(magic))
	h.sum, h.at = sha256.Sum256(out), int64(len(out))
	return out, nil
}

// readHead reads the beginning of a file: hash is what the portal said it has.
func readHead(r io.Reader, key, hash []byte) (*Head, error) {
	begin := make([]byte, preamble)
	if _, err := io.ReadFull(r, begin); err != nil {
		return nil, cut(err, "in its first bytes")
	}
	if string(begin[:len(magic)]) != magic {
		return nil, damaged("it does not begin as one")
	}
	size := binary.BigEndian.Uint32(begin[len(magic):])
	if size <= tagSize || size > maxHead {
		return nil, damaged("its head claims %d bytes", size)
	}
	sealed := make([]byte, size)
	if _, err := io.ReadFull(r, sealed); err != nil {
		return nil, cut(err, "in its head")
	}
	whole := slices.Concat(begin, sealed)
	sum := sha256.Sum256(whole)
	if !bytes.Equal(sum[:], hash) {
		return nil, damaged("its head has the hash %x, not %x", sum[:4], hash[:min(4, len(hash))])
	}
	aead, err := newAEAD(key)
	if err != nil {
		return nil, err
	}
	plain, err := aead.Open(nil, nonce(headFrame), sealed, []byte(magic))
	if err != nil {
		return nil, damaged("its key is another one")
	}
	h := &Head{}
	if err := headDecoder.Unmarshal(plain, h); err != nil {
		return nil, damaged("its head cannot be read: %w", err)
	}
	h.sum, h.at = sum, int64(len(whole))
	return h, h.valid()
}

// cut tells a file that ends too early from a line that broke, which is tried again.
func cut(err error, where string) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the file ends %s: %w", where, io.ErrUnexpectedEOF)
	}
	return err
}

// open unseals and unpacks frame n into buf, which has room for FrameSize bytes. What it gives is not yet checked against
// its hash.
func (h *Head) open(aead cipher.AEAD, n int, sealed, buf []byte) ([]byte, error) {
	packed, err := aead.Open(sealed[:0], nonce(uint64(n)), sealed, h.sum[:]) //nolint:gosec // it is not negative
	if err != nil {
		return nil, damaged("frame %d was changed", n)
	}
	plain, err := unpacker.DecodeAll(packed, buf[:0:h.size(n)])
	if err != nil {
		return nil, damaged("frame %d cannot be unpacked: %w", n, err)
	}
	if len(plain) != h.size(n) {
		return nil, damaged("frame %d holds %d bytes, not %d", n, len(plain), h.size(n))
	}
	return plain, nil
}

// right says whether these are the bytes of frame n.
func (h *Head) right(n int, plain []byte) bool {
	sum := sha256.Sum256(plain)
	return bytes.Equal(sum[:], h.hash(n))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
