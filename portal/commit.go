package portal

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

const (
	// atOnce is how many commands go into one transaction at the most.
	atOnce = 64
	// mostWaiting bounds the commands that wait for their turn; more are sent away, to come again.
	mostWaiting = 2048
	// busyFor is how long those who are sent away are asked to wait.
	busyFor = "500"
)

// committer takes the commands that wait and gives them to the store in groups: a commit waits for the disk, whether it
// holds one command or many.
type committer struct {
	portal *Portal
	queue  chan *waiting
	stop   chan struct{}
	ended  chan struct{}

	mu     sync.RWMutex // held while a command joins the queue, so that none joins after the end
	closed bool         // guarded by mu
}

// waiting is a command on its way through the committer.
type waiting struct {
	ctx   context.Context
	actor care.Actor
	env   care.Envelope
	now   time.Time

	cmd    care.Command
	names  []care.Ref // what the command names
	unread error      // why there is no cmd

	verdict care.Verdict
	err     error
	done    func(care.Verdict, error)
}

func (p *Portal) startCommitter() {
	c := &committer{portal: p, queue: make(chan *waiting, mostWaiting), stop: make(chan struct{}), ended: make(chan struct{})}
	p.commits = c
	go c.run()
}

// close ends the committer. Commands that still wait are not decided.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	close(c.stop)
	<-c.ended
}

// join puts a command into the queue, or says that there is no room.
func (c *committer) join(w *waiting) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return errClosed
	}
	select {
	case c.queue <- w:
		return nil
	default:
		return care.Err(care.CodeBusy, "ms", busyFor)
	}
}

var errClosed = errors.New("the portal is closing")

func (c *committer) run() {
	defer close(c.ended)
	for {
		select {
		case <-c.stop:
			for {
				select {
				case w := <-c.queue:
					w.done(care.Verdict{}, errClosed)
				default:
					return
				}
			}
		case w := <-c.queue:
			c.commit(c.gather(w))
		}
	}
}

// gather takes what waits beside a command, without waiting for more.
func (c *committer) gather(first *waiting) []*waiting {
	runtime.Gosched() // whoever was just answered may have the next command ready
	all := []*waiting{first}
	for len(all) < atOnce {
		select {
		case w := <-c.queue:
			all = append(all, w)
		default:
			return all
		}
	}
	return all
}

// errAlone says that a command needs a transaction of its own: it has to be taken back, or told again.
var errAlone = errors.New("not in a group")

// commit decides a group of commands in one transaction. Where one of them cannot be decided among the others, nothing of
// the group stays, and each is decided by itself: nobody's fault costs another's command.
func (c *committer) commit(all []*waiting) {
	c.portal.Figures.turn(all, c.portal.Now())
	if len(all) > 1 && !slices.ContainsFunc(all, (*waiting).onlyLooks) {
		if c.together(all) == nil {
			for _, w := range all {
				c.portal.Figures.decided(w.verdict, w.err)
				w.done(w.verdict, w.err)
			}
			return
		}
	}
	for _, w := range all {
		v, err := c.portal.alone(w)
		c.portal.Figures.decided(v, err)
		w.done(v, err)
	}
}

// together fills in what became of each command, or fails as a whole.
func (c *committer) together(all []*waiting) error {
	p := c.portal
	_, err := p.Store.Group(context.Background(), func(g *store.Group) error {
		group := &together{portal: p, group: g}
		if err := g.Together(ahead(all)); err != nil {
			return err
		}
		for _, w := range all {
			if w.verdict, w.err = (care.Verdict{}), w.ctx.Err(); w.err != nil {
				continue // nobody waits for it any more; it comes again
			}
			if err := group.decide(w); err != nil {
				return err
			}
		}
		if !group.wrote {
			return errNothing
		}
		return nil
	})
	if errors.Is(err, errNothing) {
		return nil
	}
	return err
}

// ahead is what commands will ask for.
func ahead(all []*waiting) (devices []string, refs []care.Ref) {
	for _, w := range all {
		if w.actor.Desk != "" {
			devices = append(devices, w.actor.Desk)
		}
		refs = append(refs, w.names...)
	}
	return devices, refs
}

// together is a group of commands within its transaction.
type together struct {
	portal *Portal
	group  *store.Group
	wrote  bool
}

func (t *together) decide(w *waiting) error {
	tx := t.group.Tx(w.options())
	// The device's count comes first: whoever does not have the next number is judged without an effect to take back.
	fresh, err := t.portal.fresh(tx, w)
	if err != nil {
		return err
	}
	if !fresh {
		t.wrote = t.wrote || w.verdict.Seq == t.group.Seq
		return nil
	}
	var r ruling
	refused, err := refusal(func() (err error) {
		r, err = t.portal.run(tx, w)
		return err
	}, tx.Settle)
	if err != nil {
		return err
	}
	if refused != nil && tx.Wrote() {
		return errAlone
	}
	t.wrote = t.wrote || refused == nil || w.actor.Desk != ""
	w.verdict = verdictOf(w.env, r, refused, t.group.Seq)
	if w.actor.Desk == "" {
		return nil
	}
	ok, err := tx.Answer(w.answer())
	if err == nil && !ok {
		err = errAlone
	}
	return err
}

