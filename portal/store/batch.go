package store

import (
	"context"
	"database/sql"
	"fmt"

	"meterside/records"
)

// atOnce is how many rows go out in one statement: a statement costs more than a row does.
const atOnce = 32

// batches gathers rows for inserting statements, in one transaction. Rows stand in the tables once send was called.
type batches struct {
	conn  *sql.Tx
	known map[string]*batch // by the statement for one row
}

type batch struct {
	one  string // the statement for one row
	many *sql.Stmt
	args []any
	each int // arguments of a row
}

// insert sends a row, now or with those that follow. one is an INSERT of one row whose values
// are $1, $2 and so on, and nothing else.
func (b *batches) insert(ctx context.Context, one string, args ...any) error {
	rows := b.known[one]
	if rows == nil {
		many, err := b.conn.PrepareContext(ctx, records.Repeated(one, len(args), atOnce))
		if err != nil {
			return fmt.Errorf("preparing to write many rows: %w", err)
		}
		rows = &batch{one: one, many: many, each: len(args), args: make([]any, 0, len(args)*atOnce)}
		b.known[one] = rows
	}
	rows.args = append(rows.args, args...)
	if len(rows.args) < rows.each*atOnce {
		return nil
	}
	if _, err := rows.many.ExecContext(ctx, rows.args...); err != nil {
		return fmt.Errorf("writing many rows: %w", err)
	}
	rows.args = rows.args[:0]
	return nil
}

// send writes the rows that still wait.
func (b *batches) send(ctx context.Context) error {
	for _, rows := range b.known {
		for ; len(rows.args) > 0; rows.args = rows.args[rows.each:] {
			if _, err := b.conn.ExecContext(ctx, rows.one, rows.args[:rows.each]...); err != nil {
				return fmt.Errorf("writing the last of many rows: %w", err)
			}
		}
	}
	return nil
}
