package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"meterside/care"
	"meterside/sync/client"
	"meterside/sync/e2e/still"
	"meterside/sync/wire"
)

const (
	uploadWithin = 3 * time.Minute
	uploadAtOnce = 200       // as the outbox gives them
	uploadFrom   = 1_000_000 // numbers that nothing else has
)

// outbox is a desk with commands that were made while it was offline, signed by its key.
type outbox struct {
	still.Sink

	key     ed25519.PrivateKey
	waiting []care.Envelope
	open    int // commands without an answer
	refused error
	live    chan struct{}
	done    chan struct{} // every command was answered
}

// SignNonce signs what the portal gave.
func (o *outbox) SignNonce(nonce []byte) ([]byte, error) {
	return ed25519.Sign(o.key, care.NonceBytes(nonce)), nil
}

// Signed gives the bytes and the signature that were made with the command.
func (o *outbox) Signed(env care.Envelope) (bytes, signature []byte, err error) {
	return env.Proof.Bytes, env.Proof.Signature, nil
}

// Unsent gives the next commands.
func (o *outbox) Unsent(_ context.Context, after int64) ([]care.Envelope, error) {
	select {
	case <-o.live:
	default:
		return nil, nil
	}
	rest := o.waiting[min(after, int64(len(o.waiting))):]
	return rest[:min(len(rest), uploadAtOnce)], nil
}

// Commit counts the answers.
func (o *outbox) Commit(ctx context.Context, c *wire.Commit) error {
	for _, v := range c.Verdicts {
		if v.Outcome != care.Applied {
			o.refused = fmt.Errorf("a command was %s: %s", v.Outcome, v.Code)
		}
		if o.open--; o.open == 0 {
			close(o.done)
		}
	}
	return o.Sink.Commit(ctx, c)
}

// upload measures how fast one desk hands in what it kept while it was offline: from the first command sent to the last
// answer, each durable at the portal, over a websocket on loopback.
func (b *bench) upload(ctx context.Context, g *ground, quick bool) error {
	many := 10_000
	if quick {
		many = 2000
	}
	b.progress("outbox_upload%s: %d commands of one desk", g.suffix, many)
	s, err := openStage(ctx, g.portal, filepath.Join(b.dir, "upload"), commandCSR)
	if err != nil {
		return err
	}
	c, err := b.uploaded(ctx, g, s, many)
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	b.contest("outbox_upload"+g.suffix, c, fmt.Sprintf("%d signed preferences.change from one desk's outbox to their last answer", many))
	return nil
}

func (b *bench) uploaded(ctx context.Context, g *ground, s *stage, many int) (c contest, err error) {
	const device = "the desk that was offline"
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return c, err
	}
	session, err := s.portal.SignInDesk(ctx, commandCSR, staffPassword, device, public, "127.0.0.1")
	if err != nil {
		return c, err
	}
	o := &outbox{key: private, open: many, live: make(chan struct{}), done: make(chan struct{})}
	o.Stand = wire.Hello{Protocol: wire.Protocol, App: "bench", Device: device}
	var work [][]rawWrite
	for i := range many {
		env, err := changePreferences(uploadFrom + i)
		if err != nil {
			return c, err
		}
		env.N = int64(i + 1)
		bytes, err := wire.EncodeEnvelope(env)
		if err != nil {
			return c, err
		}
		env.Proof = &care.Proof{Bytes: bytes, Signature: ed25519.Sign(private, bytes)}
		o.waiting = append(o.waiting, env)
		writes, err := rawCommand(uploadFrom+i, env, device)
		if err != nil {
			return c, err
		}
		work = append(work, writes)
	}
	desk := client.New(s.url, func() string { return session.Token }, o, slog.New(slog.DiscardHandler))
	live := make(chan struct{}, 1)
	desk.State = func(s client.State) {
		if s.Phase == client.Live {
			select {
			case live <- struct{}{}:
			default:
			}
		}
	}
	running, stop := context.WithTimeout(ctx, uploadWithin)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- desk.Run(running) }()
	if err := waited(live, ended); err != nil {
		return c, err
	}
	before, err := s.portal.Store.Head(ctx)
	if err != nil {
		return c, err
	}
	err = b.profiled("upload"+g.suffix, func() error {
		began := time.Now()
		close(o.live)
		desk.Wake()
		err := waited(o.done, ended)
		c.took = time.Since(began)
		return err
	})
	if err != nil {
		return c, err
	}
	stop()
	if err := errors.Join(<-ended, o.refused); err != nil {
		return c, err
	}
	after, err := s.portal.Store.Head(ctx)
	c.done, c.commits = many, after-before
	if err == nil {
		c.floor, err = g.raw(ctx, work, c.size())
	}
	return c, err
}

// waited waits for something of a desk that must not end before.
func waited(what <-chan struct{}, ended <-chan error) error {
	select {
	case <-what:
		return nil
	case err := <-ended:
		return errors.Join(errors.New("the desk did not get so far"), err)
	}
}
