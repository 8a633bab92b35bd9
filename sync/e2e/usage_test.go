package e2e

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"meterside/backend"
	"meterside/care"
	"meterside/care/given"
	"meterside/portal"
	"meterside/portal/importer"
)

const metered = "030000013"

// used gives an account fourteen months of usage and bills, the third newest of them estimated, and a week of intervals.
func (s *stage) used() (first time.Time) {
	s.t.Helper()
	now := time.Now().UTC()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	var recs []care.Record
	for i := range 14 {
		from, to := month.AddDate(0, -i-1, 0).Format(time.DateOnly), month.AddDate(0, -i, 0).Format(time.DateOnly)
		quantity, quality := int64(500), "measured"
		if i == 2 {
			quantity, quality = 400, "estimated"
		}
		cents := quantity * 20
		recs = append(recs, &care.Usage{Account: metered, Service: "electric", From: from, To: to, Quantity: quantity, Unit: "kWh", Quality: quality},
			&care.Bill{ID: fmt.Sprintf("U%02d", i), Account: metered, IssuedOn: to, DueOn: to, PeriodStart: from, PeriodEnd: to, TotalCents: cents, Quantity: quantity, Unit: "kWh",
				Estimated: i == 2, Segments: care.Segments{{Line: 1, Service: "electric", Description: "Energy charge", Quantity: &quantity, Unit: "kWh", AmountCents: cents}}})
	}
	recs = append(recs, &care.Adjustment{ID: "J1", Account: metered, On: now.Format(time.DateOnly), Sort: "credit", AmountCents: -1500, Description: "=1+1"})
	s.put(recs...)
	first = month.AddDate(0, -1, 0)
	zone, err := time.LoadLocation("America/New_York")
	check(s.t, err)
	from := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, zone)
	m := portal.Meter{Account: metered, ID: "m1", Source: "U/1", Service: "electric", Unit: "Wh"}
	check(s.t, s.portal.NewBulk(portal.System("test")).Chunk(s.t.Context(), func(c *portal.Chunk) error {
		if err := c.SetMeter(m); err != nil {
			return err
		}
		for i := range 7 * 24 {
			if i == 30 || i/24 == 4 { // an hour of the second day is missing, and the whole of the fifth
				continue
			}
			if err := c.SetCounted(m, portal.Counted{Start: from.Add(time.Duration(i) * time.Hour).Unix(), Given: 3600, Seconds: 3600, Value: 573, Estimated: i == 50}); err != nil {
				return err
			}
		}
		return nil
	}))
	return first
}

// R31: usage with its comparisons and flags, and intervals that are asked once, kept, shown by day and hour, also without
// the portal. R30: a bill explained against the one before. All of it goes out as tables.
func TestUsageAtADesk(t *testing.T) {
	s := newStage(t)
	s.town()
	first := s.used()
	b := s.desk("SUP01") // who may save what a search finds

	view, err := b.Usage(t.Context(), metered)
	if err != nil || len(view.Services) != 1 || len(view.Services[0].Rows) < 13 {
		t.Fatalf("%+v, %v", view, err)
	}
	rows := view.Services[0].Rows
	if rows[0].Before != rows[1].From || rows[0].YearBefore != rows[12].From || len(rows[0].Flags) != 0 || rows[1].Flags[0] != "catching_up" || rows[2].Flags[0] != "estimated" {
		t.Errorf("%+v", rows[:3])
	}
	why, err := b.ExplainBill(t.Context(), metered, "U02")
	if err != nil || why.Against != "U03" || why.Change != -2000 || why.Usage != -2000 || why.Rest != 0 {
		t.Errorf("%+v, %v", why, err)
	}
	if _, err := b.ExplainBill(t.Context(), metered, "none"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("a bill that is not there: %v", err)
	}

	from, to := first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly)
	for _, portalIs := range []string{"there", "gone"} {
		got, err := b.Intervals(t.Context(), metered, from, to)
		if err != nil || got.Problem != nil || len(got.Meters) != 1 || got.Meters[0].Days[4].Day != first.AddDate(0, 0, 4).Format(time.DateOnly) {
			t.Fatalf("%s: %+v, %v", portalIs, got, err)
		}
		m := got.Meters[0]
		if m.Unit != "kWh" || m.Days[0].Missing != 0 || m.Days[1].Missing != 3600 || m.Days[2].Estimated != 1 || m.Days[3].None || !m.Days[4].None || m.Days[5].None || !m.Days[len(m.Days)-1].None || len(m.Readings) != 0 {
			t.Errorf("%s: %+v", portalIs, m)
		}
		day, err := b.Intervals(t.Context(), metered, from, first.AddDate(0, 0, 1).Format(time.DateOnly))
		if err != nil || day.Problem != nil || len(day.Meters[0].Readings) != 24 || day.Meters[0].Readings[5].Quantity != 0.573 {
			t.Errorf("%s: %+v, %v", portalIs, day, err)
		}
		if portalIs == "there" {
			if n := s.logged("history.fetched"); n != 1 {
				t.Errorf("the portal logged %d questions", n)
			}
			s.stop()
		}
	}
	other, err := b.Intervals(t.Context(), metered, "2020-01-01", "2020-02-01")
	if err != nil || other.Problem == nil || other.Problem.Code != care.CodeOffline {
		t.Errorf("without the portal: %+v, %v", other, err)
	}

	for name, want := range map[string]int{"bills": 13, "payments": 0, "adjustments": 1, "usage": 13, "intervals": 6*24 - 1, "tasks": 0, "activity": 0, "search": 1} {
		var out bytes.Buffer
		n, err := b.ExportTable(t.Context(), backend.Table{Name: name, Account: metered, From: from, To: to, Search: backend.TableHits{Text: metered}}, &out)
		if err != nil || n < want {
			t.Errorf("%s: %d rows, %v", name, n, err)
			continue
		}
		lines, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(lines) != n+1 {
			t.Errorf("%s: %d lines of %d rows, %v", name, len(lines), n, err)
		}
		if name == "adjustments" && (lines[1][4] != "-15.00" || lines[1][5] != "'=1+1") {
			t.Errorf("the adjustment is %q", lines[1])
		}
	}
	if _, err := b.ExportTable(t.Context(), backend.Table{Name: "secrets"}, &bytes.Buffer{}); care.CodeOf(err) != care.CodeNoChoice {
		t.Errorf("a table that there is not: %v", err)
	}
}

