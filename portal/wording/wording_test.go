package wording

import (
	"math"
	"testing"
	"testing/fstest"
	"time"
)

func TestMoneyAndNumbers(t *testing.T) {
	for want, got := range map[string]string{
		"$0.05": Money(5, "USD"), "−$1,234.50": Money(-123450, "USD"), "CHF\u00a01.00": Money(100, "CHF"),
		"−$92,233,720,368,547,758.08": Money(math.MinInt64, "USD"), "999": Number(999), "−1,000": Number(-1000),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestDatesAndTimes(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 7, 1, 2, 30, 0, 0, time.UTC).UnixMilli()
	none := &fstest.MapFile{Data: []byte("{}")}
	dates := Read(fstest.MapFS{"texts/en.json": none, "texts/es.json": none})
	for want, got := range map[string]string{
		"June 30, 2026, 22:30 EDT": dates["en"].Instant(at, zone), "30 de junio de 2026, 22:30 EDT": dates["es"].Instant(at, zone),
		"March 4, 2026": dates["en"].Date("2026-03-04"), "someday": dates["en"].Date("someday"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
