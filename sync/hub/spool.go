package hub

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// spool keeps frames between reading them and sending them: a few in memory, many in a file without a name. The database
// is read at the speed of the disk, whatever the speed of the desk.
type spool struct {
	frames [][]byte
	bytes  int
	file   *os.File
}

// heldBytes is how much of a catch-up is kept in memory.
const heldBytes = 1 << 20

func (s *spool) add(frame []byte) error {
	if s.file == nil && s.bytes+len(frame) <= heldBytes {
		s.frames = append(s.frames, frame)
		s.bytes += len(frame)
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
	var size [4]byte
	binary.BigEndian.PutUint32(size[:], uint32(len(frame))) //nolint:gosec // a frame is at most a mebibyte
	if _, err := s.file.Write(append(size[:], frame...)); err != nil {
		return fmt.Errorf("keeping a catch-up: %w", err)
	}
	return nil
}

// each gives the frames back in their order.
func (s *spool) each(fn func(frame []byte) error) error {
	for _, f := range s.frames {
		if err := fn(f); err != nil {
			return err
		}
	}
	if s.file == nil {
		return nil
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("reading a catch-up: %w", err)
	}
	for {
		var size [4]byte
		if _, err := io.ReadFull(s.file, size[:]); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading a catch-up: %w", err)
		}
		frame := make([]byte, binary.BigEndian.Uint32(size[:]))
		if _, err := io.ReadFull(s.file, frame); err != nil {
			return fmt.Errorf("reading a catch-up: %w", err)
		}
		if err := fn(frame); err != nil {
			return err
		}
	}
}

func (s *spool) close() {
	if s.file != nil {
		_ = s.file.Close()
		_ = os.Remove(s.file.Name())
	}
}
