package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"meterside/portal/store/storetest/pgtest"
)

// storm is one run.
type storm struct {
	options
	out, log io.Writer
	began    time.Time
	portal   *child
	desks    []*desk
}

// liveWithin bounds the wait until every desk is live.
const liveWithin = 3 * time.Minute

func (s *storm) run(ctx context.Context) (err error) {
	end, err := s.ground(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, end()) }()
	floor, peer, err := s.others(ctx)
	if err != nil {
		return err
	}
	if s.portal, err = s.open(ctx, "127.0.0.1:0"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.portal.end(false)) }()
	empty, err := s.portal.ask("memory")
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	var desks sync.WaitGroup
	defer desks.Wait()
	defer stop()
	for i := range s.options.desks {
		d := newDesk(i, s.options, s.portal.address)
		s.desks = append(s.desks, d)
		desks.Go(func() { _ = d.client.Run(running) }) // its end is the storm's
	}
	if _, err := s.allLive(ctx); err != nil {
		return err
	}
	s.progress("%d desks are live", len(s.desks))
	if err := s.cost(empty, floor, peer); err != nil {
		return err
	}
	return s.restart(ctx)
}

// ground finds the portal's database a place, where none was named.
func (s *storm) ground(ctx context.Context) (end func() error, err error) {
	switch s.database {
	case "":
		if s.database, err = os.MkdirTemp("", "meterside-storm-"); err != nil {
			return nil, fmt.Errorf("making the portal's folder: %w", err)
		}
		folder := s.database
		return func() error { return os.RemoveAll(folder) }, nil
	case "postgres":
		server, err := pgtest.Start(true)
		if err != nil {
			return nil, err
		}
		if s.database, _, err = server.Database(ctx); err != nil {
			return nil, errors.Join(err, server.Stop())
		}
		return server.Stop, nil
	}
	return func() error { return nil }, nil
}

func (s *storm) open(ctx context.Context, listen string) (*child, error) {
	return start(ctx, "", rolePortal, "--desks", strconv.Itoa(s.options.desks), "--districts", strconv.Itoa(s.districts), "--database", s.database, "--profile", s.profile, "--listen", listen)
}

// cost says what an idle desk holds, and what a message to it takes; the message beside the peer's too, where there is one.
func (s *storm) cost(empty int64, floor, peer hubCost) error {
	full, err := s.portal.ask("memory")
	if err != nil {
		return err
	}
	s.figure("storm_desk_memory", "KiB", float64(full-empty)/float64(len(s.desks))/1024, floor.memory/1024)
	cpu, got, err := s.busy(func() int { return s.delivered() }, s.before, s.portal)
	if err != nil {
		return err
	}
	each := cpu / float64(max(got, 1)) / 1000
	s.figure("storm_delivery_cpu_bare", "us", each, floor.cpu/1000)
	if peer != (hubCost{}) {
		s.figure("storm_delivery_cpu", "us", each, peer.cpu/1000)
		s.figure("storm_desk_memory_peer", "KiB", float64(full-empty)/float64(len(s.desks))/1024, peer.memory/1024)
	}
	return nil
}

// busy has a child make changes for a while, and says what that took of the processor and how much arrived.
func (s *storm) busy(arrived func() int, while time.Duration, c *child) (cpu float64, got int, err error) {
	before, err := c.ask("cpu")
	if err != nil {
		return 0, 0, err
	}
	had := arrived()
	if err := c.tell("change"); err != nil {
		return 0, 0, err
	}
	time.Sleep(while)
	if err := c.tell("hush"); err != nil {
		return 0, 0, err
	}
	time.Sleep(200 * time.Millisecond) // the last ones are on their way
	after, err := c.ask("cpu")
	return float64(after - before), arrived() - had, err
}

func (s *storm) delivered() (n int) {
	for _, d := range s.desks {
		d.mu.Lock()
		n += len(d.arrivals)
		d.mu.Unlock()
	}
	return n
}

// restart ends the portal under its desks, starts it at the same address, and watches the changes on either side.
func (s *storm) restart(ctx context.Context) error {
	before := s.waits(s.portal.taken(), nil)
	marks := s.marks()
	address := s.portal.address
	window := 30 * time.Second // of a desk that lost its portal without a word
	if !s.kill {
		window = min(max(time.Duration(len(s.desks))*5*time.Millisecond, time.Second), 30*time.Second) * 3 / 2
	}
	if err := s.portal.end(s.kill); err != nil {
		return fmt.Errorf("ending the portal: %w", err)
	}
	var err error
	if s.portal, err = s.open(ctx, address); err != nil {
		return err
	}
	up := time.Now()
	if err := s.portal.tell("change"); err != nil {
		return err
	}
	last, err := s.allLive(ctx)
	if err != nil {
		return err
	}
	live := last.Sub(up)
	s.progress("all are live %v after the portal was up; the desks come within %v", live.Round(time.Millisecond), window)
	during := s.waits(s.portal.taken(), marks)
	marks = s.marks()
	for i := range marks {
		marks[i]-- // from where each stands
	}
	time.Sleep(s.after)
	if err := s.portal.tell("hush"); err != nil {
		return err
	}
	after := s.waits(s.portal.taken(), marks)
	s.figure("storm_all_live", "s", live.Seconds(), window.Seconds())
	s.figure("storm_change_p99_during", "ms", during, before)
	s.figure("storm_change_p99_after", "ms", after, before)
	return nil
}

