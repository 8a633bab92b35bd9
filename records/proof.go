package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// KeptDigest is the digest of a scope as a replica keeps it. Proved says that the portal gave the same for the scope as it is.
type KeptDigest struct {
	Digest
	Proved bool
}

// ReadDigests reads what a replica keeps of its scopes' digests.
func ReadDigests(ctx context.Context, db Conn) (map[string]KeptDigest, error) {
	rows, err := db.QueryContext(ctx, "SELECT scope, rows, digest0, digest1, proved FROM replica_digest")
	if err != nil {
		return nil, fmt.Errorf("reading the digests: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := map[string]KeptDigest{}
	for rows.Next() {
		var scope string
		var count, a, b int64
		var proved bool
		if err := rows.Scan(&scope, &count, &a, &b, &proved); err != nil {
			return nil, fmt.Errorf("reading the digests: %w", err)
		}
		all[scope] = KeptDigest{DigestOf(count, a, b), proved}
	}
	return all, rows.Err()
}

// KeepDigest writes a replica's digest of a scope.
func KeepDigest(ctx context.Context, db Conn, scope string, k KeptDigest) error {
	a, b := k.Lanes()
	_, err := db.ExecContext(ctx, `INSERT INTO replica_digest (scope, rows, digest0, digest1, proved) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (scope) DO UPDATE SET rows = excluded.rows, digest0 = excluded.digest0, digest1 = excluded.digest1, proved = excluded.proved`,
		scope, k.Rows, a, b, k.Proved)
	if err != nil {
		return fmt.Errorf("keeping the digest of %s: %w", scope, err)
	}
	return nil
}

// Why a replica is wanted anew: what came is not what the portal has, the file is not what came, or somebody asked for it.
const (
	DoubtStream = "stream"
	DoubtFile   = "file"
	DoubtAsked  = "asked"
)

// Proof says how far a replica is known to be the portal's view. Instants are portal time, ms; 0 is never.
type Proof struct {
	Cursor  int64  `json:"cursor"` // at which every held scope was what the portal said
	At      int64  `json:"at"`
	Read    int64  `json:"read"` // the cursor at which the file, read whole, was what had been stored
	ReadAt  int64  `json:"read_at"`
	Doubt   string `json:"doubt,omitempty"` // what was found to differ, until the replica is another one
	DoubtAt int64  `json:"doubt_at,omitempty"`
}

// In is the proof of a replica that was found to differ, at a time. What was found first stays.
func (p Proof) In(doubt string, at int64) Proof {
	if p.Doubt == "" {
		p.Doubt, p.DoubtAt = doubt, at
	}
	return p
}

// ReadProof reads a replica's proof; the zero Proof where nothing was ever proved.
func ReadProof(ctx context.Context, db Conn) (p Proof, err error) {
	err = db.QueryRowContext(ctx, "SELECT cursor, at, read_cursor, read_at, doubt, doubt_at FROM replica_proof").
		Scan(&p.Cursor, &p.At, &p.Read, &p.ReadAt, &p.Doubt, &p.DoubtAt)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return p, fmt.Errorf("reading what is proved: %w", err)
	}
	return p, nil
}

// KeepProof writes a replica's proof.
func KeepProof(ctx context.Context, db Conn, p Proof) error {
	_, err := db.ExecContext(ctx, `INSERT INTO replica_proof (only, cursor, at, read_cursor, read_at, doubt, doubt_at) VALUES (1, $1, $2, $3, $4, $5, $6)
		ON CONFLICT (only) DO UPDATE SET cursor = excluded.cursor, at = excluded.at, read_cursor = excluded.read_cursor, read_at = excluded.read_at,
			doubt = excluded.doubt, doubt_at = excluded.doubt_at`, p.Cursor, p.At, p.Read, p.ReadAt, p.Doubt, p.DoubtAt)
	if err != nil {
		return fmt.Errorf("keeping what is proved: %w", err)
	}
	return nil
}
