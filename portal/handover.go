package portal

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/external"
	"meterside/portal/store"
	"meterside/records"
)

// HandOver leads a masquerade to the utility's own portal (R6). Token is a secret, good there once, within a minute.
type HandOver struct {
	Address  string `json:"address"`
	Home     string `json:"home"` // a path below the address
	Token    string `json:"token"`
	ViewOnly bool   `json:"view_only,omitempty"` // the policy opens that portal to look only, whatever a role may
}

// HandOver signs a masquerade over to the utility's own portal, in its mode; nil where masquerades do not lead there.
func (p *Portal) HandOver(ctx context.Context, actor care.Actor, m care.Masquerade, mode care.Mode) (*HandOver, error) {
	policy, err := records.LoadPolicy(ctx, p.Store.Reader())
	if err != nil || policy.HandOver() == care.HandOverOff {
		return nil, err
	}
	from, err := p.from(ctx, actor)
	if err != nil {
		return nil, err
	}
	h := HandOver{Address: policy.Get("portal.address"), Home: policy.Get("portal.home_page"), ViewOnly: policy.HandOver() == care.HandOverView}
	h.Token, err = external.HandingOver{
		Address: h.Address, WebUser: m.WebUserID, Session: m.ID, Scope: policy.Scope(actor, mode), EndsAt: m.EndsAt, ID: uuid.NewString(),
	}.Token(from)
	return &h, err
}

// Sending is a request that a masquerade is about to send to the utility's own portal.
type Sending struct {
	Method string `json:"method"`
	Path   string `json:"path"` // without its query
	Page   bool   `json:"page"` // a page is asked for, to be looked at
}

// mostPath bounds how much of a path is kept, in bytes.
const mostPath = 200

// Sent records what a masquerade sends to the utility's own portal, before it is sent: each page once, and everything that may change
// something, as record has it. It refuses the latter to who may only look. What became of it there is not known here.
func (p *Portal) Sent(ctx context.Context, actor care.Actor, m care.Masquerade, s Sending) error {
	s.Path = s.Path[:min(len(s.Path), mostPath)]
	if s.Method == http.MethodGet || s.Method == http.MethodHead {
		if !s.Page {
			return nil
		}
		return p.Saw(ctx, actor, m, s.Path)
	}
	if !actor.Mode.Changes() {
		refused := care.Err(care.CodeReadOnly)
		if err := p.Refused(ctx, actor, m, s.Path, refused); err != nil {
			return err
		}
		return refused
	}
	detail := record(p.inside.sends(m), map[string]string{"method": s.Method, "page": s.Path})
	if detail == "" {
		return nil
	}
	err := p.update(ctx, store.Options{Actor: actor, Now: p.Now(), Command: uuid.NewString()}, func(tx *store.Tx) error {
		return care.Log(tx, care.Activity{Sort: care.MasqueradeSent, Account: m.Account, WebUserID: m.WebUserID, Detail: detail})
	})
	if err != nil {
		p.inside.unsent(m)
	}
	return err
}
