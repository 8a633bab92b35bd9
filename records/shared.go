package records

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"meterside/care"
)

// Shared is what commands share that are done in one transaction, each for the first time: what one of them has read need
// not be read again, and what they write goes out together, many rows to a statement. It needs a transaction in which
// nobody else changes records.
type Shared struct {
	db    Conn
	seen  map[care.Ref]care.Record         // as it stands after what was written
	ahead []string                         // the accounts that Ahead read
	links map[string][]care.WebUserAccount // by account, of those
	late  map[care.Kind]*lateRows
	kinds []care.Kind // of late, in the order in which they came
}

// lateRows are what does not stand in a table yet.
type lateRows struct {
	order []string
	fresh map[string]bool // by ID; false for a row that may be there already
}

// ErrThere says that a row stands already which was taken for new. The transaction must end.
var ErrThere = errors.New("a row stands already that was taken for new")

// NewShared begins with nothing read and nothing written.
func NewShared(db Conn) *Shared {
	return &Shared{db: db, seen: map[care.Ref]care.Record{}, late: map[care.Kind]*lateRows{}}
}

// Ahead reads what commands will ask for, with few statements. What is not there is no error. It is called first.
func (s *Shared) Ahead(ctx context.Context, refs []care.Ref) error {
	byKind := map[care.Kind][]string{}
	for _, ref := range refs {
		if s.seen[ref] == nil && len(care.IDParts(ref.ID)) == 1 && !slices.Contains(byKind[ref.Kind], ref.ID) {
			byKind[ref.Kind] = append(byKind[ref.Kind], ref.ID)
		}
	}
	for k, ids := range byKind {
		if len(kinds[k].keys) != 1 || len(ids) < 2 {
			continue
		}
		where, args := Among(kinds[k].columns[kinds[k].keys[0]], ids)
		found, err := LoadAll(ctx, s.db, k, "WHERE "+where, args...)
		if err != nil {
			return err
		}
		for _, rec := range found {
			s.seen[care.Ref{Kind: k, ID: rec.RecordID()}] = rec
		}
	}
	s.ahead = byKind[care.KindAccount]
	return nil
}

// linksOf are an account's links, in any order. The first time that somebody asks, those of all accounts are read that were
// read ahead.
func (s *Shared) linksOf(ctx context.Context, number string) ([]care.WebUserAccount, error) {
	if known, ok := s.links[number]; ok {
		return known, nil
	}
	if err := s.Write(ctx, care.KindWebUserAccount); err != nil {
		return nil, err
	}
	asked := []string{number}
	if slices.Contains(s.ahead, number) {
		asked = s.ahead
	}
	where, args := Among("account_number", asked)
	all, err := Select[care.WebUserAccount](ctx, s.db, "WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	if s.links == nil {
		s.links = map[string][]care.WebUserAccount{}
	}
	for _, n := range asked {
		s.links[n] = nil
	}
	for _, l := range all {
		s.links[l.Account] = append(s.links[l.Account], l)
	}
	return s.links[number], nil
}

// know remembers a record as it stands now.
func (s *Shared) know(rec care.Record) {
	same := care.New(rec.RecordKind())
	copyRecord(same, rec)
	s.seen[care.Ref{Kind: rec.RecordKind(), ID: rec.RecordID()}] = same
}

// put takes a row to be written later. fresh says that it is new; false comes back where it cannot be.
func (s *Shared) put(rec care.Record, fresh bool) bool {
	kind, id := rec.RecordKind(), rec.RecordID()
	if fresh && s.seen[care.Ref{Kind: kind, ID: id}] != nil {
		return false
	}
	rows := s.late[kind]
	if rows == nil {
		rows = &lateRows{fresh: map[string]bool{}}
		s.late[kind] = rows
		s.kinds = append(s.kinds, kind)
	}
	if _, there := rows.fresh[id]; !there { // what is new stays so until it is written
		rows.order = append(rows.order, id)
		rows.fresh[id] = fresh
	}
	s.know(rec)
	if kind == care.KindWebUserAccount {
		s.links = nil
	}
	return true
}

// forget drops what is known of a record that is deleted, once everything of its kind is written.
func (s *Shared) forget(ctx context.Context, ref care.Ref) error {
	if err := s.Write(ctx, ref.Kind); err != nil {
		return err
	}
	delete(s.seen, ref)
	if ref.Kind == care.KindWebUserAccount {
		s.links = nil
	}
	return nil
}

// Write writes what waits of some kinds, before their tables are read; of all kinds where none is named. ErrThere means
// that a row which was taken for new is not.
func (s *Shared) Write(ctx context.Context, some ...care.Kind) error {
	if len(some) == 0 {
		some = s.kinds
	}
	for _, k := range some {
		rows := s.late[k]
		if rows == nil {
			continue
		}
		delete(s.late, k)
		for _, fresh := range []bool{true, false} {
			if err := s.writeRows(ctx, kinds[k], k, rows, fresh); err != nil {
				return err
			}
		}
	}
	s.kinds = slices.DeleteFunc(slices.Clone(s.kinds), func(k care.Kind) bool { return s.late[k] == nil })
	return nil
}

func (s *Shared) writeRows(ctx context.Context, table *kind, k care.Kind, rows *lateRows, fresh bool) error {
	var args []any
	var many int64
	for _, id := range rows.order {
		if rows.fresh[id] == fresh {
			args = append(args, table.values(s.seen[care.Ref{Kind: k, ID: id}])...)
			many++
		}
	}
	statement := table.put
	if fresh {
		statement = table.add
	}
	written, err := Many(ctx, s.db, statement, len(table.columns), args)
	if err != nil {
		return fmt.Errorf("writing %s: %w", table.table, err)
	}
	if fresh && written != many {
		return fmt.Errorf("writing %s: %w", table.table, ErrThere)
	}
	return nil
}
