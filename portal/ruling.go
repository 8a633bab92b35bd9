package portal

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"meterside/care"
	"meterside/portal/store"
)

// ruling is how a command ended that was not simply refused.
type ruling struct {
	outcome care.Outcome
	code    care.Code
	params  map[string]string
}

var applied = ruling{outcome: care.Applied}

// lateAfter is how long a command may have been on its way and still count as made just now.
const lateAfter = time.Minute

// verdictOf is a command's verdict: its ruling, or the refusal that took back what it did.
func verdictOf(env care.Envelope, r ruling, refused *care.Error, seq int64) care.Verdict {
	v := care.Verdict{CommandID: env.ID, N: env.N, Outcome: r.outcome, Code: r.code, Params: r.params, Seq: seq}
	if refused != nil {
		v.Outcome, v.Code, v.Params = care.Rejected, refused.Code, refused.Params
		switch refused.Code {
		case care.CodeLapsed:
			v.Outcome = care.Lapsed
		case care.CodeAfterRefused:
			v.Outcome = care.Held
		}
	}
	return v
}

// run judges a command and does it.
func (p *Portal) run(tx *store.Tx, w *waiting) (ruling, error) {
	cmd, env, now := w.cmd, w.env, w.now
	if w.unread != nil {
		return ruling{}, w.unread
	}
	if _, ends := cmd.(*care.EndMasquerade); !ends { // which changes nothing where it has ended
		if err := p.standing(context.WithoutCancel(w.ctx), tx); err != nil {
			return ruling{}, err
		}
	}
	if err := inTime(tx, cmd, env, now); err != nil {
		return ruling{}, err
	}
	if err := cmd.Validate(); err != nil {
		return ruling{}, err
	}
	if err := care.Authorise(tx, cmd); err != nil {
		return ruling{}, err
	}
	if err := inScope(tx, cmd); err != nil {
		return ruling{}, err
	}
	if err := builtOn(tx, env); err != nil {
		return ruling{}, err
	}
	r, err := meanwhile(tx, cmd, env, now)
	if err != nil || r.outcome != care.Applied {
		return r, err
	}
	if err := cmd.Check(tx); err != nil {
		return ruling{}, err
	}
	waits, err := care.Do(tx, cmd)
	if err != nil {
		return r, err
	}
	if waits != "" {
		r.code, r.params = care.CodeWaitsForSecond, map[string]string{"task": waits}
	}
	return r, p.watch(context.WithoutCancel(w.ctx), tx, cmd)
}

// inTime refuses what cannot be queued, a draft that nobody confirmed, and what comes too late. That is judged by the
// portal's own clock; a moment that the desk cannot vouch for is too late for a command that lapses.
func inTime(tx *store.Tx, cmd care.Command, env care.Envelope, now time.Time) error {
	if _, ok := cmd.(care.PortalOnly); ok && tx.Actor().Origin == care.OriginDesk {
		return care.Err(care.CodeOnlineOnly)
	}
	if _, ok := cmd.(care.Confirmed); ok && env.Offline {
		return care.Err(care.CodeConfirmOnline)
	}
	e, ok := cmd.(care.Expiring)
	if !ok {
		return nil
	}
	policy, err := tx.Policy()
	if err != nil {
		return err
	}
	limit := e.ExpiresAfter(policy)
	ahead := time.UnixMilli(env.CreatedAt).Sub(now) // a clock that runs ahead vouches for nothing
	if env.Unsure || env.CreatedAt <= 0 || now.Sub(tx.Now()) > limit || ahead > mostAhead {
		return care.Err(care.CodeLapsed, "minutes", strconv.Itoa(int(limit.Minutes())))
	}
	return nil
}

// builtOn holds a command that goes after others of the same desk which were not done.
func builtOn(tx *store.Tx, env care.Envelope) error {
	for _, id := range env.After {
		v, answered, err := tx.Answered(id)
		if err != nil {
			return err
		}
		if !answered || v.Outcome != care.Applied {
			return care.Err(care.CodeAfterRefused)
		}
	}
	return nil
}

// meanwhile rules on what somebody else changed since the CSR saw it, as policy says: by one key for what was made just
// now, by another for what was made while the desk was offline. What is held is logged with both values, so that neither
// is lost.
func meanwhile(tx *store.Tx, cmd care.Command, env care.Envelope, now time.Time) (ruling, error) {
	e, ok := cmd.(care.Expecting)
	if !ok || len(env.Expect) == 0 {
		return applied, nil
	}
	is, wanted, err := e.Fields(tx)
	if err != nil {
		return ruling{}, err
	}
	fields := care.Stale(env.Expect, is, wanted)
	if len(fields) == 0 {
		return applied, nil
	}
	policy, err := tx.Policy()
	if err != nil {
		return ruling{}, err
	}
	how := policy.Get("conflict.online")
	if env.Offline || now.Sub(tx.Now()) > lateAfter {
		how = policy.Get("conflict.offline_late")
	}
	said := map[string]string{"fields": strings.Join(fields, ", ")}
	switch how {
	case care.Warn:
		return ruling{care.Applied, care.CodeOverwrote, said}, nil
	case care.RejectStale:
		return ruling{}, care.Error{Code: care.CodeStale, Params: said}
	case care.LastSaveWins:
		return applied, nil
	}
	return ruling{care.Held, care.CodeConflict, said}, logHeld(tx, e, fields, env.Expect, is, wanted)
}

// logHeld keeps what was wanted beside what stands, for whoever looks at the account.
func logHeld(tx *store.Tx, cmd care.Expecting, fields []string, saw, is, wanted map[string]string) error {
	targets := cmd.Targets()
	at := slices.IndexFunc(targets, func(ref care.Ref) bool { return ref.Kind == care.KindAccount })
	if at < 0 {
		return nil
	}
	type held struct {
		Before string `json:"before"` // what the CSR saw
		After  string `json:"after"`  // what they wanted
		Theirs string `json:"theirs"` // what stands
	}
	detail := map[string]held{}
	for _, f := range fields {
		detail[f] = held{saw[f], wanted[f], is[f]}
	}
	return care.Log(tx, care.Activity{Account: targets[at].ID, Sort: "change.held", Detail: care.Detail(detail)})
}
