package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"meterside/care"
	"meterside/records"
)

// ScopeDigest is what the rows of one scope come to at one moment.
type ScopeDigest struct {
	Scope string
	records.Digest
}

// count takes a row as it was out of its scopes and puts it as it is into them. body is the encoded row after.
func (i *index) count(before, after care.Record, body []byte) error {
	if before != nil && len(before.RecordMeta().Scopes) > 0 {
		d, err := records.RecordDigest(before)
		if err != nil {
			return err
		}
		i.tally.Drop(before.RecordMeta().Scopes, d)
	}
	if after != nil && len(after.RecordMeta().Scopes) > 0 {
		i.tally.Put(after.RecordMeta().Scopes, records.RowDigest(after.RecordKind(), after.RecordID(), after.RecordMeta().RV, body))
	}
	return nil
}

const putScope = `INSERT INTO sync_scope (scope, rows, digest0, digest1, head) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (scope) DO UPDATE SET rows = excluded.rows, digest0 = excluded.digest0, digest1 = excluded.digest1, head = excluded.head`

// keepScopes adds what a transaction changed to the digests of its scopes, once for each. The sums wrap, which no database
// does by itself; the clock is taken, so nobody else adds meanwhile.
func (i *index) keepScopes(ctx context.Context) error {
	if len(i.tally) == 0 {
		return nil
	}
	now, err := digestsOf(ctx, i.conn, slices.Sorted(maps.Keys(i.tally)))
	if err != nil {
		return err
	}
	for _, is := range now {
		d := is.Plus(i.tally[is.Scope])
		a, b := d.Lanes()
		if _, err := i.conn.ExecContext(ctx, putScope, is.Scope, d.Rows, a, b, i.seq); err != nil {
			return fmt.Errorf("keeping the digest of %s: %w", is.Scope, err)
		}
	}
	return nil
}

// digestsOf reads the digests of some scopes, in their order; one that never held a row has the empty digest.
func digestsOf(ctx context.Context, db records.Conn, scopes []string) ([]ScopeDigest, error) {
	all := make([]ScopeDigest, len(scopes))
	for n, scope := range scopes {
		all[n].Scope = scope
		rows, err := db.QueryContext(ctx, "SELECT rows, digest0, digest1 FROM sync_scope WHERE scope = $1", scope)
		if err != nil {
			return nil, fmt.Errorf("reading the digest of %s: %w", scope, err)
		}
		var count, a, b int64
		if rows.Next() {
			err = rows.Scan(&count, &a, &b)
		}
		if err := firstError(err, rows.Err(), rows.Close()); err != nil {
			return nil, fmt.Errorf("reading the digest of %s: %w", scope, err)
		}
		all[n].Digest = records.DigestOf(count, a, b)
	}
	return all, nil
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// Digests are what the rows of some scopes come to at this moment, in the order of the scopes.
func (v *View) Digests(ctx context.Context, scopes []string) ([]ScopeDigest, error) {
	return digestsOf(ctx, v.tx, scopes)
}

// tallied adds up the change index itself: what sync_scope should say.
func tallied(ctx context.Context, db records.Conn) (records.Tally, error) {
	rows, err := db.QueryContext(ctx, "SELECT kind, id, scope, seq, body FROM sync_change WHERE body IS NOT NULL")
	if err != nil {
		return nil, fmt.Errorf("reading the change index: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := records.Tally{}
	for rows.Next() {
		var kind care.Kind
		var id, scope string
		var seq int64
		var body []byte
		if err := rows.Scan(&kind, &id, &scope, &seq, &body); err != nil {
			return nil, fmt.Errorf("reading the change index: %w", err)
		}
		all[scope] = all[scope].Plus(records.RowDigest(kind, id, seq, body))
	}
	return all, rows.Err()
}

// unproved counts the scopes whose digest is not that of their rows, in one moment.
func (v *View) unproved(ctx context.Context) (int, error) {
	all, err := tallied(ctx, v.tx)
	if err != nil {
		return 0, err
	}
	kept := map[string]records.Digest{}
	var scope string
	var rows, a, b int64
	err = v.Rows(ctx, []any{&scope, &rows, &a, &b}, func() error {
		kept[scope] = records.DigestOf(rows, a, b)
		return nil
	}, "SELECT scope, rows, digest0, digest1 FROM sync_scope")
	if err != nil {
		return 0, err
	}
	wrong := 0
	for scope := range all {
		kept[scope] = kept[scope].Plus(records.Digest{}) // one that is missing is wrong too
	}
	for scope, d := range kept {
		if d != all[scope] {
			wrong++
		}
	}
	return wrong, nil
}
