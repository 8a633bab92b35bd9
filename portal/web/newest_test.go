package web

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"meterside/care"
)

// A list says that it is not the whole of it and leads to more, as far as pages go; what can still be taken back stands before
// all that is done, however old it is. Seen to fail without the order.
func TestALongListLeadsToTheRest(t *testing.T) {
	town := newTown(t)
	who := cookie(town.signIn("jdoe", jane))
	var all []care.Record
	for i := range mostShown + 1 {
		all = append(all, &care.Payment{ID: fmt.Sprintf("Y%04d", i), Account: home1, Status: "received", AmountCents: 100, CreatedAt: int64(1000 + i), EffectiveOn: "2026-01-01"})
	}
	town.put(append(all, &care.Payment{ID: "OLD", Account: home1, Status: "scheduled", AmountCents: 100, CreatedAt: 1, EffectiveOn: "2026-05-01"})...)
	for shown, says := range map[string]string{
		"":      "The newest 24 are shown. <a href=\"/pay?account=" + home1 + "&amp;shown=96\">",
		"96":    "The newest 96 are shown. <a href=\"/pay?account=" + home1 + "&amp;shown=384\">",
		"-1":    "The newest 24 are shown.",
		"much":  "The newest 24 are shown.",
		"9999":  "The newest 2000 are shown. Call us about older ones.",
		"99999": "The newest 2000 are shown.",
	} {
		r := town.get("/pay?account="+home1+"&shown="+shown, who)
		r.wants(t, http.StatusOK, `value="OLD"`)
		if got := strings.Join(strings.Fields(r.body), " "); !strings.Contains(got, says) {
			t.Errorf("shown=%s: not %q", shown, says)
		}
	}
	for _, path := range []string{"/bills", "/requests", "/messages"} {
		if r := town.get(path+"?account="+home1, who); strings.Contains(r.body, "are shown") {
			t.Errorf("%s says that a short list is cut", path)
		}
	}
}
