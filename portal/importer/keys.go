package importer

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/maphash"
)

// state is what is known of a row by its key.
type state byte

const (
	unread   state = iota // seen while the files were looked over, not judged yet
	refused               // a row of this key was refused, and none accepted
	accepted              // a row of this key was accepted
)

// ref names one key of a keySet, in the order in which they were added; 0 names none.
type ref uint32

const (
	chunkSize  = 1 << 20
	longestKey = 4 * shortText * 4 // bytes; a longer key cannot stand in an accepted row
)

var errTooManyKeys = errors.New("the keys of one file take more than 4 GiB")

// keySet remembers the keys of a file, exactly and in little memory: millions of them stand in one arena, each as its
// length, its state and its bytes, found by an open hash table of 4 bytes an entry.
type keySet struct {
	seed   maphash.Seed
	slots  []ref
	chunks [][]byte
	count  int
}

func newKeySet() *keySet {
	return &keySet{seed: maphash.MakeSeed(), slots: make([]ref, 1024)}
}

const entryHead = 3 // two bytes of length, one of state

func (s *keySet) entry(at ref) []byte {
	n := uint32(at - 1)
	return s.chunks[n/chunkSize][n%chunkSize:]
}

func (s *keySet) key(at ref) []byte {
	e := s.entry(at)
	return e[entryHead : entryHead+int(binary.LittleEndian.Uint16(e))]
}

func (s *keySet) state(at ref) state        { return state(s.entry(at)[2]) }
func (s *keySet) setState(at ref, to state) { s.entry(at)[2] = byte(to) }
func (s *keySet) home(key []byte) int {
	return int(maphash.Bytes(s.seed, key) & uint64(len(s.slots)-1))
}
func (s *keySet) following(slot int) int      { return (slot + 1) & (len(s.slots) - 1) }
func (s *keySet) holds(at ref, k []byte) bool { return bytes.Equal(s.key(at), k) }

// find gives the key's ref, or 0 when it was never added.
func (s *keySet) find(key []byte) ref {
	for slot := s.home(key); s.slots[slot] != 0; slot = s.following(slot) {
		if s.holds(s.slots[slot], key) {
			return s.slots[slot]
		}
	}
	return 0
}

// add gives the key's ref, adding it as unread if need be.
func (s *keySet) add(key []byte) (at ref, added bool, err error) {
	slot := s.home(key)
	for ; s.slots[slot] != 0; slot = s.following(slot) {
		if s.holds(s.slots[slot], key) {
			return s.slots[slot], false, nil
		}
	}
	at, err = s.store(key)
	if err != nil {
		return 0, false, err
	}
	s.slots[slot] = at
	if s.count++; s.count > len(s.slots)*3/4 {
		s.grow()
	}
	return at, true, nil
}

func (s *keySet) store(key []byte) (ref, error) {
	if len(key) > longestKey {
		return 0, errors.New("a key is too long to be remembered")
	}
	last := len(s.chunks) - 1
	if last < 0 || len(s.chunks[last])+entryHead+len(key) > chunkSize {
		if len(s.chunks) == 1<<32/chunkSize-1 {
			return 0, errTooManyKeys
		}
		s.chunks = append(s.chunks, make([]byte, 0, chunkSize))
		last++
	}
	chunk := s.chunks[last]
	at := ref(last*chunkSize + len(chunk) + 1)
	chunk = binary.LittleEndian.AppendUint16(chunk, uint16(len(key)))
	chunk = append(chunk, byte(unread))
	s.chunks[last] = append(chunk, key...)
	return at, nil
}

func (s *keySet) grow() {
	old := s.slots
	s.slots = make([]ref, 2*len(old))
	for _, at := range old {
		if at == 0 {
			continue
		}
		slot := s.home(s.key(at))
		for s.slots[slot] != 0 {
			slot = s.following(slot)
		}
		s.slots[slot] = at
	}
}
