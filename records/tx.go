package records

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"meterside/care"
)

// Owner is who keeps the tables: the portal's store or the desk's cache.
type Owner interface {
	// Missing is the error for a record that is not there.
	Missing(ref care.Ref) error
	// Changed is told of each row that really changed: before is nil for a new row, after is nil for a deleted one.
	Changed(ctx context.Context, before, after care.Record) error
	// ResetFailedSignIns clears the count of failed sign-ins of a web user.
	ResetFailedSignIns(ctx context.Context, webUserID string) error
	// MakeLink makes the letters of a reset link.
	MakeLink(ctx context.Context, r care.Recovery) error
}

// Tx is the one implementation of care.Tx.
type Tx struct {
	ctx     context.Context
	db      Conn
	owner   Owner
	actor   care.Actor
	now     time.Time
	seq     int64
	command uuid.UUID
	ids     int
	policy  care.Policy
	kept    *Kept
	shared  *Shared
	made    map[string]bool   // the IDs that NewID gave, with Fresh
	moved   map[care.Ref]bool // persons and web users whose links changed
}

// TxOptions say who does something, when, in which command and under which number.
type TxOptions struct {
	Actor   care.Actor
	Now     time.Time
	Command string // a UUID; the IDs that the command makes follow from it
	Seq     int64  // becomes the rv of what changes
	// Kept holds what every command reads again; nil reads it each time.
	Kept *Kept
	// Fresh says that the command was never done before: what it names is new.
	Fresh bool
	// Shared is what a command shares with others in its transaction; nil for one that is alone.
	Shared *Shared
}

// NewTx gives a care.Tx over db, which must be a transaction if anything is written.
func NewTx(ctx context.Context, db Conn, owner Owner, o TxOptions) *Tx {
	id, err := uuid.Parse(o.Command)
	if err != nil {
		id = uuid.NewSHA1(uuid.NameSpaceOID, []byte(o.Command))
	}
	t := &Tx{ctx: ctx, db: db, owner: owner, actor: o.Actor, now: o.Now, seq: o.Seq, command: id, kept: o.Kept, shared: o.Shared, moved: map[care.Ref]bool{}}
	if o.Fresh {
		t.made = map[string]bool{}
	}
	return t
}

// Actor is who acts.
func (t *Tx) Actor() care.Actor { return t.actor }

// Now is when the command was made.
func (t *Tx) Now() time.Time { return t.now }

// NewID gives the next ID that follows from the command's own.
func (t *Tx) NewID(prefix string) string {
	t.ids++
	made := uuid.NewSHA1(t.command, fmt.Appendf(nil, "%s%d", prefix, t.ids))
	if t.command.Version() == 7 {
		copy(made[:6], t.command[:6]) // the time: what was made together stands together in the indices
	}
	id := prefix + "-" + made.String()
	if t.made != nil {
		t.made[id] = true
	}
	return id
}

// Policy reads the policy, once in the transaction.
func (t *Tx) Policy() (care.Policy, error) {
	if t.kept != nil && t.kept.policy != nil {
		return t.kept.policy, nil
	}
	if t.policy == nil || t.kept != nil {
		if err := t.Written(care.KindPolicy); err != nil {
			return nil, err
		}
		p, err := LoadPolicy(t.ctx, t.db)
		if err != nil {
			return nil, err
		}
		t.policy = p
		t.kept.setPolicy(p)
	}
	return t.policy, nil
}

// LoadPolicy reads what the utility set; care.Policy knows the defaults of the rest.
func LoadPolicy(ctx context.Context, db Conn) (care.Policy, error) {
	entries, err := Select[care.PolicyEntry](ctx, db, "")
	if err != nil {
		return nil, err
	}
	p := care.Policy{}
	for _, e := range entries {
		p[e.Key] = e.Value
	}
	return p, nil
}

// Get fills rec.
func (t *Tx) Get(rec care.Record, key ...string) error {
	ok, err := t.load(rec, key...)
	if err == nil && !ok {
		return t.owner.Missing(care.Ref{Kind: rec.RecordKind(), ID: care.ID(key...)})
	}
	return err
}

// load reads a record, from the database only where it is not known already.
func (t *Tx) load(rec care.Record, key ...string) (bool, error) {
	ref := care.Ref{Kind: rec.RecordKind(), ID: care.ID(key...)}
	if t.shared != nil && t.shared.seen[ref] != nil {
		copyRecord(rec, t.shared.seen[ref])
		return true, nil
	}
	if t.kept.staffOf(ref, rec) {
		return true, nil
	}
	ok, err := Load(t.ctx, t.db, rec, key...)
	if err == nil && ok {
		if t.shared != nil {
			t.shared.know(rec)
		}
		t.kept.setStaff(ref, rec)
	}
	return ok, err
}

