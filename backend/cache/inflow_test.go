package cache

import (
	"testing"
	"testing/synctest"
	"time"
)

// While an import comes in page after page, the indexer does a little every two seconds and leaves the desk to the pages; it
// goes on as soon as no more come. What comes in small pages, or where little is stale, it does not wait for.
//
// Seen to fail where it waits for no page, where it waits for all of them, and where small pages count.
func TestTheIndexerWaitsForACalm(t *testing.T) {
	for _, c := range []struct {
		name        string
		rows, stale int
		pages       int // one each 100 ms
		want        time.Duration
	}{
		{"an import", 500, 10_000, 100, waitsFor},
		{"the end of an import", 500, 10_000, 5, 400*time.Millisecond + calmAfter},
		{"little is stale", 500, 20, 100, 0},
		{"changes one by one", 1, 10_000, 100, 0},
		{"nothing came", 500, 10_000, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var f inflow
				done := make(chan struct{})
				if c.pages > 0 {
					f.came(c.rows)
				}
				go func() {
					defer close(done)
					for range c.pages - 1 {
						time.Sleep(100 * time.Millisecond)
						f.came(c.rows)
					}
				}()
				began := time.Now()
				if err := f.calm(t.Context(), func() (int, error) { return c.stale, nil }); err != nil {
					t.Fatal(err)
				}
				if waited := time.Since(began); waited != c.want {
					t.Errorf("it waited %v, want %v", waited, c.want)
				}
				<-done
			})
		})
	}
}
