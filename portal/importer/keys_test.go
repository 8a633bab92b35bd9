package importer

import (
	"bytes"
	"fmt"
	"testing"
)

// Enough keys for the table to grow often and for the arena to take several chunks; each must be found as itself, with
// its own state, and nothing else may be found.
func TestKeySetIsExact(t *testing.T) {
	s := newKeySet()
	const many = 200_000
	refs := make([]ref, many)
	key := func(n int) []byte { return fmt.Appendf(nil, "key-%d-%s", n, bytes.Repeat([]byte{'x'}, n%23)) }
	for n := range many {
		at, added, err := s.add(key(n))
		if err != nil || !added {
			t.Fatalf("key %d: added %t, %v", n, added, err)
		}
		if n > 0 && at <= refs[n-1] {
			t.Fatalf("key %d has ref %d after %d", n, at, refs[n-1])
		}
		refs[n] = at
		s.setState(at, state(n%3))
	}
	for n := range many {
		if at := s.find(key(n)); at != refs[n] || s.state(at) != state(n%3) {
			t.Fatalf("key %d is found at %d in state %d, want %d and %d", n, at, s.state(at), refs[n], n%3)
		}
		if at, added, _ := s.add(key(n)); added || at != refs[n] {
			t.Fatalf("key %d is added once more", n)
		}
		if at := s.find(key(n + many)); at != 0 {
			t.Fatalf("key %d is found though never added", n+many)
		}
	}
	if len(s.chunks) < 3 {
		t.Errorf("only %d chunks were needed", len(s.chunks))
	}
}

func TestKeySetRefusesKeysThatAreTooLong(t *testing.T) {
	s := newKeySet()
	if _, _, err := s.add(bytes.Repeat([]byte{'x'}, longestKey)); err != nil {
		t.Errorf("the longest: %v", err)
	}
	if _, _, err := s.add(bytes.Repeat([]byte{'x'}, longestKey+1)); err == nil {
		t.Error("one more: no error")
	}
}
