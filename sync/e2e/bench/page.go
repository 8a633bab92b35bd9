package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"sync/atomic"
	"time"

	"meterside/backend/masquerade"
	"meterside/care"
	"meterside/portal"
	"meterside/portal/web"
)

// customer is a web user of the town, with an account they own.
type customer struct{ id, username, account string }

// pages measures the customers' pages, as customers are shown them and as a masquerade is.
func (b *bench) pages(ctx context.Context, t town, s *stage) error {
	url, stop, err := serveOn(web.New(s.portal, web.Options{Log: slog.New(slog.DiscardHandler)}))
	if err != nil {
		return err
	}
	customers, err := someCustomers(ctx, s.portal, customersIn)
	if err == nil {
		err = b.masqueradePage(ctx, t, s, url, customers[0])
	}
	if err == nil {
		err = b.dashboard(ctx, t, s, url, customers)
	}
	return errors.Join(err, stop())
}

// someCustomers are enrolled owners without a lock, spread over the town.
func someCustomers(ctx context.Context, p *portal.Portal, most int) ([]customer, error) {
	rows, err := p.Store.Reader().QueryContext(ctx, `SELECT w.web_user_id, w.username, min(a.account_number) FROM web_users w JOIN web_user_accounts a ON a.web_user_id = w.web_user_id
		WHERE w.enrolment = 'enrolled' AND NOT w.hidden AND a.role = 'owner' AND NOT EXISTS (SELECT 1 FROM web_user_locks l WHERE l.web_user_id = w.web_user_id)
		GROUP BY w.web_user_id, w.username ORDER BY substr(w.web_user_id, -2), w.web_user_id LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("finding customers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var found []customer
	for rows.Next() {
		var c customer
		if err := rows.Scan(&c.id, &c.username, &c.account); err != nil {
			return nil, fmt.Errorf("finding customers: %w", err)
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return nil, errors.Join(errors.New("the town has no customer who can sign in"), rows.Err())
	}
	return found, rows.Err()
}

// overheard is a way to the portal that keeps the credential it is used with, so that the same pages can be asked for directly.
type overheard struct {
	*http.Transport
	credential atomic.Value
}

// RoundTrip passes a request on.
func (o *overheard) RoundTrip(r *http.Request) (*http.Response, error) {
	if given := r.Header.Get("Authorization"); given != "" {
		o.credential.Store(given)
	}
	return o.Transport.RoundTrip(r)
}

var framed = regexp.MustCompile(`<iframe[^>]* src="([^"]+)"`)

// masqueradePage measures the first page of a customer through the masquerade's proxy, beside the same page asked of the portal
// with the same credential. Which of the two is first changes with each.
func (b *bench) masqueradePage(ctx context.Context, t town, s *stage, url string, as customer) error {
	count := 400
	b.progress("%s town: %d pages in a masquerade", t.name, count)
	greeting, err := s.masquerade(ctx, url, b.dir, as)
	if err != nil {
		return fmt.Errorf("opening a masquerade: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	way := &overheard{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	window, err := masquerade.Open(ctx, greeting, masquerade.Options{Transport: way})
	if err != nil {
		cancel()
		return err
	}
	defer func() { cancel(); window.Wait() }()
	direct := &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()}
	nobody := func(*http.Request) {}
	_, shell, err := page(ctx, direct, window.ShellURL(), nobody)
	if err != nil {
		return err
	}
	inside := framed.FindSubmatch(shell)
	if inside == nil {
		return errors.New("the banner holds no page")
	}
	var took, floor samples
	_, first, err := page(ctx, direct, string(inside[1]), nobody)
	if err != nil {
		return err
	}
	credential, _ := way.credential.Load().(string)
	ways := []struct {
		url  string
		edit func(*http.Request)
		into *samples
	}{{string(inside[1]), nobody, &took}, {url + "/", func(r *http.Request) { r.Header.Set("Authorization", credential) }, &floor}}
	for i := range 2 * count {
		w := ways[(i/2+i)%2]
		began := time.Now()
		_, said, err := page(ctx, direct, w.url, w.edit)
		if err != nil {
			return err
		}
		if !bytes.Contains(said, []byte("<title>AS: ")) {
			return fmt.Errorf("not a page of a masquerade: %.200s", said)
		}
		w.into.add(time.Since(began), time.Millisecond)
	}
	about := fmt.Sprintf("the first page of a customer, %d bytes, of %d accounts", len(first), t.accounts)
	b.report.add(t.figure("masquerade_page"), "ms", took.at(.5), floor.at(.5), len(took), about)
	b.report.add(t.figure("masquerade_page_p99"), "ms", took.at(.99), floor.at(.99), len(took), about)
	return nil
}

const verifier = "known to this run alone"

// masquerade asks for a session as a customer, and gives what its window is told.
func (s *stage) masquerade(ctx context.Context, url, downloads string, as customer) (masquerade.Greeting, error) {
	const device, here = "bench", "127.0.0.1"
	session, err := s.portal.SignInStaff(ctx, s.csr, staffPassword, device, here)
	if err != nil {
		return masquerade.Greeting{}, err
	}
	actor, err := s.portal.DeskActor(ctx, session.Token, here)
	if err != nil {
		return masquerade.Greeting{}, err
	}
	env, err := portal.NewEnvelope("masquerade.start", []byte(care.Detail(care.StartMasquerade{WebUserID: as.id, Account: as.account, Reason: "bench", Acknowledged: true})), s.portal.Now())
	if err != nil {
		return masquerade.Greeting{}, err
	}
	sum := sha256.Sum256([]byte(verifier))
	g, err := s.portal.AskMasquerade(ctx, actor, env, hex.EncodeToString(sum[:]), "en")
	if err != nil {
		return masquerade.Greeting{}, err
	}
	return masquerade.Greeting{
		Portal: url, Ticket: masquerade.Secret(g.Ticket), Verifier: verifier, SessionID: g.SessionID, Device: device, CSRID: s.csr, WebUserID: as.id, Username: as.username,
		Account: as.account, Mode: g.Mode, EndsAt: g.EndsAt, IdleMS: g.IdleMS, Language: "en", Downloads: downloads,
	}, nil
}

// page asks for a page and reads it; edit says in whose name.
func page(ctx context.Context, client *http.Client, url string, edit func(*http.Request)) (http.Header, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for a page: %w", err)
	}
	edit(r)
	res, err := client.Do(r)
	if err != nil {
		return nil, nil, fmt.Errorf("asking for a page: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || res.Request.URL.Path != r.URL.Path {
		return nil, nil, fmt.Errorf("asking for a page: %s at %s: %w", res.Status, res.Request.URL, err)
	}
	return res.Header, body, nil
}
