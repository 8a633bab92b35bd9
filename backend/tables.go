package backend

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"meterside/care"
	"meterside/records"
)

// Table is a table of the window, to be written as it is shown but whole: every row that this computer has.
type Table struct {
	Name    string    `json:"name"`    // one of tables
	Account string    `json:"account"` // of a list over accounts: none is all
	Run     string    `json:"run_id"`  // of refused: the import that refused these rows, which the portal is asked for
	Kinds   []string  `json:"kinds"`   // of activity; none: all
	Actors  []string  `json:"actors"`  // of activity: who did it, customer, csr or system; none: all
	Session string    `json:"session"` // of activity: the masquerade session; none: all
	From    string    `json:"from"`    // a day, of intervals and of lists over accounts
	To      string    `json:"to"`
	Tasks   TaskQuery `json:"tasks"`
	Search  TableHits `json:"search"`
	// Payments and Masquerades choose as their pages do; days and account stand above.
	Payments    PaymentQuery    `json:"payments"`
	Masquerades MasqueradeQuery `json:"masquerades"`
	// Language is that of the headings, en or es; "" leaves the columns' names. What stands beneath them is the same in each.
	Language string `json:"language"`
}

// TableHits is the search whose results are written.
type TableHits struct {
	Text     string   `json:"text"`
	District string   `json:"district"`
	Statuses []string `json:"statuses"`
}

// mostHits is how many search results are read at a time.
const mostHits = 10_000

