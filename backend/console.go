package backend

import (
	"context"
	"slices"
	"strings"
	"time"

	"meterside/care"
	"meterside/records"
)

// Console is everything that an account's console shows.
type Console struct {
	Account           care.Account            `json:"account"`
	District          District                `json:"district"`
	Persons           []PersonOfAccount       `json:"persons"`
	Premise           care.Premise            `json:"premise"`
	OtherAccounts     []string                `json:"other_accounts"`
	PortalStatus      care.PortalStatus       `json:"portal_status"`
	Locked            bool                    `json:"locked"`
	PortalEmail       string                  `json:"portal_email"`
	LastCustomerLogon int64                   `json:"last_customer_logon"`
	LastCSRLogon      int64                   `json:"last_csr_logon"`
	WebUsers          []WebUserOfAccount      `json:"web_users"`
	Bills             []care.Bill             `json:"bills"`
	Payments          []care.Payment          `json:"payments"`
	Adjustments       []care.Adjustment       `json:"adjustments"`
	Notifications     []NotificationOfAccount `json:"notifications"`
	Notes             []NoteOfAccount         `json:"notes"`
	Tasks             []Task                  `json:"tasks"`      // the newest of those that are not final, whoever made them
	OpenTasks         int                     `json:"open_tasks"` // how many are not final
	Activity          []Activity              `json:"activity"`
	Insights          []care.Insight          `json:"insights"` // what is worth saying before the caller says it
	Pending           []string                `json:"pending"`  // kinds of the account's commands that wait for an answer
	// FetchedAt is when the account was fetched for a contact, ms, as the desk does not hold it; 0 for one that it does.
	FetchedAt int64 `json:"fetched_at,omitempty"`
	// WebUsersClosed is why WebUsers are not shown to who is signed in; nil where they are.
	WebUsersClosed *care.Error `json:"web_users_closed,omitempty"`
	// VerifyFirst is how far the caller has to be verified before more than who and where is shown; 0 where all is.
	VerifyFirst int64 `json:"verify_first,omitempty"`
}

// PersonOfAccount is a person with the link to the account.
type PersonOfAccount struct {
	care.Person
	Name                   string `json:"name"`
	Relationship           string `json:"relationship"`
	FinanciallyResponsible bool   `json:"financially_responsible"`
	EndedOn                string `json:"ended_on"`
}

// WebUserOfAccount is a web user with the link to the account.
type WebUserOfAccount struct {
	care.WebUser
	Name                   string            `json:"name"`
	Role                   string            `json:"role"`
	Relationship           string            `json:"relationship"`
	FinanciallyResponsible bool              `json:"financially_responsible"`
	DefaultProfile         bool              `json:"default_profile"`
	Locks                  []LockOfUser      `json:"locks"`
	PortalStatus           care.PortalStatus `json:"portal_status"`
	TylerStatus            string            `json:"tyler_status"` // active, pending or locked (R42)
	PasswordLocked         bool              `json:"password_locked"`
	LastCustomerLogon      int64             `json:"last_customer_logon"`
	LastCSRLogon           int64             `json:"last_csr_logon"`
	Accounts               []string          `json:"accounts"`
	OpenTasks              int               `json:"open_tasks"`
	Tasks                  []Task            `json:"tasks"`       // the newest of the open and non-final ones (R37)
	Recoveries             []RecoveryOfUser  `json:"recoveries"`  // the newest links and codes
	Deactivated            bool              `json:"deactivated"` // so that it can be reactivated
	Pending                bool              `json:"pending"`     // a change of its locks waits for an answer
}

// LockOfUser is one lock; Pending is NOT YET IN EFFECT.
type LockOfUser struct {
	Lock    care.Lock `json:"lock"`
	By      string    `json:"by"`
	At      int64     `json:"at"`
	Reason  string    `json:"reason"`
	Words   string    `json:"words,omitempty"`
	Pending bool      `json:"pending"`
}

// RecoveryOfUser is a link or a code that was given; Pending has not reached the portal.
type RecoveryOfUser struct {
	care.Recovery
	Live    bool `json:"live"` // it still works
	Pending bool `json:"pending"`
}

// NoteOfAccount is a note; Pending has not reached the portal.
type NoteOfAccount struct {
	ID      string `json:"note_id"`
	Text    string `json:"text"`
	By      string `json:"by"`
	At      int64  `json:"at"`
	Pending bool   `json:"pending"`
}

// NotificationOfAccount is a message; Pending has not reached the portal, which sends it.
type NotificationOfAccount struct {
	care.Notification
	Pending bool `json:"pending"`
}

// newest is how many tasks and activities a console shows before their own tabs are opened.
const newest = 10

