package care

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"meterside/care/given"
)

// exported is a folder that the maker of exports wrote, or the end of the test where there is no maker.
func exported(t *testing.T, seed string) string {
	t.Helper()
	return given.Export(t, "--accounts", "200", "--months", "25", "--activity", "1", "--seed", seed)
}

func rowsOf(t *testing.T, dir, file string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		all = append(all, row)
	}
	return all
}

func whole(s string) *int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

// R30: what a bill is explained by is, to the cent, what its maker put into it. What a bill carries of an estimate before
// is on no bill: there only whether it carries any is compared.
func TestExplainEqualsWhatWasMade(t *testing.T) {
	for _, seed := range []string{"7"} {
		dir := exported(t, seed)
		bills, byAccount := map[string]*Bill{}, map[string][]Bill{}
		for _, r := range rowsOf(t, dir, "bills.csv") {
			bills[r["bill_id"]] = &Bill{ID: r["bill_id"], Account: r["account_number"], PeriodStart: r["period_start"], PeriodEnd: r["period_end"],
				TotalCents: *whole(r["total_cents"]), Quantity: *whole(r["quantity"]), Unit: r["unit"], Estimated: r["estimated"] == "1"}
		}
		for _, r := range rowsOf(t, dir, "bill_segments.csv") {
			b := bills[r["bill_id"]]
			b.Segments = append(b.Segments, Segment{Line: *whole(r["line"]), Service: r["service"], Description: r["description"], Quantity: whole(r["quantity"]), Unit: r["unit"], AmountCents: *whole(r["amount_cents"])})
		}
		usage := map[string][]Usage{}
		for _, r := range rowsOf(t, dir, "usage.csv") {
			usage[r["account_number"]] = append(usage[r["account_number"]], Usage{Account: r["account_number"], Service: r["service"], From: r["from"], To: r["to"],
				Quantity: *whole(r["quantity"]), Unit: r["unit"], Quality: r["quality"], HDD: whole(r["hdd"]), CDD: whole(r["cdd"])})
		}
		for _, b := range bills {
			byAccount[b.Account] = append(byAccount[b.Account], *b)
		}
		var answers map[string]struct {
			Account, Against string
			Change           int64 `json:"change_cents"`
			Price            int64 `json:"price_cents"`
			Usage            int64 `json:"usage_cents"`
			Fees             int64 `json:"fees_cents"`
			Tax              int64 `json:"tax_cents"`
			Days             int   `json:"days"`
			CatchUp          int64 `json:"catch_up_kwh"`
		}
		text, err := os.ReadFile(filepath.Join(dir, "EXPLAIN.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &answers); err != nil || len(answers) < 40 {
			t.Fatalf("%d answers, %v", len(answers), err)
		}
		weather := 0
		for id, want := range answers {
			before, ok := Before(byAccount[want.Account], *bills[id])
			if !ok || before.ID != want.Against {
				t.Fatalf("before %s stands %s, want %s", id, before.ID, want.Against)
			}
			got := Explain(*bills[id], before, usage[want.Account])
			if got.Change != want.Change || got.Price != want.Price || got.Usage != want.Usage || got.Fees != want.Fees || got.Tax != want.Tax || got.Days != want.Days {
				t.Errorf("seed %s, %s: %+v, want %+v", seed, id, got, want)
			}
			if got.Fixed != 0 || got.Rest != 0 || got.AfterEstimate != (want.CatchUp != 0) {
				t.Errorf("seed %s, %s: fixed %d, rest %d, after an estimate %v (%d)", seed, id, got.Fixed, got.Rest, got.AfterEstimate, want.CatchUp)
			}
			sum := int64(0)
			for _, p := range got.Parts {
				sum += p.Cents
				if p.Why == "weather" {
					weather++
				}
			}
			if len(got.Parts) > 0 && sum != got.Usage {
				t.Errorf("seed %s, %s: the parts %+v are not %d together", seed, id, got.Parts, got.Usage)
			}
		}
		t.Logf("seed %s: %d bills, %d with weather", seed, len(answers), weather)
	}
}

// R30: what no line of the two bills explains is shown as the rest, and a line without its like is never guessed about.
func TestExplainShowsWhatItCannot(t *testing.T) {
	q := func(n int64) *int64 { return &n }
	before := Bill{ID: "1", PeriodStart: "2026-01-01", PeriodEnd: "2026-02-01", TotalCents: 11000, Quantity: 500, Unit: "kWh", Segments: Segments{
		{Service: "electric", Description: "Energy charge", Quantity: q(500), Unit: "kWh", AmountCents: 9000},
		{Service: "electric", Description: "Customer charge", Quantity: q(1), Unit: "month", AmountCents: 1500},
		{Service: "fee", Description: "Late payment fee", AmountCents: 500}}}
	now := Bill{ID: "2", PeriodStart: "2026-02-01", PeriodEnd: "2026-03-01", TotalCents: 15277, Quantity: 600, Unit: "kWh", Segments: Segments{
		{Service: "electric", Description: "Energy charge", Quantity: q(600), Unit: "kWh", AmountCents: 12000},
		{Service: "electric", Description: "Customer charge", Quantity: q(1), Unit: "month", AmountCents: 1700},
		{Service: "electric", Description: "Transition rider", AmountCents: 1500}}}
	got := Explain(now, before, nil)
	want := Explanation{Bill: "2", Against: "1", Change: 4277, Price: 1000, Usage: 2000, Fees: -500, Fixed: 200, Rest: 1577, Days: -3, Quantity: 100, Unit: "kWh", PriceNow: 2000, PriceBefore: 1800}
	parts := got.Parts
	got.Parts = nil
	if gotText, wantText := jsonOf(t, got), jsonOf(t, want); gotText != wantText {
		t.Errorf("got %s\nwant %s", gotText, wantText)
	}
	if len(parts) != 2 || parts[0].Why != "days" || parts[0].Quantity != -48 || parts[1].Why != "use" || parts[0].Cents+parts[1].Cents != 2000 {
		t.Errorf("the parts are %+v", parts)
	}
	if none := Explain(now, Bill{ID: "0"}, nil); none.Rest != none.Change {
		t.Errorf("against a bill without lines: %+v", none)
	}
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