// Written has the tables of some kinds hold what was written so far, so that they can be asked by plain statements.
func (t *Tx) Written(some ...care.Kind) error {
	if t.shared == nil {
		return nil
	}
	return t.shared.Write(t.ctx, some...)
}

// Locks are a web user's locks.
func (t *Tx) Locks(webUserID string) ([]care.WebUserLock, error) {
	if err := t.Written(care.KindWebUserLock); err != nil {
		return nil, err
	}
	return Select[care.WebUserLock](t.ctx, t.db, "WHERE web_user_id = $1 ORDER BY lock", webUserID)
}

// LinksOfWebUser are a web user's links, the default profile first.
func (t *Tx) LinksOfWebUser(id string) ([]care.WebUserAccount, error) {
	if err := t.Written(care.KindWebUserAccount); err != nil {
		return nil, err
	}
	return Select[care.WebUserAccount](t.ctx, t.db, "WHERE web_user_id = $1 ORDER BY default_profile DESC, account_number", id)
}

// LinksOfAccount are an account's links, the default profile first.
func (t *Tx) LinksOfAccount(number string) (all []care.WebUserAccount, err error) {
	if t.shared != nil {
		all, err = t.shared.linksOf(t.ctx, number)
		all = slices.Clone(all)
	} else {
		all, err = Select[care.WebUserAccount](t.ctx, t.db, "WHERE account_number = $1", number)
	}
	slices.SortFunc(all, func(a, b care.WebUserAccount) int { // SQLite takes longer to sort two rows than to find them
		if a.DefaultProfile != b.DefaultProfile {
			if a.DefaultProfile {
				return -1
			}
			return 1
		}
		return strings.Compare(a.WebUserID, b.WebUserID)
	})
	return all, err
}

// OpenContacts are a member of staff's open contacts, the newest first.
func (t *Tx) OpenContacts(csrID string) ([]care.Contact, error) {
	if err := t.Written(care.KindContact); err != nil {
		return nil, err
	}
	return Select[care.Contact](t.ctx, t.db, "WHERE csr_id = $1 AND closed_at = 0 ORDER BY opened_at DESC, contact_id", csrID)
}

// StaffWithUsers are the members of staff of whom user names of their own are noted.
func (t *Tx) StaffWithUsers() ([]care.Staff, error) {
	if err := t.Written(care.KindStaff); err != nil {
		return nil, err
	}
	return Select[care.Staff](t.ctx, t.db, "WHERE own_users <> '' ORDER BY csr_id")
}

// DistrictsOfPerson are the districts of a person's accounts.
func (t *Tx) DistrictsOfPerson(id string) ([]string, error) {
	if err := t.Written(care.KindAccountPerson, care.KindAccount); err != nil {
		return nil, err
	}
	return texts(t.ctx, t.db, "SELECT DISTINCT a.district_id FROM account_persons p JOIN accounts a ON a.account_number = p.account_number WHERE p.person_id = $1", id)
}

// DistrictsOfWebUser are the districts of a web user's accounts.
func (t *Tx) DistrictsOfWebUser(id string) ([]string, error) {
	if err := t.Written(care.KindWebUserAccount, care.KindAccount); err != nil {
		return nil, err
	}
	return texts(t.ctx, t.db, "SELECT DISTINCT a.district_id FROM web_user_accounts w JOIN accounts a ON a.account_number = w.account_number WHERE w.web_user_id = $1", id)
}

// ResetFailedSignIns clears the owner's count.
func (t *Tx) ResetFailedSignIns(webUserID string) error {
	return t.owner.ResetFailedSignIns(t.ctx, webUserID)
}

// MakeLink makes the owner's letters of a reset link.
func (t *Tx) MakeLink(r care.Recovery) error { return t.owner.MakeLink(t.ctx, r) }

// OpenPayments are an account's scheduled and pending payments, the oldest first.
func (t *Tx) OpenPayments(number string) ([]care.Payment, error) {
	return Select[care.Payment](t.ctx, t.db, "WHERE account_number = $1 AND status IN ('scheduled', 'pending') ORDER BY created_at, payment_id", number)
}

