package backend

import (
	"math"
	"strings"

	"meterside/care"
	"meterside/records"
)

// allPayments are the payments of all accounts that are chosen. They are read one after the other: a district has many.
func (w *writing) allPayments() error {
	q := w.Table.Payments
	q.Account, q.From, q.To = w.Account, w.From, w.To
	if _, _, err := w.b.Days(w.ctx, w.From, w.To); err != nil {
		return err
	}
	db := w.u.cache.Reader()
	streams, err := paymentStreams(w.ctx, db, q)
	if err != nil {
		return err
	}
	ids, err := pageOf[string](w.ctx, db, streams, math.MaxInt32, 0)
	return each(ids, err, func(id string) error {
		r, there, err := paymentOf(w.ctx, db, id)
		if err != nil || !there {
			return err
		}
		var amount, method any = cents(r.AmountCents), r.Method
		if w.may.level(r.Account) > 0 { // as the page withholds them
			amount, method = "", ""
		}
		return w.row(r.ID, r.Account, r.Name, r.ServiceAddress, r.Status, amount, method, instant(r.CreatedAt), r.EffectiveOn, r.CSRID, r.Session)
	})
}

func (w *writing) masquerades() error {
	q := w.Table.Masquerades
	q.Account, q.Limit, q.Offset = w.Account, math.MaxInt32, 0
	var err error
	if q.From, q.To, err = w.b.Days(w.ctx, w.From, w.To); err != nil {
		return err
	}
	page, err := w.b.Masquerades(w.ctx, q)
	return each(page.Rows, err, func(r MasqueradeRow) error {
		return w.row(r.ID, r.CSRID, r.CSRName, r.WebUserID, r.Username, r.Account, r.Name, r.Mode, r.Reason, instant(r.GrantedAt), instant(r.EndedAt), r.EndReason, r.IP)
	})
}

func (w *writing) staff() error {
	all, err := records.Select[care.Staff](w.ctx, w.u.cache.Reader(), "ORDER BY csr_id")
	return each(all, err, func(r care.Staff) error {
		return w.row(r.ID, r.Name, r.Role, r.Team, strings.Join(r.Districts, " "), r.Active)
	})
}

func (w *writing) reasons() error {
	all, err := w.u.storedReasons(w.ctx)
	return each(all, err, func(r care.Reason) error {
		return w.row(r.Sort, r.ID, r.Rank, r.English, r.Spanish, r.Retired)
	})
}

func (w *writing) devices() error {
	all, err := w.b.Devices(w.ctx)
	return each(all, err, func(r care.Device) error {
		return w.row(r.ID, r.CSR, instant(r.Seen), instant(r.Revoked))
	})
}

func (w *writing) imports() error {
	all, err := w.b.Imports(w.ctx)
	return each(all, err, func(r care.ImportRun) error {
		return w.row(r.ID, instant(r.Started), instant(r.Ended), r.Source, r.By, r.State, int64(r.Rows.Read), int64(r.Rows.Added), int64(r.Rows.Changed), int64(r.Rows.Unchanged), int64(r.Rows.Kept), int64(r.Rows.Refused), r.Problem)
	})
}
