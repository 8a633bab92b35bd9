package hub

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"
)

const patient = time.Minute

func spoolOf(most int64) *spool { return newSpool(&budget{most: most}) }

func TestASpoolGivesMessagesBackInTheirOrder(t *testing.T) {
	for name, size := range map[string]int{"in memory": 10, "in a file": spoolMost / 2} {
		t.Run(name, func(t *testing.T) {
			s := spoolOf(64 << 20)
			defer s.close()
			const messages = 7
			for i := range messages {
				if err := s.add(bytes.Repeat([]byte{byte(i)}, size+i)); err != nil {
					t.Fatal(err)
				}
			}
			if inFile := s.file != nil; inFile != (name == "in a file") {
				t.Errorf("in a file: %v", inFile)
			}
			s.finish(nil)
			for i := range messages {
				message, err := s.next(patient)
				if err != nil || !bytes.Equal(message, bytes.Repeat([]byte{byte(i)}, size+i)) {
					t.Errorf("message %d is another, %v", i, err)
				}
			}
			if _, err := s.next(patient); !errors.Is(err, io.EOF) {
				t.Errorf("at the end: %v", err)
			}
			if held := s.budget.held.Load(); held != 0 {
				t.Errorf("%d bytes are still counted", held)
			}
		})
	}
}

func TestASpoolIsReadWhileItIsWritten(t *testing.T) {
	s := spoolOf(1000) // most of it goes through the file
	defer s.close()
	const messages = 500
	go func() {
		for i := range messages {
			if err := s.add(bytes.Repeat([]byte{byte(i)}, 100)); err != nil {
				s.finish(err)
				return
			}
		}
		s.finish(nil)
	}()
	for i := range messages {
		if message, err := s.next(patient); err != nil || message[0] != byte(i) {
			t.Fatalf("message %d: %v", i, err)
		}
	}
}

func TestASpoolThatIsClosedTellsWhoAdds(t *testing.T) {
	s := spoolOf(1000)
	if err := s.add([]byte("x")); err != nil {
		t.Fatal(err)
	}
	s.close()
	if err := s.add([]byte("x")); err == nil {
		t.Error("it was kept")
	}
	if held := s.budget.held.Load(); held != 0 {
		t.Errorf("%d bytes are still counted", held)
	}
}

func TestASpoolTellsWhyReadingEnded(t *testing.T) {
	s := spoolOf(1000)
	defer s.close()
	gone := errors.New("gone")
	s.finish(gone)
	if _, err := s.next(patient); !errors.Is(err, gone) {
		t.Error(err)
	}
	if _, err := spoolOf(1).next(time.Millisecond); !errors.Is(err, errNothingYet) {
		t.Error("a spool that nobody fills does not say so")
	}
}
