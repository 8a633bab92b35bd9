package backend

import (
	"strings"

	"meterside/care"
)

// segments are the parts of each bill's total, with the bill that they are of.
func (w *writing) segments() error {
	all, err := w.u.billsOf(w.ctx, w.Account)
	for _, b := range all {
		err = each(b.Segments, err, func(r care.Segment) error {
			return w.row(b.ID, b.Account, b.IssuedOn, r.Line, r.Service, r.Description, r.Quantity, r.Unit, cents(r.AmountCents))
		})
	}
	return err
}

func (w *writing) people() error {
	shown, err := w.b.Show(w.ctx, w.Account)
	return each(shown.Persons, err, func(r PersonOfAccount) error {
		return w.row(r.ID, w.Account, r.Name, r.Relationship, r.FinanciallyResponsible, r.Phone, r.Email, r.Language, r.EndedOn)
	})
}

func (w *writing) webUsers() error {
	shown, err := w.b.Show(w.ctx, w.Account)
	if err == nil && shown.WebUsersClosed != nil {
		err = *shown.WebUsersClosed
	}
	return each(shown.WebUsers, err, func(r WebUserOfAccount) error {
		locks := make([]string, len(r.Locks))
		for i, l := range r.Locks {
			locks[i] = string(l.Lock)
		}
		return w.row(r.ID, w.Account, r.Name, r.Username, r.Email, r.Role, r.Relationship, r.FinanciallyResponsible, r.DefaultProfile,
			r.PortalStatus, strings.Join(locks, " "), strings.Join(r.Accounts, " "), int64(r.OpenTasks), instant(r.LastCustomerLogon), instant(r.LastCSRLogon))
	})
}

func (w *writing) notifications() error {
	shown, err := w.b.Show(w.ctx, w.Account)
	return each(shown.Notifications, err, func(r NotificationOfAccount) error {
		return w.row(r.ID, w.Account, instant(r.SentAt), r.Template, r.Address, r.Status, instant(r.StatusAt), r.Why, r.Words, r.CSRID, r.Session)
	})
}
