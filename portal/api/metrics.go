package api

import (
	"net"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"meterside/sync/hub"
)

// hubFigures shows what the hub counts.
type hubFigures struct{ hub *hub.Hub }

var (
	desksConnected = gauge("desks_connected", "Desks that are connected.")
	desksBehind    = gauge("desks_behind", "Connected desks that fell behind and read the database.")
	catchUps       = gauge("catchups_running", "Catch-ups that read the database.")
	catchUpsWait   = gauge("catchups_waiting", "Catch-ups that wait for their turn.")
	catchUpsAll    = gauge("catchups_total", "Catch-ups since the start.")
	batches        = gauge("batches_total", "Batches of changes that were read for all desks.")
	delivered      = gauge("deliveries_total", "Batches that were handed to a desk.")
	files          = gauge("files_offered_total", "Ready-made replicas that were offered.")
	stalled        = gauge("desks_stalled_total", "Desks that were let go because they took nothing.")
	sentBack       = gauge("commands_busy_total", "Commands that were sent back because there was no room.")
	refused        = prometheus.NewDesc("meterside_refused_total", "Connections that were refused or ended with a reason.", []string{"code"}, nil)
)

func gauge(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("meterside_"+name, help, nil, nil)
}

// Describe lists the figures.
func (hubFigures) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		desksConnected, desksBehind, catchUps, catchUpsWait, catchUpsAll, batches, delivered, files, stalled, sentBack, refused,
	} {
		out <- d
	}
}

// Collect reads the figures.
func (f hubFigures) Collect(out chan<- prometheus.Metric) {
	s := f.hub.Stats()
	for d, v := range map[*prometheus.Desc]int64{desksConnected: s.Connected, desksBehind: s.Behind, catchUps: s.CatchUps, catchUpsWait: s.Waiting} {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v))
	}
	for d, v := range map[*prometheus.Desc]int64{
		catchUpsAll: s.CaughtUp, batches: s.Batches, delivered: s.Delivered, files: s.Files, stalled: s.Stalled, sentBack: s.Busy,
	} {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
	}
	for code, n := range s.Refused {
		out <- prometheus.MustNewConstMetric(refused, prometheus.CounterValue, float64(n), string(code))
	}
}

// Metrics shows the portal's figures in the text format of Prometheus.
func (a *API) Metrics() http.Handler { return promhttp.HandlerFor(a.p.Figures, promhttp.HandlerOpts{}) }

// localMetrics shows the figures to this computer only. What a proxy passes on comes from elsewhere, whatever its address.
func (a *API) localMetrics(w http.ResponseWriter, r *http.Request) {
	ip := net.ParseIP(address(r))
	passedOn := r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" || r.Header.Get("Via") != ""
	if ip == nil || !ip.IsLoopback() || passedOn || r.Header.Get("Origin") != "" {
		http.NotFound(w, r)
		return
	}
	a.Metrics().ServeHTTP(w, r)
}