// allLive waits until every desk is live, and says when the last one became so.
func (s *storm) allLive(ctx context.Context) (last time.Time, err error) {
	deadline := time.Now().Add(liveWithin)
	for {
		missing := 0
		last = time.Time{}
		for _, d := range s.desks {
			live, since := d.isLive()
			if !live {
				missing++
			}
			if since.After(last) {
				last = since
			}
		}
		if missing == 0 {
			return last, nil
		}
		if time.Now().After(deadline) {
			return last, fmt.Errorf("%d of %d desks are not live after %v", missing, len(s.desks), liveWithin)
		}
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// taken gives the changes that a portal made since it was last asked.
func (c *child) taken() []made {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.changes
	c.changes = nil
	return all
}

// marks are how many commits each desk has had.
func (s *storm) marks() []int {
	all := make([]int, len(s.desks))
	for i, d := range s.desks {
		d.mu.Lock()
		all[i] = len(d.arrivals)
		d.mu.Unlock()
	}
	return all
}

// waits is the p99, in ms, of how long changes took from their commit to the desks of their district that were connected
// then: the first commit of such a desk at or behind a change, where it had one before the change already.
func (s *storm) waits(changes []made, marks []int) float64 {
	byDistrict := map[string][]made{}
	for _, m := range changes {
		byDistrict[m.district] = append(byDistrict[m.district], m)
	}
	var all []float64
	for i, d := range s.desks {
		d.mu.Lock()
		arrivals := d.arrivals
		d.mu.Unlock()
		if marks != nil {
			arrivals = arrivals[min(marks[i], len(arrivals)):]
		}
		for at, next := 1, 0; at < len(arrivals); at++ {
			mine := byDistrict[d.district]
			for next < len(mine) && mine[next].seq <= arrivals[at].to {
				if mine[next].seq > arrivals[at-1].to {
					all = append(all, float64(max(0, arrivals[at].at-mine[next].at))/1e6)
				}
				next++
			}
		}
	}
	if len(all) == 0 {
		return math.NaN()
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

// hubCost is what a hub comes to, for one connection: bytes, and ns for a message.
type hubCost struct{ memory, cpu float64 }

// others measures what the portal is held against: the bare hub, and the peer where its program is named.
func (s *storm) others(ctx context.Context) (floor, peer hubCost, err error) {
	floor, err = s.hub(ctx, func(i int) string { return "/" + district(i%rooms) }, nil, "", roleBare)
	if err != nil {
		return floor, peer, fmt.Errorf("the bare hub: %w", err)
	}
	if s.peer == "" {
		return floor, peer, nil
	}
	// Its clients speak protobuf, and begin by a command with an ID of 1 and an empty request to connect.
	address := func(i int) string { return fmt.Sprintf("/?format=protobuf&room=%d", i%rooms) }
	peer, err = s.hub(ctx, address, []byte{4, 0x08, 1, 0x22, 0}, s.peer, strconv.Itoa(messageSize), strconv.Itoa(rooms))
	if err != nil {
		return floor, peer, fmt.Errorf("the peer: %w", err)
	}
	return floor, peer, nil
}

// hub measures another hub, started as a child, with connections to the given addresses that begin by saying hello.
func (s *storm) hub(ctx context.Context, address func(i int) string, hello []byte, program string, args ...string) (cost hubCost, err error) {
	c, err := start(ctx, program, args...)
	if err != nil {
		return cost, err
	}
	defer func() { err = errors.Join(err, c.end(false)) }()
	empty, err := c.ask("memory")
	if err != nil {
		return cost, err
	}
	var got atomic.Int64
	for i := range s.options.desks {
		ws, res, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+c.address+address(i), nil)
		if err != nil {
			return cost, err
		}
		_ = res.Body.Close()
		defer func() { _ = ws.Close() }()
		if hello != nil {
			if err := ws.WriteMessage(websocket.BinaryMessage, hello); err != nil {
				return cost, err
			}
			if _, _, err := ws.ReadMessage(); err != nil {
				return cost, fmt.Errorf("being answered: %w", err)
			}
		}
		go func() {
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					return
				}
				got.Add(1)
			}
		}()
	}
	full, err := c.ask("memory")
	if err != nil {
		return cost, err
	}
	cost.memory = float64(full-empty) / float64(s.options.desks)
	cpu, n, err := s.busy(func() int { return int(got.Load()) }, s.before, c)
	if err == nil && n == 0 {
		err = errors.New("nothing was delivered")
	}
	cost.cpu = cpu / float64(max(n, 1))
	return cost, err
}

func (s *storm) progress(format string, args ...any) {
	fmt.Fprintf(s.log, "%4.0f s  %s\n", time.Since(s.began).Seconds(), fmt.Sprintf(format, args...))
}

// figure prints a value beside its floor, in the form of bench.
func (s *storm) figure(name, unit string, value, floor float64) {
	fmt.Fprintf(s.out, "bench %s %.3g %s floor %.3g ratio %.3g\n", name, value, unit, floor, value/floor)
}
