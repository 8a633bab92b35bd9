package storetest

import (
	"errors"
	"os"
	"testing"

	"meterside/care"
	"meterside/portal/store"
	"meterside/portal/store/storetest/pgtest"
)

// server is a PostgreSQL server that a test may crash.
func server(t *testing.T) *pgtest.Server {
	t.Helper()
	s, err := pgtest.Start(true)
	if errors.Is(err, pgtest.ErrMissing) && os.Getenv(pgtest.Require) == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// seen is the epoch of the next moment, once the connections that broke are given up.
func seen(t *testing.T, s *store.Store) (epoch string) {
	t.Helper()
	var err error
	for range 20 {
		if err = s.View(t.Context(), func(v *store.View) error { epoch = v.Epoch; return nil }); err == nil {
			return epoch
		}
	}
	t.Fatal(err)
	return ""
}

// A server that was put back begins another timeline, which is another epoch: for a store that is open and for one that is
// opened later. A server that only crashed and kept its promises goes on in the same one.
//
// It fails when connections are not looked at, and when the timeline is not compared at opening.
func TestAnotherTimelineIsAnotherEpoch(t *testing.T) {
	server := server(t)
	database, _, err := server.Database(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, database, deaf)
	put(t, s, &care.District{ID: "D01", Name: "One"})
	first := s.Epoch()
	if err := server.Crash(false); err != nil {
		t.Fatal(err)
	}
	if now := seen(t, s); now != first || head(t, s) != 1 {
		t.Errorf("after a crash the epoch is %s, not %s, and the clock stands at %d", now, first, head(t, s))
	}
	if err := server.Crash(true); err != nil {
		t.Fatal(err)
	}
	second := seen(t, s)
	if second == first || s.Epoch() != second {
		t.Errorf("in another timeline the epoch is still %s, and said to be %s", second, s.Epoch())
	}
	if err := server.Crash(true); err != nil {
		t.Fatal(err)
	}
	later := open(t, database, deaf)
	if now := later.Epoch(); now == second {
		t.Error("a store that is opened in another timeline goes on in the same epoch")
	}
	if now := seen(t, s); now != later.Epoch() {
		t.Errorf("one node is in the epoch %s, another in %s", now, later.Epoch())
	}
}

// Somebody who knows more than stands here begins another epoch, once, and every node sees it.
func TestARewoundStoreBeginsAnotherEpochOnce(t *testing.T) {
	Databases(t, func(t *testing.T, database string) {
		rung := 0
		one, other := open(t, database, func(int64) { rung++ }), open(t, database, deaf)
		first := one.Epoch()
		for range 2 {
			if err := one.Rewound(t.Context(), first); err != nil {
				t.Fatal(err)
			}
		}
		second := seen(t, one)
		if second == first || rung == 0 {
			t.Errorf("the epoch is still %s, rung %d times", second, rung)
		}
		if err := one.Rewound(t.Context(), first); err != nil || seen(t, one) != second {
			t.Errorf("an epoch that is over was ended again: %v", err)
		}
		if seen(t, other) != second || other.Epoch() != second {
			t.Error("another node did not see it")
		}
	})
}