// Show gathers an account's console from the replica, or from what was fetched for a contact.
func (b *Backend) Show(ctx context.Context, number string) (Console, error) {
	u, err := b.signedIn()
	if err != nil {
		return Console{}, err
	}
	g := gather{ctx: ctx, now: u.sink.now(), who: u.cache.Actor(), c: Console{Persons: []PersonOfAccount{}, WebUsers: []WebUserOfAccount{}, Notes: []NoteOfAccount{}, OtherAccounts: []string{}, Pending: []string{}}}
	if g.pending, err = u.cache.Pending(ctx); err != nil {
		return Console{}, err
	}
	if g.policy, err = b.Policy(ctx); err != nil {
		return Console{}, err
	}
	may, err := u.viewing(ctx, g.policy)
	if err != nil {
		return Console{}, err
	}
	readers, fetched, err := u.reader(ctx, number)
	if err != nil {
		return Console{}, err
	}
	// From here on nothing else asks for a reader: who holds one must not wait for another.
	db, done, err := records.Moment(ctx, readers)
	if err != nil {
		return Console{}, err
	}
	defer done()
	g.db, g.c.FetchedAt = db, fetched
	if err := loadOr(ctx, db, &g.c.Account, "account", number); err != nil {
		return Console{}, err
	}
	if wanted := may.level(number); wanted > 0 {
		return g.whoAndWhere(wanted), nil
	}
	for _, step := range []func() error{g.place, g.persons, g.webUsers, g.money, g.notes, g.insights, g.newest} {
		if err := step(); err != nil {
			return Console{}, err
		}
	}
	waiting, err := u.cache.OutboxOf(ctx, number)
	if err != nil {
		return Console{}, err
	}
	for _, e := range waiting {
		if !onlyTells(e.Kind) {
			g.c.Pending = append(g.c.Pending, e.Kind)
		}
	}
	return g.c, nil
}

// onlyTells says of a kind of command that it changes nothing for the customer: that it waits is no warning.
func onlyTells(kind string) bool {
	return kind == "access.record" || kind == "export.record" || strings.HasPrefix(kind, "contact.") || strings.HasPrefix(kind, "callback.")
}

type gather struct {
	now     time.Time // at the portal
	ctx     context.Context
	db      records.Conn
	c       Console
	pending map[care.Ref]bool
	policy  care.Policy
	who     care.Actor
}

func (g *gather) place() error {
	var district care.District
	if _, err := records.Load(g.ctx, g.db, &district, g.c.Account.DistrictID); err != nil {
		return err
	}
	g.c.District = District{g.c.Account.DistrictID, district.Name}
	_, err := records.Load(g.ctx, g.db, &g.c.Premise, g.c.Account.PremiseID)
	return err
}

func (g *gather) persons() error {
	var main care.Person
	known, err := records.Load(g.ctx, g.db, &main, g.c.Account.MainPersonID)
	if err != nil {
		return err
	}
	links, err := records.Select[care.AccountPerson](g.ctx, g.db, "WHERE account_number = $1 ORDER BY ended_on, relationship <> 'main', person_id", g.c.Account.Number)
	if err != nil {
		return err
	}
	for _, l := range links {
		var p care.Person
		if ok, err := records.Load(g.ctx, g.db, &p, l.PersonID); err != nil {
			return err
		} else if !ok {
			continue
		}
		known = known && p.ID != main.ID
		g.c.Persons = append(g.c.Persons, PersonOfAccount{p, p.Name(), l.Relationship, l.FinanciallyResponsible, l.EndedOn})
	}
	if known { // who the account is in the name of stands first, with or without a link
		g.c.Persons = slices.Insert(g.c.Persons, 0, PersonOfAccount{Person: main, Name: main.Name(), Relationship: "main"})
	}
	others, err := records.Select[care.Account](g.ctx, g.db, "WHERE main_person_id = $1 AND account_number <> $2 ORDER BY account_number", g.c.Account.MainPersonID, g.c.Account.Number)
	for _, a := range others {
		g.c.OtherAccounts = append(g.c.OtherAccounts, a.Number)
	}
	return err
}

func (g *gather) webUsers() error {
	links, err := records.Select[care.WebUserAccount](g.ctx, g.db, "WHERE account_number = $1 ORDER BY default_profile DESC, web_user_id", g.c.Account.Number)
	if err != nil {
		return err
	}
	g.c.PortalStatus = care.StatusUnenrolled
	for i, l := range links {
		w := WebUserOfAccount{Role: l.Role, Relationship: l.Relationship, FinanciallyResponsible: l.FinanciallyResponsible, DefaultProfile: l.DefaultProfile, Locks: []LockOfUser{}, Accounts: []string{}, Tasks: []Task{}, Recoveries: []RecoveryOfUser{}}
		if ok, err := records.Load(g.ctx, g.db, &w.WebUser, l.WebUserID); err != nil {
			return err
		} else if !ok {
			continue
		}
		if err := g.profile(&w); err != nil {
			return err
		}
		if i == 0 {
			g.c.PortalStatus, g.c.PortalEmail = w.PortalStatus, w.Email
		}
		g.c.Locked = g.c.Locked || len(w.Locks) > 0
		g.c.LastCustomerLogon = max(g.c.LastCustomerLogon, w.LastCustomerLogon)
		g.c.LastCSRLogon = max(g.c.LastCSRLogon, w.LastCSRLogon)
		g.c.WebUsers = append(g.c.WebUsers, w)
	}
	g.closeWebUsers()
	return nil
}

