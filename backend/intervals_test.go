package backend

import (
	"slices"
	"testing"
	"time"
)

// R31: a day without any reading stands in its place and says so, also at the ends of a period and on the days on which the clocks
// change; a meter that was changed for another is not missed. It was seen to fail when only days with a reading were shown.
func TestR31DaysWithoutReadingsAreShown(t *testing.T) {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	of := func(service string, days ...string) MeterView {
		m := MeterView{Service: service}
		for _, day := range days {
			m.Days = append(m.Days, DayView{Day: "2026-03-" + day, Quantity: 1})
		}
		return m
	}
	meters := []MeterView{of("electric", "03", "06"), of("electric", "07", "10"), of("water", "02", "03", "04")}
	fillDays(meters, time.Date(2026, 3, 2, 0, 0, 0, 0, zone), time.Date(2026, 3, 12, 0, 0, 0, 0, zone))
	for i, want := range [][]string{
		{"02 none", "03", "04 none", "05 none", "06", "08 none", "09 none", "11 none"},
		{"02 none", "04 none", "05 none", "07", "08 none", "09 none", "10", "11 none"},
		{"02", "03", "04", "05 none", "06 none", "07 none", "08 none", "09 none", "10 none", "11 none"},
	} {
		var got []string
		for _, d := range meters[i].Days {
			word := d.Day[8:]
			if d.None {
				word += " none"
			}
			got = append(got, word)
			hours := int64(24)
			if d.Day == "2026-03-08" {
				hours = 23 // summer time begins
			}
			if d.None && d.Missing != hours*3600 {
				t.Errorf("%s: %d seconds are missing", d.Day, d.Missing)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("meter %d has %v, want %v", i, got, want)
		}
	}
}
