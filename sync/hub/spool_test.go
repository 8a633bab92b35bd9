package hub

import (
	"bytes"
	"errors"
	"testing"
)

func TestASpoolGivesFramesBackInTheirOrder(t *testing.T) {
	for name, size := range map[string]int{"in memory": 10, "in a file": heldBytes / 2} {
		t.Run(name, func(t *testing.T) {
			var s spool
			defer s.close()
			const frames = 7
			for i := range frames {
				if err := s.add(bytes.Repeat([]byte{byte(i)}, size+i)); err != nil {
					t.Fatal(err)
				}
			}
			if inFile := s.file != nil; inFile != (name == "in a file") {
				t.Errorf("in a file: %v", inFile)
			}
			i := 0
			err := s.each(func(frame []byte) error {
				if !bytes.Equal(frame, bytes.Repeat([]byte{byte(i)}, size+i)) {
					t.Errorf("frame %d is another", i)
				}
				i++
				return nil
			})
			if err != nil || i != frames {
				t.Errorf("%d frames, %v", i, err)
			}
		})
	}
}

func TestASpoolStopsWhereASendFails(t *testing.T) {
	var s spool
	defer s.close()
	for range 3 {
		if err := s.add([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	gone := errors.New("gone")
	if err := s.each(func([]byte) error { return gone }); !errors.Is(err, gone) {
		t.Error(err)
	}
}
