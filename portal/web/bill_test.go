package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"meterside/care"
)

// An old bill that is listed leads to its page, which compares it with the one before, and to its file, however many are newer.
func TestABillOfLongAgoIsShown(t *testing.T) {
	town := newTown(t)
	var all []care.Record
	first := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range billsShown + 10 {
		from := first.AddDate(0, i, 0)
		all = append(all, &care.Bill{ID: fmt.Sprint("L", i), Account: farm, IssuedOn: from.AddDate(0, 1, 2).Format(time.DateOnly), PeriodStart: from.Format(time.DateOnly),
			PeriodEnd: from.AddDate(0, 1, 0).Format(time.DateOnly), TotalCents: int64(1000 + i)})
	}
	town.put(all...)
	who := cookie(town.signIn("jdoe", jane))
	town.get("/bills?account="+farm+"&shown=480", who).wants(t, http.StatusOK, "bill=L1\"")
	town.get("/bill?account="+farm+"&bill=L1", who).wants(t, http.StatusOK, "Bill of March 3, 2012", "$0.01 more than the bill of February 3, 2012")
	town.get("/bill?account="+farm+"&bill=L0", who).wants(t, http.StatusOK, "Bill of February 3, 2012")
	town.get("/bills/L1.pdf?account="+farm, who).wants(t, http.StatusOK, "%PDF-")
	town.get("/bill?account="+home1+"&bill=L1", who).wants(t, http.StatusNotFound)
}

func TestOneBillIsExplained(t *testing.T) {
	town := newTown(t)
	kwh, less := int64(1234), int64(1000)
	town.put(
		&care.Bill{ID: "B1", Account: home1, IssuedOn: "2026-02-03", DueOn: "2026-02-24", PeriodStart: "2026-01-01", PeriodEnd: "2026-01-31", TotalCents: 13216, Quantity: kwh, Unit: "kWh",
			Segments: care.Segments{{Line: 1, Service: "electric", Description: "Energy charge", Quantity: &kwh, Unit: "kWh", AmountCents: 12340}, {Line: 2, Service: "tax", Description: "Tax", AmountCents: 876}}},
		&care.Bill{ID: "B0", Account: home1, IssuedOn: "2026-01-03", DueOn: "2026-01-24", PeriodStart: "2025-12-01", PeriodEnd: "2026-01-01", TotalCents: 10800, Quantity: less, Unit: "kWh", Estimated: true,
			Segments: care.Segments{{Line: 1, Service: "electric", Description: "Energy charge", Quantity: &less, Unit: "kWh", AmountCents: 10000}, {Line: 2, Service: "tax", Description: "Tax", AmountCents: 800}}},
		&care.Bill{ID: "B9", Account: shop, IssuedOn: "2026-01-03", TotalCents: 1},
	)
	token := town.signIn("jdoe", jane)
	town.get("/bills?account="+home1, cookie(token)).wants(t, http.StatusOK, `href="/bill?account=`+home1+`&amp;bill=B1"`)
	r := town.get("/bill?account="+home1+"&bill=B1", cookie(token))
	r.wants(t, http.StatusOK, "Bill of February 3, 2026", "$24.16 more than the bill of January 3, 2026", "More or less used (234\u00a0kWh)", "$23.40", "Taxes", "$0.76", "The bill before was estimated",
		"&amp;bill=B1&amp;lang=es")
	if strings.Contains(r.body, "Not explained") || strings.Contains(r.body, "Another price") {
		t.Error("the page tells of a cause that there is not")
	}
	town.get("/bill?account="+home1+"&bill=B0", cookie(token)).wants(t, http.StatusOK, "(estimated)")
	for _, at := range []string{"/bill?account=" + home1 + "&bill=B9", "/bill?account=" + shop + "&bill=B9", "/bill?account=" + home1, "/bill"} {
		town.get(at, cookie(token)).wants(t, http.StatusNotFound)
	}
	credential, _ := town.masquerade(care.ModeView)
	town.get("/bill?account="+home1+"&bill=B1", as(credential)).wants(t, http.StatusOK, "AS: Bill of February 3, 2026")
}
