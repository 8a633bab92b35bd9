package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"time"
)

// figure is one measured value beside its floor, which was measured in the same run.
type figure struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Floor   float64 `json:"floor"`
	Ratio   float64 `json:"ratio"`
	Samples int     `json:"samples"` // of each, value and floor
	About   string  `json:"about"`   // how much work it was
}

// report prints figures as they come and keeps them.
type report struct {
	out     io.Writer
	At      string            `json:"at"`
	Quick   bool              `json:"quick"`
	Machine string            `json:"machine"`
	Figures []figure          `json:"figures"`
	Skipped map[string]string `json:"skipped,omitempty"` // why, by name
}

func newReport(out io.Writer, quick bool) *report {
	machine := fmt.Sprintf("%s/%s, %d CPU, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	return &report{out: out, At: time.Now().UTC().Format(time.RFC3339), Quick: quick, Machine: machine, Skipped: map[string]string{}}
}

// add prints a figure: bench NAME VALUE UNIT floor VALUE ratio VALUE.
func (r *report) add(name, unit string, value, floor float64, samples int, about string) {
	f := figure{Name: name, Value: round(value), Unit: unit, Floor: round(floor), Ratio: round(value / floor), Samples: samples, About: about}
	r.Figures = append(r.Figures, f)
	fmt.Fprintf(r.out, "bench %s %s %s floor %s ratio %s\n", f.Name, plain(f.Value), f.Unit, plain(f.Floor), plain(f.Ratio))
}

// skip prints that a figure could not be measured, and why.
func (r *report) skip(name, why string) {
	r.Skipped[name] = why
	fmt.Fprintf(r.out, "bench %s skipped: %s\n", name, why)
}

func (r *report) write(path string) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the figures: %w", err)
	}
	if err := os.WriteFile(path, append(b, '\n'), 0o644); err != nil { //nolint:gosec // nothing in it is private
		return fmt.Errorf("writing the figures: %w", err)
	}
	return nil
}

// samples are measurements of one thing, in the unit of the figure.
type samples []float64

func (s *samples) add(d, unit time.Duration) { *s = append(*s, float64(d)/float64(unit)) }

// at is the value below which a part of the samples lies: 0.5 for the median.
func (s samples) at(part float64) float64 {
	if len(s) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(s))
	if part == 0.5 && len(sorted)%2 == 0 {
		return (sorted[len(sorted)/2-1] + sorted[len(sorted)/2]) / 2
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

// round keeps three significant digits: no figure here is worth more.
func round(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 3, 64), 64)
	if err != nil {
		return v
	}
	return r
}

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
