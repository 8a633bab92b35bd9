package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"meterside/portal"
)

func TestFiguresAreShownToThisComputerOnly(t *testing.T) {
	p, err := portal.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}()
	mux := http.NewServeMux()
	New(p, slog.New(slog.DiscardHandler)).Register(mux)
	New(p, slog.New(slog.DiscardHandler)).Register(http.NewServeMux()) // a second one takes the figures over
	for name, c := range map[string]struct {
		from, header string
		want         int
	}{
		"this computer":          {"127.0.0.1:9", "", http.StatusOK},
		"this computer, by IPv6": {"[::1]:9", "", http.StatusOK},
		"another":                {"192.0.2.1:9", "", http.StatusNotFound},
		"a proxy here":           {"127.0.0.1:9", "X-Forwarded-For", http.StatusNotFound},
		"a page here":            {"127.0.0.1:9", "Origin", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
			r.RemoteAddr = c.from
			if c.header != "" {
				r.Header.Set(c.header, "192.0.2.1")
			}
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code != c.want {
				t.Fatalf("it was answered %d", w.Code)
			}
			if body := w.Body.String(); w.Code == http.StatusOK {
				for _, figure := range []string{"meterside_desks_connected 0", "meterside_clock_wait_seconds_count 0", "meterside_outbox_age_seconds_count 0", "meterside_commits_total 0"} {
					if !strings.Contains(body, figure) {
						t.Errorf("%s is not shown", figure)
					}
				}
			}
		})
	}
}