func (g *gather) profile(w *WebUserOfAccount) error {
	var p care.Person
	if _, err := records.Load(g.ctx, g.db, &p, w.PersonID); err != nil {
		return err
	}
	w.Name = p.Name()
	locks, err := records.Select[care.WebUserLock](g.ctx, g.db, "WHERE web_user_id = $1 ORDER BY lock", w.ID)
	if err != nil {
		return err
	}
	w.PortalStatus, w.TylerStatus, w.Deactivated = care.StatusOf(w.WebUser, locks), "active", care.Deactivated(w.WebUser, locks)
	if w.Enrolment == care.Pending {
		w.TylerStatus = "pending"
	}
	for _, l := range locks {
		w.TylerStatus = "locked"
		w.PasswordLocked = w.PasswordLocked || l.Lock == care.LockPassword
		w.Locks = append(w.Locks, LockOfUser{l.Lock, l.By, l.At, l.Reason, l.Words, g.pending[care.Ref{Kind: care.KindWebUserLock, ID: l.RecordID()}]})
	}
	for _, lock := range []care.Lock{care.LockPassword, care.LockCSR, care.LockPermanent} {
		w.Pending = w.Pending || g.pending[care.Ref{Kind: care.KindWebUserLock, ID: care.ID(w.ID, string(lock))}]
	}
	var logon care.WebUserLogon
	if _, err := records.Load(g.ctx, g.db, &logon, w.ID); err != nil {
		return err
	}
	w.LastCustomerLogon, w.LastCSRLogon = logon.LastCustomer, logon.LastCSR
	links, err := records.Select[care.WebUserAccount](g.ctx, g.db, "WHERE web_user_id = $1 ORDER BY default_profile DESC, account_number", w.ID)
	if err != nil {
		return err
	}
	for _, l := range links {
		w.Accounts = append(w.Accounts, l.Account)
	}
	return g.doing(w)
}

func (g *gather) money() (err error) {
	number := g.c.Account.Number
	if g.c.Bills, err = records.Select[care.Bill](g.ctx, g.db, "WHERE account_number = $1 ORDER BY period_end DESC, bill_id DESC", number); err != nil {
		return err
	}
	if g.c.Payments, err = records.Select[care.Payment](g.ctx, g.db, "WHERE account_number = $1 ORDER BY created_at DESC, payment_id DESC", number); err != nil {
		return err
	}
	if g.c.Adjustments, err = records.Select[care.Adjustment](g.ctx, g.db, "WHERE account_number = $1 ORDER BY adjusted_on DESC, adjustment_id DESC", number); err != nil {
		return err
	}
	g.c.Bills, g.c.Payments, g.c.Adjustments = some(g.c.Bills), some(g.c.Payments), some(g.c.Adjustments)
	sent, err := records.Select[care.Notification](g.ctx, g.db, "WHERE account_number = $1 ORDER BY sent_at DESC, notification_id DESC", number)
	g.c.Notifications = []NotificationOfAccount{}
	for _, n := range sent {
		g.c.Notifications = append(g.c.Notifications, NotificationOfAccount{n, g.pending[care.Ref{Kind: care.KindNotification, ID: n.ID}]})
	}
	return err
}

// some makes an empty list of none, which JSON would write as null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func (g *gather) notes() error {
	notes, err := records.Select[care.Note](g.ctx, g.db, "WHERE account_number = $1 ORDER BY written_at DESC, note_id", g.c.Account.Number)
	for _, n := range notes {
		g.c.Notes = append(g.c.Notes, NoteOfAccount{n.ID, n.Text, n.By, n.At, g.pending[care.Ref{Kind: care.KindNote, ID: n.ID}]})
	}
	return err
}

// newest gathers the newest tasks that somebody has still to do, with the count of all of these, and the newest activities.
func (g *gather) newest() error {
	open, err := findTasks(g.ctx, g.db, TaskQuery{Account: g.c.Account.Number, Statuses: []string{care.TaskOpen, care.TaskInProgress}, Limit: newest})
	if err != nil {
		return err
	}
	g.c.Tasks, g.c.OpenTasks = []Task{}, open.total
	for _, t := range open.rows {
		g.c.Tasks = append(g.c.Tasks, attributed(t, g.pending[care.Ref{Kind: care.KindTask, ID: t.ID}]))
	}
	log, err := records.Select[care.Activity](g.ctx, g.db, "WHERE account_number = $1 ORDER BY "+newestFirst+" LIMIT $2", g.c.Account.Number, newest)
	g.c.Activity = []Activity{}
	for _, a := range log {
		g.c.Activity = append(g.c.Activity, shown(a, g.pending[care.Ref{Kind: care.KindActivity, ID: a.ID}]))
	}
	return err
}
