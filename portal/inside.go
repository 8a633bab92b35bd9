package portal

import (
	"context"
	"maps"
	"math/bits"
	"sync"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
)

// mostNamed bounds the pages of one session that are recorded by name, and its requests to another portal; mostCounted bounds the pages
// that are told apart.
const (
	mostNamed   = 200
	mostCounted = 4096
)

// record is what the log says of the nth of a kind: its name, and of those beyond mostNamed how many there are, whenever that has
// doubled; "" where it says nothing. Whoever can make up names, or repeat them, must not fill the log.
func record(nth int, name map[string]string) string {
	beyond := nth - mostNamed
	switch {
	case beyond <= 0:
		return care.Detail(name)
	case bits.OnesCount(uint(beyond)) == 1:
		return care.Detail(map[string]int{"more": beyond})
	}
	return ""
}

// Saw records that a masquerade is shown a page of the customer's portal, by its path: once for each page of a session, and
// before the page goes out, so that nothing was seen that is not on record.
func (p *Portal) Saw(ctx context.Context, actor care.Actor, m care.Masquerade, page string) error {
	page = page[:min(len(page), mostPath)]
	nth := p.inside.nth(m, pagesSeen, page, mostCounted)
	if nth == 0 {
		return nil
	}
	detail := record(nth, map[string]string{"page": page})
	if detail == "" {
		return nil
	}
	_, err := p.Store.Update(store.Recording(ctx), store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		return care.Log(tx, care.Activity{
			Sort: care.MasqueradeViewed, Account: m.Account, WebUserID: m.WebUserID, Detail: detail,
		})
	})
	if err != nil {
		p.inside.again(m, pagesSeen, page)
	}
	return err
}

// mostRefused bounds the refusals of one session that are told apart.
const mostRefused = 50

// Refused records what a masquerade was refused on a page: each refusal once for each page of a session, apart from whatever
// else the request does.
func (p *Portal) Refused(ctx context.Context, actor care.Actor, m care.Masquerade, page string, why care.Error) error {
	what := string(why.Code) + " " + why.Params["task"] + " " + page
	if !p.inside.first(m, refusals, what, mostRefused) {
		return nil
	}
	detail := map[string]string{"code": string(why.Code), "page": page}
	if task := why.Params["task"]; task != "" {
		detail["task"] = task
	}
	about := care.Activity{Sort: "masquerade.refused", Account: m.Account, WebUserID: m.WebUserID, Session: m.ID}
	err := p.recordRefused(ctx, actor, about, detail)
	if err != nil {
		p.inside.again(m, refusals, what)
	}
	return err
}

// Viewing marks the context of a request that may only look: what is done under it is in transactions that the database
// itself holds read-only. What looking leaves in the log is written apart from that.
func Viewing(ctx context.Context) context.Context { return store.Viewing(ctx) }

// inside remembers of each open masquerade what is on record of it, so that it is recorded once. It is of this node alone: another
// one, and a portal that starts again, records the same once more, and names as many again, which does no harm: a receipt names a page
// once, and of what is not named says the least that there was.
type inside struct {
	mu       sync.Mutex
	sessions map[string]*recorded // guarded by mu
}

type recorded struct {
	endsAt int64
	told   [others + 1]map[string]bool
	sent   int // requests to another portal
}

// What is recorded of a session once each.
const (
	pagesSeen = iota
	refusals
	others // third parties that were refused
)

// of gives what is on record of a session. The caller holds mu.
func (i *inside) of(m care.Masquerade) *recorded {
	if i.sessions == nil {
		i.sessions = map[string]*recorded{}
	}
	if i.sessions[m.ID] == nil {
		// Those that were ended at another node have run out by now.
		maps.DeleteFunc(i.sessions, func(_ string, r *recorded) bool { return r.endsAt <= m.GrantedAt })
		i.sessions[m.ID] = &recorded{endsAt: m.EndsAt, told: [...]map[string]bool{pagesSeen: {}, refusals: {}, others: {}}}
	}
	return i.sessions[m.ID]
}

// first says whether something happens in a session for the first time, and remembers it, up to so many of its kind.
func (i *inside) first(m care.Masquerade, kind int, what string, most int) bool {
	return i.nth(m, kind, what, most) > 0
}

// nth says of something that happens in a session for the first time the how manieth of its kind it is, else 0.
func (i *inside) nth(m care.Masquerade, kind int, what string, most int) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	told := i.of(m).told[kind]
	if told[what] || len(told) >= most {
		return 0
	}
	told[what] = true
	return len(told)
}

// again forgets that something happened in a session.
func (i *inside) again(m care.Masquerade, kind int, what string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.of(m).told[kind], what)
}

// sends gives the how manieth request to another portal a session sends; unsent takes one back.
func (i *inside) sends(m care.Masquerade) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.of(m).sent++
	return i.of(m).sent
}

func (i *inside) unsent(m care.Masquerade) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.of(m).sent--
}

// forget drops a session that is over.
func (i *inside) forget(session string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.sessions, session)
}
