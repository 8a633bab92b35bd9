package portal

import (
	"testing"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// masquerade opens a masquerade as W1 at a node and gives its credential.
func (r *recovering) masquerade(at *Portal) string {
	r.Helper()
	return r.opened(at, r.seated())
}

// opened is masquerade for a CSR who is signed in.
func (r *recovering) opened(at *Portal, who care.Actor) string {
	r.Helper()
	q := question(r.T, "masquerade.start", &care.StartMasquerade{WebUserID: "W1", Account: "030000013", Reason: "x", Acknowledged: true})
	grant, err := at.AskMasquerade(r.Context(), who, q.Envelope, verifierHash, "en")
	r.wants(err, "")
	got, err := at.RedeemTicket(r.Context(), grant.Ticket, onlyTheAsker, who.Desk, "127.0.0.1")
	r.wants(err, "")
	return got.Credential
}

// M5: the idle time of a masquerade is of all nodes together: none ends it while it is used at another, none takes it once it idled
// at another, and a portal that is started again does not give it anew. It outlives its idle time by a minute at the most.
//
// Seen to fail with no use kept but the first, with a kept one taken for the last, and where a page, or the sweep, does not count.
func TestM5IdleTimeIsOfAllNodes(t *testing.T) { onBothRecovering(t, idleOverNodes) }

func idleOverNodes(r *recovering) {
	write(r.T, r.Portal, &care.PolicyEntry{Key: "masquerade.max", Value: "120m"})
	here, there := r.Portal, r.another()
	open := func(want int) {
		r.Helper()
		r.wants(there.EndOverdue(r.Context()), "")
		if n := r.count("SELECT count(*) FROM masquerades WHERE ended_at = 0"); n != want {
			r.Fatalf("%d are open, want %d", n, want)
		}
	}
	used := func(at *Portal, credential string, want care.Code) {
		r.Helper()
		_, _, err := at.MasqueradeActor(r.Context(), credential, "127.0.0.1")
		r.wants(err, want)
	}

	credential := r.masquerade(here)
	for range 3 { // it lies still for as long as it may, after a use that is kept and one that is so soon after it that it is not
		for _, later := range []time.Duration{10 * time.Minute, time.Minute - time.Millisecond} {
			r.now = r.now.Add(later)
			open(1)
			used(here, credential, "")
		}
	}
	r.now = r.now.Add(10 * time.Minute)
	open(1)
	used(there, credential, "")
	r.now = r.now.Add(11*time.Minute - time.Millisecond)
	open(1)
	r.now = r.now.Add(time.Millisecond)
	open(0)
	used(here, credential, care.CodeMasqueradeEnded)

	for name, node := range map[string]func() *Portal{"the other node": func() *Portal { return there }, "a portal that was started again": r.another} {
		credential = r.masquerade(here)
		r.now = r.now.Add(5 * time.Minute)
		used(here, credential, "")
		r.now = r.now.Add(11 * time.Minute)
		used(node(), credential, care.CodeMasqueradeEnded)
		if n := r.count("SELECT count(*) FROM masquerades WHERE ended_at = $1 AND end_reason = 'idle'", r.now.UnixMilli()); n != 1 {
			r.Errorf("%s ended %d as idle", name, n)
		}
	}
	credential = r.masquerade(here)
	r.now = r.now.Add(11 * time.Minute)
	r.wants(r.another().EndOverdue(r.Context()), "")
	open(0)
	used(here, credential, care.CodeMasqueradeEnded)
}

// A customer's session that idled at one node, or before the portal was started again, is none at another; one that is used at both
// goes on.
//
// Seen to fail with no use kept but the first.
func TestACustomersIdleTimeIsOfAllNodes(t *testing.T) { onBothRecovering(t, customersIdleOverNodes) }

func customersIdleOverNodes(r *recovering) {
	r.wants(r.SetWebUserPassword(r.Context(), "W1", chosen), "")
	nodes := []*Portal{r.Portal, r.another()}
	signIn := func() string {
		r.Helper()
		token, err := r.SignInCustomer(r.Context(), "jose", chosen, "203.0.113.1")
		r.wants(err, "")
		return token
	}
	used := func(at *Portal, token string, want care.Code) {
		r.Helper()
		_, err := at.CustomerActor(r.Context(), token, "")
		r.wants(err, want)
	}
	token := signIn()
	for i := range 4 {
		r.now = r.now.Add(webSessionIdle)
		used(nodes[i%2], token, "")
	}
	for _, node := range []func() *Portal{func() *Portal { return nodes[1] }, r.another} {
		token = signIn()
		used(nodes[0], token, "")
		r.now = r.now.Add(webSessionIdle + time.Millisecond)
		used(node(), token, care.CodeNotSignedIn)
	}
}

// A page view costs no write: the use of a session is written once a minute, whatever the number of its pages and nodes, and no desk is
// woken by it. A session that was open before uses were kept goes on.
//
// Seen to fail with each use kept, and with an unknown one taken for one of long ago.
func TestAUseIsKeptOnceAMinute(t *testing.T) { onBothRecovering(t, keptOnceAMinute) }

func keptOnceAMinute(r *recovering) {
	r.wants(r.SetWebUserPassword(r.Context(), "W1", chosen), "")
	nodes := []*Portal{r.Portal, r.another()}
	token, err := r.SignInCustomer(r.Context(), "jose", chosen, "203.0.113.1")
	r.wants(err, "")
	credential := r.masquerade(r.Portal)
	head, err := r.Store.Head(r.Context())
	r.wants(err, "")
	for table, use := range map[string]func(*Portal) error{
		"web_session": func(p *Portal) error { _, err := p.CustomerActor(r.Context(), token, ""); return err },
		"masquerade_credential": func(p *Portal) error { // who may only look uses it, too
			_, _, err := p.MasqueradeActor(store.Viewing(r.Context()), credential, "")
			return err
		},
	} {
		began := r.now
		last, writes := r.count("SELECT used_at FROM "+table), 0
		if last != int(began.UnixMilli()) {
			r.Errorf("%s begins at %d, not at %d", table, last, began.UnixMilli())
		}
		for i := range 41 { // five seconds apart
			r.now = began.Add(time.Duration(i) * 5 * time.Second)
			r.wants(use(nodes[i%2]), "")
			if at := r.count("SELECT used_at FROM " + table); at != last {
				last = at
				writes++
			}
		}
		if writes != 3 {
			r.Errorf("%s: %d writes in 200 seconds", table, writes)
		}
		r.now = began
		if _, err := r.Store.Update(r.Context(), r.system("test"), func(tx *store.Tx) error {
			_, err := tx.Conn.ExecContext(r.Context(), "UPDATE "+table+" SET used_at = 0")
			return err
		}); err != nil {
			r.Fatal(err)
		}
		head++
		r.wants(nodes[1].EndOverdue(r.Context()), "")
		r.wants(use(nodes[1]), "")
		if at := r.count("SELECT used_at FROM " + table); at != int(began.UnixMilli()) {
			r.Errorf("%s: a session of before is kept as used at %d", table, at)
		}
	}
	if now, err := r.Store.Head(r.Context()); err != nil || now != head {
		r.Errorf("the clock is at %d, not at %d: %v", now, head, err)
	}
}
