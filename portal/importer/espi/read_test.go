package espi

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"os"
	"path/filepath"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"meterside/care/given"
)

var today = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func read(t *testing.T, path string) (*File, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return Read(f, today)
}

func decode(t *testing.T, path string, into any) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// answer is what a file holds, as somebody else counted it.
type answer struct {
	Points    int `json:"usage_points"`
	Types     int `json:"reading_types"`
	Meters    int `json:"meter_readings"`
	Summaries int `json:"summaries"`
	Groups    []struct {
		Meter    string               `json:"meter_reading"` // its end
		Types    []map[string]*string `json:"reading_type"`
		Readings int                  `json:"readings"`
		Sum      json.Number          `json:"sum_raw"`
		First    int64                `json:"start_min"`
		Last     int64                `json:"start_max"`
		Cost     json.Number          `json:"sum_cost_raw"`
		Seconds  int64                `json:"seconds"`
	} `json:"interval_groups"`
}

// Every real file is read: its counts and sums are those that were counted apart from this reader.
//
// It fails when readings that were issued again are left out of the sum, and when a file without links finds no type.
func TestRealFilesHoldWhatTheyHold(t *testing.T) {
	dir := given.Data(t, "greenbutton")
	var answers map[string]answer
	decode(t, filepath.Join(dir, "ANSWERS.json"), &answers)
	if len(answers) < 30 {
		t.Fatalf("only %d files", len(answers))
	}
	for name, want := range answers {
		t.Run(name, func(t *testing.T) {
			f, err := read(t, filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if f.UsagePoints != want.Points || f.ReadingTypes != want.Types || f.MeterReadings != want.Meters || f.Summaries != want.Summaries || len(f.Series) != len(want.Groups) {
				t.Fatalf("got %+v, want %+v", f, want)
			}
			for i, g := range want.Groups {
				s := f.Series[i]
				if !strings.HasSuffix(s.Name, g.Meter) || s.Count != g.Readings || s.Sum.String() != g.Sum.String() || s.First != g.First || s.Last != g.Last || s.Seconds != g.Seconds {
					t.Errorf("got %+v, want %+v", s, g)
				}
				if cost := strings.TrimSuffix(g.Cost.String(), ".0"); s.Cost.String() != cost {
					t.Errorf("the cost is %s, not %s", s.Cost, cost)
				}
				if (s.Type == nil) != (len(g.Types) == 0) {
					t.Errorf("the type is %+v, not %v", s.Type, g.Types)
				}
			}
		})
	}
}

// readWithin ends a test whose reader does not come to an end: the slowest of these files takes a fraction of it.
const readWithin = time.Minute

// watched reads a file, and gives the most memory that was in use for it at any moment.
func watched(t *testing.T, path string) (f *File, most uint64, err error) {
	t.Helper()
	const inUse = "/memory/classes/heap/objects:bytes"
	used := func() uint64 {
		sample := []metrics.Sample{{Name: inUse}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	runtime.GC()
	before, done := used(), make(chan struct{})
	go func() {
		defer close(done)
		f, err = read(t, path)
	}()
	late := time.After(readWithin)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for {
		now := used()
		most = max(most, now-min(before, now))
		select {
		case <-done:
			return f, most, err
		case <-late:
			t.Fatalf("%s is not read within %s", filepath.Base(path), readWithin)
		case <-look.C:
		}
	}
}

// Each damaged or hostile file comes to one of the outcomes that its manifest allows, soon and in little memory.
//
// It fails when attributes that stand twice are let through, when a directive is passed over, and when each reading keeps
// 4 KB until the file ends.
func TestDamagedFiles(t *testing.T) {
	dir := given.Data(t, "bad-input", "greenbutton-mutations")
	var all []struct{ File, Expect, Why string }
	decode(t, filepath.Join(dir, "sdk15min-manifest.json"), &all)
	if len(all) != 46 {
		t.Fatalf("%d files", len(all))
	}
	for _, m := range all {
		t.Run(m.File, func(t *testing.T) {
			f, most, err := watched(t, filepath.Join(dir, m.File))
			if most > 100<<20 {
				t.Errorf("it took %d MB", most>>20)
			}
			var said *Damaged
			if err != nil && (!errors.As(err, &said) || said.What.Code == "") {
				t.Errorf("an error without a clear word: %v", err)
			}
			refused, warned := err != nil, err == nil && len(f.Warnings) > 0
			t.Log(m.Expect, "|", err, f)
			switch first, rest, _ := strings.Cut(m.Expect, ","); {
			case first == "reject" || first == "reject fast" || strings.HasPrefix(m.Expect, "reject fast, memory"):
				if !refused && !strings.Contains(rest, "accept") {
					t.Errorf("it was taken: %s (%s)", m.Expect, m.Why)
				}
			case strings.HasPrefix(m.Expect, "reject or"):
				if !refused && strings.Contains(m.Expect, "warning") && !warned {
					t.Errorf("neither refused nor warned of: %s (%s)", m.Expect, m.Why)
				}
			case m.Expect == "accept" || first == "accept" && !strings.Contains(m.Expect, " or "), m.Expect == "accept fast":
				if refused {
					t.Errorf("it was refused: %v (%s)", err, m.Why)
				}
			}
			if err == nil && strings.Contains(m.Expect, "accept with warning") && !warned {
				t.Error("nothing was warned of")
			}
			if err == nil && strings.Contains(m.Expect, "unknown unit") && f.Series[0].UnitName() != "" {
				t.Errorf("the unit is %q", f.Series[0].UnitName())
			}
			if strings.Contains(m.Expect, "count once") && len(f.Series[0].Readings) != 1340 {
				t.Errorf("%d readings", len(f.Series[0].Readings))
			}
			if strings.Contains(m.Expect, "show gap") && !warned {
				t.Error("the gap is not told of")
			}
			if err == nil && strings.Contains(m.Expect, "without overflow in sums") && f.Series[0].Sum.Cmp(big.NewInt(math.MaxInt64)) <= 0 {
				t.Errorf("the sum is %s", f.Series[0].Sum)
			}
			if shown, _ := json.Marshal(f); strings.Contains(m.Expect, "shown as text") && strings.Contains(string(shown), "script") { // no title is taken
				t.Errorf("%s", shown)
			}
		})
	}
}
