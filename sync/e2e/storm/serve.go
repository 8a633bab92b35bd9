package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/api"
	"meterside/portal/store"
)

// The children of a storm.
const (
	rolePortal = "portal"
	roleBare   = "bare"
)

func district(i int) string { return fmt.Sprintf("D%02d", i) }
func csr(i int) string      { return fmt.Sprintf("CSR%05d", i) }
func token(i int) string    { return "the token of " + csr(i) }

// servePortal is a portal with staff, sessions and an account in each district, which does what its input says.
func servePortal(ctx context.Context, o options, listen string, in io.Reader, out io.Writer) error {
	p, err := portal.Open(ctx, o.database)
	if err != nil {
		return err
	}
	if err := settle(ctx, p, o); err != nil {
		return errors.Join(err, p.Close())
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", listen)
	if err != nil {
		return errors.Join(err, p.Close())
	}
	desks := api.New(p, slog.New(slog.DiscardHandler))
	mux := http.NewServeMux()
	desks.Register(mux)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	serving, end := context.WithCancel(context.WithoutCancel(ctx))
	followed, served := make(chan error, 1), make(chan error, 1)
	go func() { followed <- desks.Run(serving) }()
	go func() { served <- server.Serve(ln) }()
	say(out, "listening %s", ln.Addr())
	err = obey(ctx, in, out, o.profile, func(i int) error {
		seq, err := change(ctx, p, i%o.districts)
		say(out, "changed %d %s %d", seq, district(i%o.districts), time.Now().UnixNano())
		return err
	}, o.districts)
	drain, stop := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer stop()
	desks.Drain(drain)
	end()
	return errors.Join(err, <-followed, server.Close(), over(<-served), p.Close())
}

// over is how serving ended, where that was not by being closed.
func over(err error) error {
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// settle makes the town that a storm needs, once: staff, one district each, and a session for each desk, as signing in
// would, without the password that signing in takes its time over.
func settle(ctx context.Context, p *portal.Portal, o options) error {
	head, err := p.Store.Head(ctx)
	if err != nil || head > 0 {
		return err
	}
	now := time.Now()
	_, err = p.Store.Update(ctx, store.Options{Actor: portal.System("storm"), Now: now, Command: "storm"}, func(tx *store.Tx) error {
		for i := range o.districts {
			id := district(i)
			for _, rec := range []care.Record{
				&care.District{ID: id, Name: id}, &care.Person{ID: id, LastName: "King"},
				&care.Premise{ID: "P" + id, DistrictID: id, Address1: "9 ELM ST"},
				&care.Account{Number: account(i), MainPersonID: id, PremiseID: "P" + id, DistrictID: id, CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01"},
			} {
				if err := tx.Put(rec); err != nil {
					return err
				}
			}
		}
		for i := range o.desks {
			staff := &care.Staff{ID: csr(i), Name: csr(i), Role: care.RoleCSR, Team: "T1", Districts: care.List{district(i % o.districts)}, Active: true}
			if err := tx.Put(staff); err != nil {
				return err
			}
			if err := tx.Enrol(csr(i), csr(i), nil, now); err != nil {
				return err
			}
			sum := sha256.Sum256([]byte(token(i)))
			if _, err := tx.Conn.ExecContext(ctx, "INSERT INTO desk_session (token_hash, csr_id, device_id, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
				hex.EncodeToString(sum[:]), csr(i), csr(i), now.UnixMilli(), now.Add(time.Hour).UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func account(i int) string { return fmt.Sprintf("%09d", 30000000+i) }

func change(ctx context.Context, p *portal.Portal, i int) (int64, error) {
	o := store.Options{Actor: portal.System("storm"), Now: time.Now(), Command: uuid.NewString()}
	return p.Store.Update(ctx, o, func(tx *store.Tx) error {
		a := &care.Account{}
		if err := tx.Get(a, account(i)); err != nil {
			return err
		}
		a.Nickname = "Home " + strconv.FormatInt(time.Now().UnixNano(), 36) // never the one it has
		return tx.Put(a)
	})
}

func say(out io.Writer, format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }

// obey reads what to do until the input ends: memory and cpu are answered; change has one change made for each district
// each second from then on, spread over it, and profiled where a folder for profiles is named.
func obey(ctx context.Context, in io.Reader, out io.Writer, profiles string, change func(i int) error, districts int) (err error) {
	cpu := profiler{folder: profiles}
	defer func() { err = errors.Join(err, cpu.stop()) }()
	words := make(chan string)
	go func() {
		defer close(words)
		for lines := bufio.NewScanner(in); lines.Scan(); {
			words <- lines.Text()
		}
	}()
	var beat <-chan time.Time
	i := 0
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-beat:
			if err := change(i); err != nil {
				say(out, "failed %v", err)
			}
			i++
		case word, ok := <-words:
			switch word {
			case "memory":
				say(out, "memory %d", held())
				if err := cpu.heap(); err != nil {
					return err
				}
			case "cpu":
				say(out, "cpu %d", usedCPU())
			case "change":
				if err := cpu.start(); err != nil {
					return err
				}
				tick := time.NewTicker(time.Second / time.Duration(districts))
				defer tick.Stop()
				beat = tick.C
			case "hush":
				beat = nil
				if err := cpu.stop(); err != nil {
					return err
				}
			}
			if !ok {
				return nil
			}
		}
	}
}

// held is the memory in use once all that nobody needs is gone: heap and stacks.
func held() uint64 {
	for range 3 { // a stack shrinks by half at a time
		runtime.GC()
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}