// R31: what the portal took from a real Green Button file stands in the Usage tab: each whole month, and each day as asked for,
// which come to what was counted apart from it.
func TestR31ARealFileIsSeenAtADesk(t *testing.T) {
	const name, months = "sdk-12MonthlyUpdates.xml.gz", 12
	var answers map[string]struct {
		Groups []struct {
			Readings int     `json:"readings"`
			Sum      float64 `json:"sum_raw"`
		} `json:"interval_groups"`
	}
	b, err := os.ReadFile(given.Data(t, "greenbutton", "ANSWERS.json"))
	check(t, err)
	check(t, json.Unmarshal(b, &answers))
	want := answers[name].Groups[0]
	s := newStage(t)
	s.ahead.Store(int64(time.Until(time.Date(2012, 5, 1, 0, 0, 0, 0, time.UTC)))) // the file's year is within what a desk holds
	s.town()
	_, err = importer.GreenButton(t.Context(), s.portal, given.Data(t, "greenbutton", name), metered, importer.Options{})
	check(t, err)
	desk := s.desk("CSR002")

	view, err := desk.Usage(t.Context(), metered)
	check(t, err)
	if len(view.Services) != 1 || view.Services[0].Unit != "kWh" || len(view.Services[0].Rows) != months {
		t.Fatalf("%+v", view)
	}
	var sum float64
	days := 0
	for _, month := range view.Services[0].Rows {
		got, err := desk.Intervals(t.Context(), metered, month.From, month.To)
		check(t, err)
		if got.Problem != nil || len(got.Meters) != 1 || got.Meters[0].Unit != "kWh" {
			t.Fatalf("%s: %+v", month.From, got)
		}
		of := 0.0
		for _, day := range got.Meters[0].Days {
			of += day.Quantity
			days++
		}
		if math.Abs(of-float64(month.Quantity)) > 0.5+1e-6 {
			t.Errorf("%s: %d kWh, the days come to %f", month.From, month.Quantity, of)
		}
		sum += of
	}
	if days != want.Readings || math.Abs(sum*1000-want.Sum) > 0.5 {
		t.Errorf("%d days and %f Wh, want %d and %f", days, sum*1000, want.Readings, want.Sum)
	}
}

// R29: the overview's insights come from what the desk holds.
func TestInsightsAtADesk(t *testing.T) {
	s := newStage(t)
	s.town()
	s.used()
	s.put(&care.Payment{ID: "R1", Account: metered, Status: "returned", AmountCents: 500, CreatedAt: time.Now().AddDate(0, 0, -3).UnixMilli(), EffectiveOn: "2026-01-01"})
	b := s.desk("CSR002")
	got, err := b.Show(t.Context(), metered)
	check(t, err)
	codes := map[string]bool{}
	for _, i := range got.Insights {
		codes[i.Code] = true
	}
	if !codes["payment_returned"] || codes["vacant"] {
		t.Errorf("%+v", got.Insights)
	}
	if _, err := b.Show(t.Context(), "9"); care.CodeOf(err) != care.CodeNotFound {
		t.Errorf("an account that is not there: %v", err)
	}
}
