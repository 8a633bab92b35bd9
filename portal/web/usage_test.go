package web

import (
	"net/http"
	"strings"
	"testing"

	"meterside/care"
	"meterside/portal"
)

func TestUsageWithItsChartAndFile(t *testing.T) {
	town := newTown(t)
	town.put(
		&care.Usage{Account: home1, Service: "electric", From: "2026-01-01", To: "2026-02-01", Quantity: 400, Unit: "kWh", Quality: "measured"},
		&care.Usage{Account: home1, Service: "electric", From: "2026-02-01", To: "2026-03-01", Quantity: 200, Unit: "kWh", Quality: "estimated"},
		&care.Usage{Account: home1, Service: "<water>", From: "soon", Quantity: -5, Unit: "\u202e", Quality: "?"},
	)
	token := town.signIn("jdoe", jane)
	r := town.get("/usage?account="+home1, cookie(token))
	r.wants(t, http.StatusOK, "Electricity", `height="200.0"`, `height="100.0"`, "400\u00a0kWh", "Estimated", "is not read interval by interval", "&lt;water&gt;")
	if strings.Contains(r.body, "style=") || strings.Contains(r.body, "<water>") {
		t.Error("the chart carries what the policy of the page forbids")
	}
	town.must(town.NewBulk(portal.System("test")).Chunk(t.Context(), func(c *portal.Chunk) error {
		m := portal.Meter{Account: home1, ID: "m1", Source: "U/1", Service: "electric", Unit: "Wh"}
		if err := c.SetMeter(m); err != nil {
			return err
		}
		return c.SetCounted(m, portal.Counted{Start: town.Now().Unix() - 3600, Given: 3600, Seconds: 3600, Value: 42})
	}))
	town.get("/usage?account="+home1, cookie(token)).wants(t, http.StatusOK, `value="2025-03-04"`, `value="2026-03-05"`)
	file := town.get("/usage/greenbutton?account="+home1+"&from=2026-03-01&to=2026-03-05", cookie(token))
	file.wants(t, http.StatusOK, "<value>42</value>")
	if file.Header.Get("Content-Disposition") != `attachment; filename="green-button-`+home1+`.xml"` {
		t.Errorf("it is called %q", file.Header.Get("Content-Disposition"))
	}
	for _, period := range []string{"", "&from=2026-03-01", "&from=2026-03-05&to=2026-03-01", "&from=x&to=y"} {
		town.get("/usage/greenbutton?account="+home1+period, cookie(token)).wants(t, http.StatusBadRequest, `role="alert"`)
	}
	town.get("/usage/greenbutton?account="+shop+"&from=2026-03-01&to=2026-03-05", cookie(token)).wants(t, http.StatusNotFound)
	credential, session := town.masquerade(care.ModeView)
	inside := town.get("/usage/greenbutton?account="+home1+"&from=2026-03-01&to=2026-03-05", as(credential))
	if inside.StatusCode != http.StatusOK || inside.Header.Get(headerSession) != session {
		t.Errorf("in a masquerade: %s", inside.Status)
	}
}
