package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"meterside/portal"
)

const (
	customersIn = 64 // signed in, asking in turn
	askers      = 16 // at once
)

// cookieName is the portal's.
const cookieName = "meterside"

// dashboard measures how many first pages the portal shows in a second, to so many customers at once, and how long the slowest
// of a hundred take; beside a server that keeps the same answers ready. The two take turns, and share this machine with who asks.
func (b *bench) dashboard(ctx context.Context, t town, s *stage, url string, customers []customer) error {
	b.progress("%s town: signing in %d customers", t.name, len(customers))
	cookies, err := signIn(ctx, s.portal, customers)
	if err != nil {
		return fmt.Errorf("signing customers in: %w", err)
	}
	ready, size, err := answers(ctx, url, cookies)
	if err != nil {
		return err
	}
	bare, stop, err := serveOn(ready)
	if err != nil {
		return err
	}
	rounds, each := 3, 4*time.Second
	if b.report.Quick {
		each = time.Second
	}
	b.progress("%s town: their first pages, %d rounds of %v", t.name, rounds, each)
	var rate, floorRate, took, floorTook samples
	err = b.profiled("dashboard", func() error {
		for range rounds {
			for _, turn := range []struct {
				url        string
				rate, took *samples
			}{{url, &rate, &took}, {bare, &floorRate, &floorTook}} {
				all, err := asked(ctx, turn.url, cookies, each)
				if err != nil {
					return err
				}
				*turn.rate = append(*turn.rate, float64(len(all))/each.Seconds())
				*turn.took = append(*turn.took, all...)
			}
		}
		return nil
	})
	if err := errors.Join(err, stop()); err != nil {
		return err
	}
	about := fmt.Sprintf("of %d accounts, %d customers, %d at once, %d bytes in the mean", t.accounts, len(customers), askers, size)
	b.report.add(t.figure("dashboard"), "/s", rate.at(.5), floorRate.at(.5), len(took), about)
	b.report.add(t.figure("dashboard_p99"), "ms", took.at(.99), floorTook.at(.99), len(took), about)
	return nil
}

// signIn gives a session to each.
func signIn(ctx context.Context, p *portal.Portal, customers []customer) ([]string, error) {
	tokens := make([]string, 0, len(customers))
	for _, c := range customers {
		if err := p.SetWebUserPassword(ctx, c.id, staffPassword); err != nil {
			return nil, err
		}
		token, err := p.SignInCustomer(ctx, c.username, staffPassword, "127.0.0.1")
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, token)
	}
	return tokens, nil
}

// answers is a server that gives each customer what the portal gave them, and how large that is in the mean.
func answers(ctx context.Context, url string, cookies []string) (http.Handler, int, error) {
	type answer struct {
		header http.Header
		body   []byte
	}
	kept, size := map[string]answer{}, 0
	for _, cookie := range cookies {
		header, body, err := page(ctx, http.DefaultClient, url+"/", holding(cookie))
		if err != nil {
			return nil, 0, err
		}
		header.Del("Date") // the server's own
		kept[cookie] = answer{header, body}
		size += len(body)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cookie, err := r.Cookie(cookieName)
		if err != nil {
			http.Error(w, "who is there?", http.StatusUnauthorized)
			return
		}
		a := kept[cookie.Value]
		for name, values := range a.header {
			w.Header()[name] = values
		}
		_, _ = w.Write(a.body)
	}), size / len(cookies), nil
}

// asked has customers ask for their first pages for a while, and gives how long each took, in milliseconds.
func asked(ctx context.Context, url string, cookies []string, each time.Duration) (samples, error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: askers}}
	defer client.CloseIdleConnections()
	var (
		group sync.WaitGroup
		took  [askers]samples
		fault [askers]error
	)
	end := time.Now().Add(each)
	for i := range askers {
		group.Go(func() {
			for n := i; time.Now().Before(end) && fault[i] == nil; n += askers {
				began := time.Now()
				_, _, fault[i] = page(ctx, client, url+"/", holding(cookies[n%len(cookies)]))
				took[i].add(time.Since(began), time.Millisecond)
			}
		})
	}
	group.Wait()
	return slices.Concat(took[:]...), errors.Join(fault[:]...)
}

// holding is a request in the name of who holds a cookie.
func holding(cookie string) func(*http.Request) {
	return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: cookieName, Value: cookie}) }
}
