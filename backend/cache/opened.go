package cache

import (
	"context"
	"database/sql"
	"fmt"

	"meterside/records"
)

// openedKept is how many of the accounts that were opened last are remembered.
const openedKept = 10

// forgetOpened forgets which accounts were opened.
const forgetOpened = "DELETE FROM opened"

// Opened remembers that the CSR opened an account.
func (c *Cache) Opened(ctx context.Context, account string) error {
	return c.changing(ctx, "remembering what was opened", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO opened (account, at) SELECT $1, coalesce(max(at), 0) + 1 FROM opened WHERE 1
			ON CONFLICT (account) DO UPDATE SET at = excluded.at`, account); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "DELETE FROM opened WHERE account NOT IN (SELECT account FROM opened ORDER BY at DESC LIMIT $1)", openedKept)
		return err
	})
}

// LastOpened are the search rows of the accounts that the CSR opened last and that the desk still holds, the newest first.
func (c *Cache) LastOpened(ctx context.Context) ([]records.Hit, error) {
	rows, err := c.outbox.Read.QueryContext(ctx, "SELECT account FROM opened ORDER BY at DESC")
	if err != nil {
		return nil, fmt.Errorf("reading what was opened: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var numbers []string
	for rows.Next() {
		var number string
		if err := rows.Scan(&number); err != nil {
			return nil, fmt.Errorf("reading what was opened: %w", err)
		}
		numbers = append(numbers, number)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading what was opened: %w", err)
	}
	return records.Customers(ctx, c.Reader(), numbers)
}
