package hub

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// budget is the memory that all catch-ups share between reading and sending.
type budget struct {
	held atomic.Int64
	most int64
}

// take takes n bytes, if there are so many left.
func (b *budget) take(n int64) bool {
	if b.held.Add(n) <= b.most {
		return true
	}
	b.held.Add(-n)
	return false
}

func (b *budget) giveBack(n int64) { b.held.Add(-n) }

// spoolMost is how much of one catch-up is kept in memory.
const spoolMost = 1 << 20

// errNothingYet says that nothing was read for a while.
var errNothingYet = errors.New("nothing yet")

// spool keeps messages between reading them and sending them: a few in memory, many in a file without a name. One
// goroutine adds while another takes.
type spool struct {
	budget *budget
	more   chan struct{}

	mu         sync.Mutex
	messages   [][]byte // guarded by mu, as all below
	bytes      int64
	file       *os.File
	wrote, got int64 // places in the file
	err        error // why there will be no more; io.EOF for the end
	closed     bool
}

func newSpool(b *budget) *spool { return &spool{budget: b, more: make(chan struct{}, 1)} }

func (s *spool) ring() {
	select {
	case s.more <- struct{}{}:
	default:
	}
}

// add keeps a message.
func (s *spool) add(message []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.ring()
	if s.closed {
		return os.ErrClosed
	}
	n := int64(len(message))
	if s.file == nil && s.bytes+n <= spoolMost && s.budget.take(n) {
		s.messages = append(s.messages, message)
		s.bytes += n
		return nil
	}
	if s.file == nil {
		file, err := os.CreateTemp("", "meterside-catchup-")
		if err != nil {
			return fmt.Errorf("keeping a catch-up: %w", err)
		}
		s.file = file
		_ = os.Remove(file.Name()) // where an open file can lose its name, it does; elsewhere close takes it away
	}
	record := append(binary.BigEndian.AppendUint32(nil, uint32(n)), message...) //nolint:gosec // a message is little more than a mebibyte
	if _, err := s.file.WriteAt(record, s.wrote); err != nil {
		return fmt.Errorf("keeping a catch-up: %w", err)
	}
	s.wrote += int64(len(record))
	return nil
}

// finish says that there will be no more; nil that this is as it should be.
func (s *spool) finish(err error) {
	if err == nil {
		err = io.EOF
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	s.ring()
}

// next gives the messages back in their order, then io.EOF or what finish was told; errNothingYet after a while without
// any.
func (s *spool) next(patience time.Duration) ([]byte, error) {
	var timeout <-chan time.Time
	for {
		message, err := s.pop()
		if message != nil || err != nil {
			return message, err
		}
		if timeout == nil {
			timer := time.NewTimer(patience)
			defer timer.Stop()
			timeout = timer.C
		}
		select {
		case <-s.more:
		case <-timeout:
			return nil, errNothingYet
		}
	}
}

func (s *spool) pop() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.messages) > 0 {
		message := s.messages[0]
		s.messages = s.messages[1:]
		s.bytes -= int64(len(message))
		s.budget.giveBack(int64(len(message)))
		return message, nil
	}
	if s.got == s.wrote {
		return nil, s.err
	}
	var size [4]byte
	if _, err := s.file.ReadAt(size[:], s.got); err != nil {
		return nil, fmt.Errorf("reading a catch-up: %w", err)
	}
	message := make([]byte, binary.BigEndian.Uint32(size[:]))
	if _, err := s.file.ReadAt(message, s.got+4); err != nil {
		return nil, fmt.Errorf("reading a catch-up: %w", err)
	}
	s.got += int64(len(message)) + 4
	return message, nil
}

// close drops what is left; who adds is told.
func (s *spool) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.budget.giveBack(s.bytes)
	s.messages, s.bytes = nil, 0
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}
