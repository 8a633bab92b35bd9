package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/api"
	"meterside/portal/mail"
	"meterside/portal/web"
)

type serveCommand struct {
	place
	Listen  string    `help:"Where to listen." default:"127.0.0.1:8460" placeholder:"HOST:PORT"`
	TLSCert string    `help:"A certificate." type:"path" name:"tls-cert" placeholder:"FILE"`
	TLSKey  string    `help:"Its key." type:"path" name:"tls-key" placeholder:"FILE"`
	Behind  bool      `help:"A proxy in front of it speaks TLS: without this, or a certificate, only this computer is served. It must set X-Forwarded-For." name:"behind-tls-proxy"`
	Files   string    `help:"Where ready-made copies of the districts are kept; several nodes may share the folder. By default in the folder of the store, or among the caches of who runs this." type:"path" name:"snapshots" placeholder:"DIR"`
	Metrics string    `help:"Where to show figures for Prometheus, beside /metrics, which only this computer sees." placeholder:"HOST:PORT"`
	Mail    mailFlags `embed:""`
	Nats    string    `help:"A broker between several nodes (not supported yet)." placeholder:"nats://…"`
}

const drainWithin = 5 * time.Second

// Run serves until the program is told to end.
func (c *serveCommand) Run(p *program) error {
	if c.Nats != "" {
		return errors.New("several nodes are not supported yet: leave --nats out")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key go together: give both, or neither")
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return fmt.Errorf("--listen %s is not HOST:PORT: %w", c.Listen, err)
	}
	if c.TLSCert == "" && !c.Behind && !care.Loopback(host) {
		return fmt.Errorf("passwords would cross the network at %s unencrypted: give --tls-cert and --tls-key, or --behind-tls-proxy", c.Listen)
	}
	return c.with(p.ctx, func(records *portal.Portal) error {
		ln, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", c.Listen)
		if err != nil {
			return fmt.Errorf("listening at %s: %w", c.Listen, err)
		}
		return c.serve(p, records, ln)
	})
}

// files is where the ready-made replicas of an installation are kept, or "" where there is no place for them.
func (c *serveCommand) files(server string) string {
	if c.Files != "" {
		return c.Files
	}
	if c.Data != "" {
		return filepath.Join(c.Data, "snapshots")
	}
	caches, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(caches, "meterside", "snapshots", server)
}

// sweepEvery is how often sessions that nobody ended are looked for.
const sweepEvery = 30 * time.Second

func endOverdue(ctx context.Context, records *portal.Portal, log *slog.Logger) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := records.EndOverdue(ctx); err != nil && ctx.Err() == nil {
			log.Error("overdue masquerades could not be ended", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (c *serveCommand) serve(p *program, records *portal.Portal, ln net.Listener) error {
	log := slog.New(slog.NewTextHandler(p.err, nil))
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	// Desks are told to come again before they are let go, so the hub outlives the wish to end.
	serving, end := context.WithCancel(context.WithoutCancel(p.ctx))
	defer end()
	desks := api.New(records, log)
	if files := c.files(records.Store.Server()); files == "" {
		log.Warn("desks start row by row: give --snapshots a folder for ready-made copies")
	} else if _, err := desks.Offer(files); err != nil {
		return err
	}
	followed := make(chan error, 1)
	go func() { followed <- desks.Run(serving) }()
	if err := c.showFigures(ctx, desks, log); err != nil {
		return errors.Join(err, c.over(end, followed))
	}
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	site := fmt.Sprintf("%s://%s", scheme, ln.Addr())
	if c.Behind && c.Mail.Public == "" {
		log.Warn("messages to customers lead to this computer: give --public the address of the customers' pages", "address", site)
	}
	sender, err := c.Mail.sender(records, c.Data, site, log)
	if err != nil {
		return errors.Join(err, c.over(end, followed))
	}
	hook, err := c.Mail.hook(records, log)
	if err != nil {
		return errors.Join(err, c.over(end, followed))
	}
	go endOverdue(ctx, records, log)
	var kept sync.WaitGroup
	kept.Go(func() { records.Upkeep(ctx, log) })
	if sender != nil {
		kept.Go(func() { sender.Run(ctx) })
	}
	if c.Mail.Reports != "" {
		kept.Go(func() { mail.FollowReports(ctx, records, c.Mail.Reports, log) })
	}

	secure := c.TLSCert != "" || c.Behind
	handler := routes(desks, hook, web.New(records, web.Options{Secure: secure}))
	if secure {
		handler = secured(handler)
	}
	if c.Behind {
		handler = forwarded(handler)
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	served := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			served <- server.ServeTLS(ln, c.TLSCert, c.TLSKey)
			return
		}
		served <- server.Serve(ln)
	}()
	_, _ = fmt.Fprintf(p.out, "listening at %s\n", site)
	select {
	case err = <-served:
	case <-ctx.Done():
		drain, stop := context.WithTimeout(context.WithoutCancel(ctx), drainWithin)
		defer stop()
		desks.Drain(drain)
		err = server.Shutdown(drain)
	}
	cancel()
	kept.Wait()
	return errors.Join(err, c.over(end, followed))
}

// routes is everything that is served under the portal's address; hook may be nil.
func routes(desks *api.API, hook, pages http.Handler) http.Handler {
	mux := http.NewServeMux()
	desks.Register(mux)
	if hook != nil {
		mux.Handle("POST "+mail.HookPath, hook)
	}
	mux.Handle("/", pages)
	return mux
}

// over ends the hub and waits for it.
func (c *serveCommand) over(end context.CancelFunc, followed <-chan error) error {
	end()
	return <-followed
}

// showFigures serves the figures at an address of their own until ctx ends, where one was given.
func (c *serveCommand) showFigures(ctx context.Context, desks *api.API, log *slog.Logger) error {
	if c.Metrics == "" {
		return nil
	}
	ln, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Metrics)
	if err != nil {
		return fmt.Errorf("listening for figures at %s: %w", c.Metrics, err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", desks.Metrics())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the figures are no longer shown", "error", err)
		}
	}()
	return nil
}
