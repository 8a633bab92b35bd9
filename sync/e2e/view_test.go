package e2e

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"meterside/backend/cache"
	"meterside/care"
	"meterside/records"
)

// whatDiffers says how a desk's replica is not the portal's view of the scopes that its user may hold now, or "" where it
// is: every row of every table with its rv, nothing laid over, nothing left to copy, and a search as if made anew.
func whatDiffers(ctx context.Context, portal records.Conn, replica *records.SQLite, user string) (string, error) {
	scopes, err := scopesOf(ctx, portal, user)
	if err != nil {
		return "", err
	}
	tx, err := replica.Write.BeginTx(ctx, nil)
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback() }()
	var held care.List
	if err := tx.QueryRowContext(ctx, "SELECT scopes FROM replica").Scan(&held); err != nil {
		return "", err
	}
	if !slices.Equal(held, scopes) {
		return fmt.Sprintf("it holds the scopes %v, not %v", held, scopes), nil
	}
	want, err := rowsIn(ctx, portal, func(l care.List) bool {
		return slices.ContainsFunc(l, func(s string) bool { return slices.Contains(scopes, s) })
	})
	if err != nil {
		return "", err
	}
	got, err := rowsIn(ctx, tx, func(care.List) bool { return true })
	if err != nil {
		return "", err
	}
	if d := firstDifferences(want, got); d != "" {
		return d, nil
	}
	if d, err := unproved(ctx, portal, replica, scopes); d != "" || err != nil {
		return d, err
	}
	for _, table := range []string{"originals", "answers"} {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM "+table).Scan(&n); err != nil {
			return "", err
		}
		if n > 0 {
			return fmt.Sprintf("%s holds %d", table, n), nil
		}
	}
	if _, err := records.Index(ctx, tx, 0, func() bool { return false }); err != nil { // what its indexer was about to do
		return "", err
	}
	for _, texts := range []string{"search_all", "search_address", "search_name", "search_billing"} {
		if _, err := tx.ExecContext(ctx, "INSERT INTO "+texts+" ("+texts+", rank) VALUES ('integrity-check', 1)"); err != nil {
			return fmt.Sprintf("the search's index does not fit its documents: %v", err), nil
		}
	}
	kept, err := searchDocs(ctx, tx)
	if err != nil {
		return "", err
	}
	if err := records.Reindex(ctx, tx); err != nil {
		return "", err
	}
	anew, err := searchDocs(ctx, tx)
	if err != nil {
		return "", err
	}
	return firstDifferences(anew, kept), nil
}

// unproved says which digests of a replica are not the portal's, or not those of its rows.
func unproved(ctx context.Context, portal records.Conn, replica *records.SQLite, scopes care.List) (string, error) {
	kept, err := records.ReadDigests(ctx, replica.Read)
	if err != nil {
		return "", err
	}
	read, err := records.Rescan(ctx, replica.Read, nil)
	if err != nil {
		return "", err
	}
	var all []string
	for scope, d := range read {
		if d != kept[scope].Digest {
			all = append(all, fmt.Sprintf("the digest of %s is kept as %v, its rows come to %v", scope, kept[scope].Digest, d))
		}
	}
	for _, scope := range scopes {
		var rows, a, b int64
		err := portal.QueryRowContext(ctx, "SELECT rows, digest0, digest1 FROM sync_scope WHERE scope = $1", scope).Scan(&rows, &a, &b)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
		if d := records.DigestOf(rows, a, b); d != kept[scope].Digest || !kept[scope].Proved {
			all = append(all, fmt.Sprintf("the digest of %s is %v, the portal's %v; proved: %v", scope, kept[scope].Digest, d, kept[scope].Proved))
		}
	}
	return strings.Join(all, "\n"), nil
}

// scopesOf is what the portal lets a member of staff hold.
func scopesOf(ctx context.Context, portal records.Conn, user string) (care.List, error) {
	var staff care.Staff
	if ok, err := records.Load(ctx, portal, &staff, user); err != nil || !ok {
		return nil, errors.Join(err, fmt.Errorf("looking for %s", user))
	}
	districts, err := records.Select[care.District](ctx, portal, "")
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(districts))
	for i, d := range districts {
		ids[i] = d.ID
	}
	return care.ScopesOf(staff, ids), nil
}

// rowsIn reads every record whose scopes are wanted, as text by table and ID.
func rowsIn(ctx context.Context, db records.Conn, wanted func(care.List) bool) (map[string]string, error) {
	all := map[string]string{}
	for _, k := range care.Kinds() {
		found, err := records.LoadAll(ctx, db, k, "")
		if err != nil {
			return nil, err
		}
		for _, rec := range found {
			if !wanted(rec.RecordMeta().Scopes) {
				continue
			}
			text, err := json.Marshal(rec)
			if err != nil {
				return nil, err
			}
			all[records.Table(k)+" "+strings.Join(care.IDParts(rec.RecordID()), "/")] = string(text)
		}
	}
	return all, nil
}

func searchDocs(ctx context.Context, db records.Conn) (map[string]string, error) {
	rows, err := db.QueryContext(ctx, `SELECT doc, name_order || '|' || shown || '|' || district || '|' || statuses || '|' || coalesce(address_order, '') || '|' || folded
		FROM search_doc d JOIN search_words USING (pos) JOIN search_all_of USING (pos) LEFT JOIN search_place p ON p.apos = d.apos AND p.pos = d.pos`)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	all := map[string]string{}
	for rows.Next() {
		var doc, text string
		if err := rows.Scan(&doc, &text); err != nil {
			return nil, err
		}
		all["search "+doc] = text
	}
	return all, rows.Err()
}

// firstDifferences names a few rows that are missing, too many or different, in a fixed order; "" where there are none.
func firstDifferences(want, got map[string]string) string {
	var all []string
	for id, w := range want {
		if g, ok := got[id]; !ok {
			all = append(all, "missing: "+id+": "+w)
		} else if g != w {
			all = append(all, "different: "+id+": "+g+"\n     wanted: "+w)
		}
	}
	for id, g := range got {
		if _, ok := want[id]; !ok {
			all = append(all, "too many: "+id+": "+g)
		}
	}
	slices.Sort(all)
	return strings.Join(all[:min(len(all), 8)], "\n")
}

// inProfile opens a database of the one user of a desk's profile, beside the desk itself if that runs.
func inProfile(t *testing.T, profile, name string) *records.SQLite {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(profile, "users", "*"))
	if err != nil || len(found) != 1 {
		t.Fatalf("%s has %d users, %v", profile, len(found), err)
	}
	path := filepath.Join(found[0], name)
	if name == "replica.db" { // the one of the moment
		if path, err = cache.ReplicaFile(found[0]); err != nil {
			t.Fatal(err)
		}
	}
	db, err := records.OpenSQLite(path, records.Durable)
	if err != nil {
		t.Fatal(err)
	}
	return db
}
