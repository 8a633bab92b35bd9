package e2e

import (
	"fmt"
	"slices"
	"time"

	"meterside/care"
)

// differs compares a desk with the portal.
func (f *floor) differs(s *seat) string {
	replica := inProfile(f.t, s.profile, "replica.db")
	defer func() { _ = replica.Close() }()
	d, err := whatDiffers(f.t.Context(), f.stage.portal.Store.Reader(), replica, s.user)
	if err != nil {
		return err.Error()
	}
	return d
}

// quiet lets every desk hand in and fetch what there is, then holds everything against the portal and the model.
func (f *floor) quiet() {
	if !f.up {
		f.power(f.rt)
	}
	for _, s := range f.seats {
		if s.live {
			f.do(f.rt, s, &care.WriteNote{Account: accounts[0], Text: "goodbye from " + s.user}) // it need not wait to try again
			f.await("the outbox of "+s.user, func() string {
				status, err := s.desk.Status(f.t.Context())
				if err != nil || status.Unsent > 0 {
					return fmt.Sprintf("%d unsent, %s, %v, %v", status.Unsent, status.Phase, status.Problem, err)
				}
				return ""
			})
		} else if err := f.syncOnce(s); err != nil {
			f.rt.Fatalf("the last sync of %s: %v", s.user, err)
		}
	}
	for _, s := range f.seats {
		if s.live {
			f.await("the replica of "+s.user, func() string { return f.differs(s) })
			continue
		}
		if err := f.syncOnce(s); err != nil {
			f.rt.Fatalf("the very last sync of %s: %v", s.user, err)
		}
		if d := f.differs(s); d != "" {
			f.rt.Fatalf("in the end the replica of %s is not the portal's view:\n%s", s.user, d)
		}
	}
	f.holdAgainstTheModel()
}

func (f *floor) await(what string, wrong func() string) {
	deadline := time.Now().Add(15 * time.Second)
	for {
		problem := wrong()
		if problem == "" {
			return
		}
		if time.Now().After(deadline) {
			f.rt.Fatalf("%s does not come to rest:\n%s", what, problem)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// inOrderOfWriting numbers the answers as they were written: several may be of one transaction, and so of one seq.
func (f *floor) inOrderOfWriting() (map[string]int, error) {
	place := "rowid"
	if f.postgres() {
		place = "ctid" // nothing was removed that a later one could have taken the place of
	}
	rows, err := f.stage.portal.Store.Reader().QueryContext(f.t.Context(), "SELECT command_id FROM verdict ORDER BY at_seq, "+place)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]int{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		all[id] = len(all)
	}
	return all, rows.Err()
}

// holdAgainstTheModel plays what was answered, in the portal's order, and wants the portal to be the same.
func (f *floor) holdAgainstTheModel() {
	verdicts, err := verdictsOf(f.t.Context(), f.stage.portal.Store.Reader())
	if err != nil {
		f.rt.Fatal(err)
	}
	for id, c := range f.said {
		q, err := c.seat.desk.Answer(f.t.Context(), id)
		if err != nil {
			f.rt.Fatal(err)
		}
		v, answered := verdicts[id]
		switch {
		case c.discarded && (answered || q.State != "discarded"):
			f.rt.Errorf("a %s was discarded, and is %s at the desk and %q at the portal", c.cmd.Kind(), q.State, v.Outcome)
		case !c.discarded && (!answered || q.State != string(v.Outcome)):
			f.rt.Errorf("a %s is %s at the desk and %q at the portal", c.cmd.Kind(), q.State, v.Outcome)
		}
	}
	m := model{locks: map[string]bool{}, prefs: map[string]bool{}, notes: map[string]string{}, activities: map[string]int{}}
	var order []care.Verdict
	for id, v := range verdicts {
		if f.said[id] == nil {
			f.rt.Errorf("the portal answered %s, which nobody said", id)
			continue
		}
		order = append(order, v)
	}
	written, err := f.inOrderOfWriting()
	if err != nil {
		f.rt.Fatal(err)
	}
	slices.SortFunc(order, func(a, b care.Verdict) int { return written[a.CommandID] - written[b.CommandID] })
	portals := f.locks
	for _, v := range order {
		for len(portals) > 0 && portals[0].seq < v.Seq {
			m.portal(portals[0])
			portals = portals[1:]
		}
		if problem := m.play(v, f.said[v.CommandID].cmd); problem != "" {
			f.rt.Error(problem)
		}
	}
	for _, l := range portals {
		m.portal(l)
	}
	got, err := asModel(f.t.Context(), f.stage.portal.Store.Reader())
	if err != nil {
		f.rt.Fatal(err)
	}
	if d := firstDifferences(m.text(), got.text()); d != "" {
		f.rt.Errorf("the portal is not what its answers make it:\n%s", d)
	}
}
