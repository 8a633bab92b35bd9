package backend

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"meterside/care"
	"meterside/records"
)

// Search finds customers, prospects, contacts and vacant premises in the replica, and counts them. The one before it ends
// with CodeSuperseded if it still runs for something else: a CSR who types on waits for nothing but the last text.
func (b *Backend) Search(ctx context.Context, q records.Query) (records.Result, error) {
	return b.search(ctx, q, records.Search)
}

// SearchFirst gives what of Search is found at once.
func (b *Backend) SearchFirst(ctx context.Context, q records.Query) (records.Result, error) {
	return b.search(ctx, q, records.First)
}

func (b *Backend) search(ctx context.Context, q records.Query, find func(context.Context, records.Conn, records.Query) (records.Result, error)) (records.Result, error) {
	u, err := b.signedIn()
	if err != nil {
		return records.Result{}, err
	}
	ctx, done := u.searches.begin(ctx, fmt.Sprint(q.Text, "\n", q.District, "\n", q.Statuses))
	defer done()
	r, err := find(ctx, u.cache.Reader(), q)
	if err != nil && errors.Is(context.Cause(ctx), errSuperseded) {
		err = care.Err(care.CodeSuperseded)
	}
	return r, err
}

// Searchable returns when everything that the desk has taken is found by Search.
func (b *Backend) Searchable(ctx context.Context) error {
	u, err := b.signedIn()
	if err != nil {
		return err
	}
	return u.cache.Searchable(ctx)
}

// Ticked are the portal statuses that ticked boxes stand for: Pending has none of its own and stands under Unenrolled's.
func Ticked(boxes []string) []string {
	if slices.Contains(boxes, string(care.StatusUnenrolled)) {
		return append(slices.Clone(boxes), string(care.StatusPending))
	}
	return boxes
}

var errSuperseded = errors.New("another search began")

// searches are the ones that run now.
type searches struct {
	mu      sync.Mutex
	running map[*context.CancelCauseFunc]string // guarded by mu: what each looks for
}

// begin ends what runs for anything else.
func (s *searches) begin(ctx context.Context, what string) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	for end, other := range s.running {
		if other != what {
			(*end)(errSuperseded)
		}
	}
	if s.running == nil {
		s.running = map[*context.CancelCauseFunc]string{}
	}
	s.running[&cancel] = what
	return ctx, func() {
		s.mu.Lock()
		delete(s.running, &cancel)
		s.mu.Unlock()
		cancel(nil)
	}
}

// follow starts the indexer that makes what comes in searchable.
func (u *user) follow(b *Backend) {
	ctx, cancel := context.WithCancel(b.ctx)
	u.unfollow, u.followed = cancel, make(chan struct{})
	go func() {
		defer close(u.followed)
		if err := u.cache.Follow(ctx, func() { b.opts.Changed("search") }); err != nil {
			b.opts.Log.Warn("the search does not follow any more until the next start", "error", err)
		}
	}()
}

// District is a district for the window's lists.
type District struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// DistrictOfList is a district, and whether this computer holds its customers.
type DistrictOfList struct {
	District
	Here bool `json:"here"`
}

// Districts lists the districts by name.
func (b *Backend) Districts(ctx context.Context) ([]DistrictOfList, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	found, err := records.Select[care.District](ctx, u.cache.Reader(), "ORDER BY name")
	all, held := make([]DistrictOfList, len(found)), u.cache.Stand().Scopes
	for i, d := range found {
		all[i] = DistrictOfList{District{d.ID, d.Name}, slices.Contains(held, care.ScopeDistrict(d.ID))}
	}
	return all, err
}

// Policy is the utility's policy as the desk has it.
func (b *Backend) Policy(ctx context.Context) (care.Policy, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return records.LoadPolicy(ctx, u.cache.Reader())
}

// Counts says how many rows each table of the replica holds.
func (b *Backend) Counts(ctx context.Context) (map[string]int, error) {
	u, err := b.signedIn()
	if err != nil {
		return nil, err
	}
	return u.cache.Counts(ctx)
}