// fresh says whether a command is to be run; else what became of it is known. It takes the device's next number.
func (p *Portal) fresh(tx *store.Tx, w *waiting) (bool, error) {
	if w.actor.Desk != "" {
		next, err := tx.Count(w.actor.Desk, w.actor.ID, w.env.N, w.now)
		if next || err != nil {
			return next, err
		}
	}
	known, answered, err := tx.Answered(w.env.ID)
	switch {
	case err != nil:
		return false, err
	case answered:
		w.verdict, w.err = p.again(tx, w, known)
	case w.actor.Desk == "":
		return true, nil
	default:
		w.err = p.misnumbered(tx, w)
	}
	if w.err != nil && care.CodeOf(w.err) == care.CodeFault {
		return false, w.err
	}
	return false, nil
}

// onlyLooks says whether a command comes from who may change nothing: it is decided by itself, where it cannot.
func (w *waiting) onlyLooks() bool { return store.IsViewing(w.ctx) }

// read makes the command of its envelope.
func (w *waiting) read() {
	refused, err := refusal(func() (err error) {
		if w.cmd, err = care.Decode(w.env.Kind, w.env.Args); err == nil {
			w.names = w.cmd.Targets()
		}
		return err
	})
	if w.unread = err; refused != nil {
		w.unread = *refused
	}
}

func (w *waiting) options() store.Options {
	return store.Options{Actor: w.actor, Now: madeAt(w.env, w.now), Command: w.env.ID, Fresh: true}
}

func (w *waiting) answer() store.Answer {
	return store.Answer{Device: w.actor.Desk, Envelope: w.env, Verdict: w.verdict, At: w.now}
}

// refusal runs the steps of a command and tells a refusal from a fault. A command that panics is a fault of its own, not
// of everybody's.
func refusal(steps ...func() error) (refused *care.Error, err error) {
	defer func() {
		if r := recover(); r != nil {
			refused, err = nil, fmt.Errorf("a command panicked: %v\n%s", r, debug.Stack())
		}
	}()
	for _, step := range steps {
		failed := step()
		var said care.Error
		if errors.As(failed, &said) {
			return &said, nil
		}
		if failed != nil {
			return nil, failed
		}
	}
	return nil, nil
}

// alone decides one command in a transaction of its own.
func (p *Portal) alone(w *waiting) (care.Verdict, error) {
	if err := w.ctx.Err(); err != nil {
		return care.Verdict{}, err
	}
	w.verdict, w.err = care.Verdict{}, nil
	w.read() // anew: it may have been half done among others
	_, err := p.Store.Group(w.ctx, func(g *store.Group) error {
		tx := g.Tx(w.options())
		known, answered, err := tx.Answered(w.env.ID)
		if err != nil {
			return err
		}
		if answered {
			if w.verdict, w.err = p.again(tx, w, known); w.err != nil || w.verdict.Seq != g.Seq {
				return errNothing
			}
			return nil
		}
		fresh, err := p.fresh(tx, w)
		if err != nil || !fresh {
			return errors.Join(err, errNothing)
		}
		var r ruling
		refused, err := tx.Try(func() error {
			said, fault := refusal(func() (err error) {
				r, err = p.run(tx, w)
				return err
			})
			if said != nil {
				return *said
			}
			return fault
		})
		if err != nil {
			return err
		}
		w.verdict = verdictOf(w.env, r, refused, g.Seq)
		if w.actor.Desk == "" {
			return nil
		}
		_, err = tx.Answer(w.answer())
		return err
	})
	if err != nil && !errors.Is(err, errNothing) {
		return care.Verdict{}, err
	}
	return w.verdict, w.err
}

// misnumbered says what is wrong with a number that is not the device's next: it was given to another command, as in a
// copied folder, or commands are missing before it. Nothing is decided.
func (p *Portal) misnumbered(tx *store.Tx, w *waiting) error {
	last, err := tx.LastN(w.actor.Desk)
	if err != nil {
		return err
	}
	if w.env.N <= last {
		return care.Err(care.CodeClonedDesk)
	}
	return care.Err(care.CodeInvalid, "field", "n", "problem", "skips from "+strconv.FormatInt(last, 10))
}

// again answers a command that was answered before. It may come under another number or from another device of the same
// member of staff, where a desk took a new identity or the portal was rewound: then it uses up that number, and the desk
// is told once more.
func (p *Portal) again(tx *store.Tx, w *waiting, known care.Verdict) (care.Verdict, error) {
	if w.actor.Desk == "" {
		return known, nil
	}
	device, csr, err := tx.AskedBy(w.env.ID)
	if err != nil {
		return known, err
	}
	if device == w.actor.Desk && known.N == w.env.N {
		return known, nil
	}
	if csr != w.actor.ID {
		return known, care.Err(care.CodeInvalid, "field", "command_id", "problem", "was used before")
	}
	next, err := tx.Count(w.actor.Desk, w.actor.ID, w.env.N, w.now)
	if err != nil {
		return known, err
	}
	if !next {
		if err := p.misnumbered(tx, w); care.CodeOf(err) != care.CodeClonedDesk {
			return known, err
		}
	}
	return tx.Tell(w.actor.Desk, w.env.N, known)
}

// errAnswered ends a transaction that found what it was for answered before.
var errAnswered = errors.New("answered before")