// FileName is what the table's file is called at first.
func (t Table) FileName() string {
	name := t.Name
	if t.Account != "" {
		name += "-" + t.Account
	}
	return strings.Map(func(r rune) rune {
		if r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name) + ".csv"
}

// ExportTableTo writes a table into a file that only its owner may read, and says how many rows it has.
func (b *Backend) ExportTableTo(ctx context.Context, t Table, path string) (int, error) {
	n, err := written(path, func(w io.Writer) (int, error) { return b.ExportTable(ctx, t, w) })
	if err != nil {
		return 0, fmt.Errorf("exporting a table: %w", err)
	}
	return n, nil
}

// ExportTable writes a table as CSV for spreadsheets, and says how many rows it has. That it did stands in the log; a table
// that cannot be recorded is refused, and ExportTableTo keeps no file of it.
func (b *Backend) ExportTable(ctx context.Context, t Table, w io.Writer) (int, error) {
	u, may, err := b.forAccount(ctx, t.Account)
	if err != nil {
		return 0, err
	}
	write, known := tables[t.Name]
	if !known {
		return 0, care.Err(care.CodeNoChoice, "field", "name", "choices", strings.Join(slices.Sorted(maps.Keys(tables)), ";"))
	}
	record := t.record()
	if err := b.allowed(ctx, u, record); err != nil {
		return 0, err
	}
	policy, err := b.Policy(ctx)
	if err != nil {
		return 0, err
	}
	s, err := newSheet(w, policy.Zone(), headed(write.columns, t.Language)...)
	if err != nil {
		return 0, err
	}
	if err := write.rows(&writing{ctx, b, u, may, t, s}); err != nil {
		return 0, err
	}
	n, err := s.done()
	if err != nil {
		return 0, err
	}
	record.Rows = int64(n)
	_, err = b.Do(ctx, record)
	return n, err
}

// writing is one table while it is written.
type writing struct {
	ctx context.Context //nolint:containedctx // as long as one call
	b   *Backend
	u   *user
	may viewing
	Table
	*sheet
}

// tableKind is what a table is written of.
type tableKind struct {
	columns []string
	rows    func(*writing) error
}

var tables = map[string]tableKind{
	"bills":         {strings.Fields("bill_id account_number issued_on due_on period_start period_end quantity unit estimated total"), (*writing).bills},
	"payments":      {strings.Fields("payment_id account_number status amount method created_at effective_on csr_id session_id"), (*writing).payments},
	"adjustments":   {strings.Fields("adjustment_id account_number on kind amount description"), (*writing).adjustments},
	"usage":         {strings.Fields("account_number service from to days quantity unit per_day quality hdd cdd flags"), (*writing).usage},
	"intervals":     {strings.Fields("account_number service meter from_grid starts_at seconds quantity unit estimated"), (*writing).intervals},
	"tasks":         {strings.Fields("task_id kind status account_number created_at created_by web_user_id email ip self_service_user_id session_id"), (*writing).tasks},
	"activity":      {strings.Fields("activity_id account_number at kind actor actor_kind web_user_id session_id ip detail"), (*writing).activity},
	"search":        {strings.Fields("section kind account_number name service_address district_id portal_status locked email person_id"), (*writing).search},
	"refused":       {strings.Fields("file line field problem"), (*writing).refused},
	"segments":      {strings.Fields("bill_id account_number issued_on line service description quantity unit amount"), (*writing).segments},
	"people":        {strings.Fields("person_id account_number name relationship responsible phone email language ended_on"), (*writing).people},
	"web_users":     {strings.Fields("web_user_id account_number name username email role relationship responsible default_profile portal_status locked accounts open_tasks last_customer_logon last_csr_logon"), (*writing).webUsers},
	"notifications": {strings.Fields("notification_id account_number sent_at template email delivery delivery_at why words csr_id session_id"), (*writing).notifications},
	"all_payments":  {strings.Fields("payment_id account_number name service_address status amount method created_at effective_on csr_id session_id"), (*writing).allPayments},
	"masquerades":   {strings.Fields("session_id csr_id csr_name web_user_id username account_number name mode reason starts_at ended_at end_reason ip"), (*writing).masquerades},
	"staff":         {strings.Fields("csr_id name role team districts active"), (*writing).staff},
	"reasons":       {strings.Fields("kind reason_id rank text_en text_es retired"), (*writing).reasons},
	"devices":       {strings.Fields("device_id csr_id seen_at revoked_at"), (*writing).devices},
	"imports":       {strings.Fields("run_id starts_at ended_at source by status rows_read rows_added rows_changed rows_unchanged rows_kept rows_refused problem"), (*writing).imports},
}

// each writes a row for each of some records.
func each[T any](all []T, err error, row func(T) error) error {
	for _, one := range all {
		if err == nil {
			err = row(one)
		}
	}
	return err
}

func (w *writing) bills() error {
	all, err := w.u.billsOf(w.ctx, w.Account)
	return each(all, err, func(r care.Bill) error {
		return w.row(r.ID, r.Account, r.IssuedOn, r.DueOn, r.PeriodStart, r.PeriodEnd, r.Quantity, r.Unit, r.Estimated, cents(r.TotalCents))
	})
}

func (w *writing) payments() error {
	all, err := hereAndKept[care.Payment](w.ctx, w.u, w.Account, "WHERE account_number = $1 ORDER BY created_at DESC, payment_id DESC")
	return each(all, err, func(r care.Payment) error {
		return w.row(r.ID, r.Account, r.Status, cents(r.AmountCents), r.Method, instant(r.CreatedAt), r.EffectiveOn, r.CSRID, r.Session)
	})
}

func (w *writing) adjustments() error {
	all, err := hereAndKept[care.Adjustment](w.ctx, w.u, w.Account, "WHERE account_number = $1 ORDER BY adjusted_on DESC, adjustment_id DESC")
	return each(all, err, func(r care.Adjustment) error {
		return w.row(r.ID, r.Account, r.On, r.Sort, cents(r.AmountCents), r.Description)
	})
}

func (w *writing) usage() error {
	view, err := w.b.Usage(w.ctx, w.Account)
	for _, s := range view.Services {
		err = each(s.Rows, err, func(r UsedPeriod) error {
			return w.row(r.Account, r.Service, r.From, r.To, int64(r.Days), r.Quantity, r.Unit, r.PerDay, r.Quality, r.HDD, r.CDD, strings.Join(r.Flags, " "))
		})
	}
	return err
}

func (w *writing) intervals() error {
	found, at, err := w.u.cache.Extras().Intervals(w.ctx, w.Account, w.From, w.To)
	if err == nil && at == 0 {
		err = care.Err(care.CodeNotFound, "what", "interval data", "id", w.Account)
	}
	for _, s := range found.Series {
		unit, read := countedIn(&s)
		s.All(func(i care.Interval) {
			if err == nil {
				err = w.row(w.Account, s.Service, s.ID, !s.Reversed, instant(i.Start*1000), i.Seconds, read(i.Value), unit, i.Estimated)
			}
		})
	}
	return err
}

func (w *writing) tasks() error {
	q := w.Tasks
	q.Limit, q.Offset = 0, 0
	var err error
	if q.From, q.To, err = w.b.Days(w.ctx, w.From, w.To); err != nil {
		return err
	}
	if w.Account != "" {
		q.Account = w.Account
	}
	page, err := w.b.Tasks(w.ctx, q)
	return each(page.Rows, err, func(r Task) error {
		email := ""
		if r.Email != nil {
			email = *r.Email
		}
		return w.row(r.ID, r.Sort, r.Status, r.AccountNumber, instant(r.CreatedAt), r.CreatedBy, r.WebUserID, email, r.IP, r.SelfServiceUserID, r.SessionID)
	})
}

func (w *writing) activity() error {
	all, err := hereAndKept[care.Activity](w.ctx, w.u, w.Account, "WHERE account_number = $1 ORDER BY happened_at DESC, rv DESC, activity_id DESC")
	return each(all, err, func(r care.Activity) error {
		if !among(w.Kinds, r.Sort) || !among(w.Actors, string(r.ActorKind)) || w.Session != "" && w.Session != r.Session {
			return nil
		}
		return w.row(r.ID, r.Account, instant(r.At), r.Sort, r.Actor, r.ActorKind, r.WebUserID, r.Session, r.IP, r.Detail)
	})
}

// among says whether a value is one of those that are wanted; where none is, every one is.
func among(wanted []string, value string) bool {
	return len(wanted) == 0 || slices.Contains(wanted, value)
}

// search writes all that is found, and not only what a page counts to.
func (w *writing) search() error {
	q := records.Query{Text: w.Table.Search.Text, District: w.Table.Search.District, Statuses: Ticked(w.Table.Search.Statuses), Limit: mostHits}
	for ; ; q.Offset += mostHits {
		found, err := w.b.Search(w.ctx, q)
		for _, s := range found.Sections {
			err = each(s.Rows, err, func(r records.Hit) error {
				return w.row(s.Name, r.Kind, r.AccountNumber, r.Name, r.ServiceAddress, r.DistrictID, r.PortalStatus, r.Locked, r.Email, r.PersonID)
			})
		}
		if err != nil || !found.More {
			return err
		}
	}
}