// Recoveries are what was given for a web user, the newest first.
func (t *Tx) Recoveries(webUserID string) ([]care.Recovery, error) {
	return Select[care.Recovery](t.ctx, t.db, "WHERE web_user_id = $1 ORDER BY given_at DESC, recovery_id", webUserID)
}

// Put inserts a record or overwrites it. A record that stays as it was keeps its rv and is not a change.
func (t *Tx) Put(rec care.Record) error {
	scopes, err := care.Scopes(t, rec)
	if err != nil {
		return err
	}
	if t.made[rec.RecordID()] {
		return t.add(rec, scopes)
	}
	before := care.New(rec.RecordKind())
	there, err := t.load(before, care.IDParts(rec.RecordID())...)
	if err != nil {
		return err
	}
	meta := rec.RecordMeta()
	meta.Scopes = scopes
	if there {
		meta.RV = before.RecordMeta().RV
		if same(before, rec) {
			return nil
		}
	} else {
		before = nil
	}
	meta.RV = t.seq
	if t.shared != nil {
		t.shared.put(rec, false)
	} else if err := Store(t.ctx, t.db, rec); err != nil {
		return err
	}
	return t.changed(before, rec)
}

// add inserts a record under an ID that this command made. Where it stands already, another command had the same ID.
func (t *Tx) add(rec care.Record, scopes care.List) error {
	meta := rec.RecordMeta()
	meta.Scopes, meta.RV = scopes, t.seq
	var added bool
	var err error
	if t.shared != nil {
		added = t.shared.put(rec, true)
	} else if added, err = Add(t.ctx, t.db, rec); err != nil {
		return err
	}
	if !added {
		return care.Err(care.CodeInvalid, "field", "command_id", "problem", "was used before")
	}
	delete(t.made, rec.RecordID())
	return t.changed(nil, rec)
}

// Delete removes a record, if it is there.
func (t *Tx) Delete(rec care.Record) error {
	before := care.New(rec.RecordKind())
	there, err := t.load(before, care.IDParts(rec.RecordID())...)
	if err != nil || !there {
		return err
	}
	ref := care.Ref{Kind: rec.RecordKind(), ID: rec.RecordID()}
	if t.shared != nil {
		if err := t.shared.forget(t.ctx, ref); err != nil {
			return err
		}
	}
	if err := Remove(t.ctx, t.db, ref); err != nil {
		return err
	}
	return t.changed(before, nil)
}

func (t *Tx) changed(before, after care.Record) error {
	for _, rec := range []care.Record{before, after} {
		switch v := rec.(type) {
		case *care.AccountPerson:
			t.moved[care.Ref{Kind: care.KindPerson, ID: v.PersonID}] = true
		case *care.WebUserAccount:
			t.moved[care.Ref{Kind: care.KindWebUser, ID: v.WebUserID}] = true
		}
	}
	if b, ok := before.(*care.Account); ok {
		if a, ok := after.(*care.Account); ok && a.DistrictID != b.DistrictID {
			t.moved[care.Ref{Kind: care.KindAccount, ID: a.Number}] = true
		}
	}
	if b, ok := before.(*care.Staff); ok {
		if a, ok := after.(*care.Staff); ok && a.Team != b.Team {
			t.moved[care.Ref{Kind: care.KindStaff, ID: a.ID}] = true
		}
	}
	if before == nil && after == nil {
		return nil
	}
	for _, rec := range []care.Record{before, after} {
		switch rec.(type) {
		case *care.PolicyEntry, *care.Staff:
			t.policy = nil
			t.kept.Forget()
		}
	}
	return t.owner.Changed(t.ctx, before, after)
}

// LoadAll reads the records of a kind that the tail of a statement chooses.
func LoadAll(ctx context.Context, db Conn, k care.Kind, tail string, args ...any) ([]care.Record, error) {
	var found []care.Record
	err := kinds[k].scan(ctx, db, tail, args, func(into func(any) error) error {
		rec := care.New(k)
		found = append(found, rec)
		return into(rec)
	})
	return found, err
}

// same compares two records column by column, rv and scopes included.
func same(a, b care.Record) bool {
	k := kinds[a.RecordKind()]
	x, y := k.values(a), k.values(b)
	for i := range x {
		if v, ok := x[i].(care.List); ok {
			if w, ok := y[i].(care.List); ok && v.String() == w.String() {
				continue
			}
			return false
		}
		if !reflect.DeepEqual(x[i], y[i]) {
			return false
		}
	}
	return true
}

func texts(ctx context.Context, db Conn, query string, args ...any) ([]string, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("reading: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}