// PolicyView is what a window shows of the policy, for who is signed in.
type PolicyView struct {
	Masquerade MasqueradePolicy `json:"masquerade"`
	WebUsers   WebUserPolicy    `json:"web_users"`
	// ConsoleOff and WebUsersClosed are why nothing, and why no panel of web users, is open to who is signed in; nil where it is.
	ConsoleOff     *care.Error `json:"console_off,omitempty"`
	WebUsersClosed *care.Error `json:"web_users_closed,omitempty"`
	PortalInUse    bool        `json:"portal_in_use"`
	PortalHome     string      `json:"portal_home"` // where customers sign in; "" where the utility did not say
	// ProfilesElsewhere says that another service knows when web users signed in and whether their password is locked (R5).
	ProfilesElsewhere bool   `json:"profiles_elsewhere"`
	Timezone          string `json:"timezone"`
	Currency          string `json:"currency"`
	// Announcement is what the utility has to say to everybody; "" for nothing.
	Announcement string `json:"announcement,omitempty"`
}

// MasqueradePolicy is how a masquerade begins.
type MasqueradePolicy struct {
	Mode        care.Mode `json:"mode"` // the most
	Acknowledge string    `json:"acknowledge"`
	Reason      string    `json:"reason"`
	// The window fills in whom these are about.
	AckText string `json:"ack_text"`
	Banner  string `json:"banner"`
	// AckVersion names AckText; Acknowledged says that it was acknowledged in this shift already, where once is enough.
	AckVersion   string `json:"ack_version"`
	Acknowledged bool   `json:"acknowledged"`
}

// WebUserPolicy is what a CSR has to know before they recover, unlink or deactivate a web user.
type WebUserPolicy struct {
	LinkHours    int    `json:"link_hours"`
	CodeHours    int    `json:"code_hours"`
	Unlink       string `json:"unlink"`        // allow, deny or second_person
	Deactivate   string `json:"deactivate"`    // permanent_lock, lock or hide
	OpenPayments string `json:"open_payments"` // warn, block or cancel_on_confirm
}

// PolicyView gathers what a window shows of the policy, in a language.
func (b *Backend) PolicyView(ctx context.Context, language string) (PolicyView, error) {
	u, err := b.signedIn()
	if err != nil {
		return PolicyView{}, err
	}
	p, err := b.Policy(ctx)
	if err != nil {
		return PolicyView{}, err
	}
	who := u.cache.Actor()
	view := PolicyView{
		Masquerade: MasqueradePolicy{
			Mode: p.MasqueradeLimit(who), Acknowledge: p.Get("masquerade.acknowledge"), Reason: p.Get("masquerade.reason"),
			AckText: p.Text("masquerade.ack_text", language), Banner: p.Text("masquerade.banner", language),
			AckVersion: p.AckVersion(language), Acknowledged: p.Get("masquerade.acknowledge") == care.AcknowledgeOnce && *u.acknowledged.Load() == p.AckVersion(language),
		},
		WebUsers: WebUserPolicy{
			LinkHours: int(p.Duration("recovery.link_ttl").Hours()), CodeHours: int(p.Duration("recovery.code_ttl").Hours()),
			Unlink: p.Entitlement(who, "web_user.unlink"), Deactivate: p.Get("deactivate.action"), OpenPayments: p.Get("deactivate.open_payments"),
		},
		PortalInUse: !p.PortalOff(), PortalHome: p.PortalHome(), ProfilesElsewhere: p.ProfilesElsewhere() != "",
		Timezone: p.Get("utility.timezone"), Currency: p.Get("utility.currency"), Announcement: p.Text("announcement", language),
	}
	if p.ConsoleOff(who) {
		view.ConsoleOff = new(care.Err(care.CodeConsoleOff))
	}
	if closed := p.WebUsersClosed(who); closed != nil {
		view.WebUsersClosed = new(care.AsError(closed))
	}
	return view, nil
}
