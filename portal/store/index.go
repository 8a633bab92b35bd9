package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"meterside/care"
	"meterside/records"
)

// index is told of each changed row and keeps the change index.
type index struct {
	conn    *sql.Tx
	seq     int64
	nobody  bool          // it is not said who writes
	changes int           // rows that really changed
	tally   records.Tally // what they change the digests of their scopes by
	late    *late         // takes the lines; nil where they are written at once
}

// line is what the change index says of a row in one scope; body is nil for a row that left it.
type line struct {
	kind  care.Kind
	id    string
	scope string
	body  []byte
}

const putChange = `INSERT INTO sync_change (kind, id, scope, seq, body) VALUES ($1, $2, $3, $4, $5)
	ON CONFLICT (kind, id, scope) DO UPDATE SET seq = excluded.seq, body = excluded.body`

// args are the arguments of putChange.
func (l line) args(seq int64) []any {
	var body any
	if l.body != nil {
		body = l.body
	}
	return []any{int64(l.kind), l.id, l.scope, seq, body}
}

// lines are what a change leaves in the change index: the row in every scope where it stands, a deletion in every one
// that it left.
func lines(before, after care.Record) ([]line, error) {
	var all []line
	var now care.List
	if after != nil {
		now = after.RecordMeta().Scopes
	}
	if len(now) > 0 {
		body, err := records.Encode(after)
		if err != nil {
			return nil, err
		}
		for _, scope := range now {
			all = append(all, line{after.RecordKind(), after.RecordID(), scope, body})
		}
	}
	if before == nil {
		return all, nil
	}
	for _, scope := range before.RecordMeta().Scopes {
		if !slices.Contains(now, scope) {
			all = append(all, line{before.RecordKind(), before.RecordID(), scope, nil})
		}
	}
	return all, nil
}

// bodyOf is the row that stands in lines, which is the same in each; nil where it stands nowhere.
func bodyOf(all []line) []byte {
	if len(all) == 0 {
		return nil
	}
	return all[0].body
}

// Missing says that there is no such record.
func (*index) Missing(ref care.Ref) error { return missing(ref) }

func missing(ref care.Ref) error {
	return care.Err(care.CodeNotFound, "what", records.Name(ref.Kind), "id", ref.ID)
}

// errNobody ends a transaction in which nobody writes: each row is to be somebody's doing.
var errNobody = errors.New("a change does not say who makes it")

// Changed writes a change into the change index, and puts a message that is new in line to be sent.
func (i *index) Changed(ctx context.Context, before, after care.Record) error {
	if i.nobody {
		return errNobody
	}
	i.changes++
	if n, ok := after.(*care.Notification); ok && before == nil && n.Status == care.NotificationQueued {
		if err := i.queueMail(ctx, n); err != nil {
			return err
		}
	}
	all, err := lines(before, after)
	if err != nil {
		return err
	}
	if err := i.count(before, after, bodyOf(all)); err != nil {
		return err
	}
	if i.late != nil {
		i.late.index(all)
		return nil
	}
	for _, l := range all {
		if _, err := i.conn.ExecContext(ctx, putChange, l.args(i.seq)...); err != nil {
			return fmt.Errorf("indexing a change: %w", err)
		}
	}
	return nil
}

// ResetFailedSignIns clears the count of a web user's failed sign-ins.
func (i *index) ResetFailedSignIns(ctx context.Context, webUserID string) error {
	i.changes++
	if _, err := i.conn.ExecContext(ctx, "UPDATE web_user_secret SET failed_attempts = 0 WHERE web_user_id = $1", webUserID); err != nil {
		return fmt.Errorf("clearing failed sign-ins: %w", err)
	}
	return nil
}
