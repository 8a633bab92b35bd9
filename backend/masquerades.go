package backend

import (
	"context"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// MasqueradeQuery chooses masquerades; what is empty does not choose.
type MasqueradeQuery struct {
	State    string // open or over
	CSR      string // who acted, a CSR's ID
	WebUser  string // as whom, an ID or a user name
	Account  string
	From, To int64 // ms: granted at From or later, before To; 0 is open
	Limit    int   // 50 where it is 0
	Offset   int
}

// MasqueradeRow is one masquerade of a list.
type MasqueradeRow struct {
	care.Masquerade
	Named
	CSRName  string `json:"csr_name"`
	Username string `json:"username"`
	Pending  bool   `json:"pending"` // its end waits here for the portal
	// VerifyFirst is how far the caller has to be verified before it is shown as whom and why; 0 where it is.
	VerifyFirst int64 `json:"verify_first,omitempty"`
}

// MasqueradePage is a part of the masquerades chosen, the newest first; at least Total where there are More.
type MasqueradePage struct {
	Own   bool            `json:"own"` // only the user's own are listed: they may not review those of others
	Total int             `json:"total"`
	More  bool            `json:"more"`
	Rows  []MasqueradeRow `json:"rows"`
}

// Masquerades lists the masquerades that the desk holds, also while the portal is away: everybody's for who may review, else
// the user's own.
func (b *Backend) Masquerades(ctx context.Context, q MasqueradeQuery) (MasqueradePage, error) {
	page := MasqueradePage{Rows: []MasqueradeRow{}}
	u, may, err := b.forAccount(ctx, q.Account)
	if err != nil {
		return page, err
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return page, err
	}
	db := u.cache.Reader()
	whole, err := masqueradeStream(ctx, db, q)
	if err != nil {
		return page, err
	}
	if page.Own = !policy.Allows(u.cache.Actor(), care.MayReview); page.Own {
		whole.choose("csr_id", u.session.User.ID)
	}
	ids, err := pageOf[int64](ctx, db, []stream{whole}, atMost(q.Limit), max(q.Offset, 0))
	if err != nil {
		return page, err
	}
	if page.Total, page.More, err = count(ctx, db, []stream{whole}); err != nil {
		return page, err
	}
	pending, err := u.cache.Pending(ctx)
	if err != nil {
		return page, err
	}
	for _, id := range ids {
		row, err := masqueradeRow(ctx, db, id)
		if err != nil {
			return page, err
		}
		row.Pending = pending[care.Ref{Kind: care.KindMasquerade, ID: id}]
		if row.VerifyFirst = may.level(row.Account); row.VerifyFirst > 0 {
			row.withhold()
		}
		page.Rows = append(page.Rows, row)
	}
	return page, nil
}

func masqueradeStream(ctx context.Context, db records.Conn, q MasqueradeQuery) (stream, error) {
	s := stream{table: "masquerades", key: "session_id", at: "granted_at"}
	users, err := usersNamed(ctx, db, q.WebUser)
	if err != nil {
		return s, err
	}
	s.choose("csr_id", q.CSR)
	s.choose("web_user_id", users...)
	s.choose("account_number", q.Account)
	switch q.State {
	case "open":
		s.where = append(s.where, "ended_at = 0")
	case "over":
		s.where = append(s.where, "ended_at > 0")
	case "":
	default:
		return s, care.Err(care.CodeNoChoice, "field", "state", "choices", "open;over")
	}
	s.between(q.From, "<", q.To)
	return s, nil
}

func masqueradeRow(ctx context.Context, db records.Conn, id string) (MasqueradeRow, error) {
	var row MasqueradeRow
	if err := loadOr(ctx, db, &row.Masquerade, "masquerade", id); err != nil {
		return row, err
	}
	var user care.WebUser
	var csr care.Staff
	for _, part := range []struct {
		rec care.Record
		id  string
	}{{&user, row.WebUserID}, {&csr, row.CSRID}} {
		if _, err := records.Load(ctx, db, part.rec, part.id); err != nil {
			return row, fmt.Errorf("reading whose a masquerade is: %w", err)
		}
	}
	row.Username, row.CSRName = user.Username, csr.Name
	var err error
	row.Named, err = namedIn(ctx, db, row.Account)
	return row, err
}

// withhold leaves who acts on which account, and since when: an open one can be ended without a caller, too.
func (r *MasqueradeRow) withhold() {
	r.Username, r.WebUserID, r.Reason, r.IP, r.Named = "", "", "", "", Named{}
}
