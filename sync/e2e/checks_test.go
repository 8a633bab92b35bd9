package e2e

import (
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// flagged are the flags that the command line gave, before any test sets one.
var flagged = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	flag.Visit(func(f *flag.Flag) { all[f.Name] = true })
	return all
})

// checks says how many histories rapid plays: few, or METERSIDE_CHECKS, or what the command line says.
func checks(t *testing.T, few int) {
	t.Helper()
	want := strconv.Itoa(few)
	if more := os.Getenv("METERSIDE_CHECKS"); more != "" {
		want = more
	}
	for name, value := range map[string]string{"rapid.checks": want, "rapid.nofailfile": "true"} {
		if flagged()[name] {
			continue
		}
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
}

// seeds runs a test on each seed that once found a fault in it, then on METERSIDE_SEED, or a new one.
func seeds(t *testing.T, fn func(t *testing.T, seed uint64)) {
	t.Helper()
	kept, err := os.ReadFile(filepath.Join("testdata", "seeds"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(kept)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != t.Name() || os.Getenv("METERSIDE_SEED") != "" {
			continue
		}
		s, err := strconv.ParseUint(words[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		t.Run("seed "+words[1], func(t *testing.T) { fn(t, s) })
	}
	s := seed(t)
	t.Run("another seed", func(t *testing.T) { fn(t, s) })
}

// seed is METERSIDE_SEED, or a new one, and is printed.
func seed(t *testing.T) uint64 {
	t.Helper()
	s, err := strconv.ParseUint(os.Getenv("METERSIDE_SEED"), 10, 64)
	if err != nil {
		s = rand.Uint64()
	}
	t.Logf("METERSIDE_SEED=%d", s)
	return s
}
