package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"meterside/records"
)

// BillLetters says from when on customers are written to about bills and payments.
type BillLetters struct {
	Seq     int64  // the last commit that is before
	BegunOn string // the utility's day, YYYY-MM-DD
}

// BeginBillLetters begins the letters about bills and payments in the store's history, on a day, unless they have begun. They do not
// begin while there is nothing to write of, nor while an import runs: all that the first one brings is of before.
func (s *Store) BeginBillLetters(ctx context.Context, on string) error {
	_, err := s.db.Write.ExecContext(ctx, `INSERT INTO bill_letters (epoch, seq, begun_on) SELECT epoch, seq, $1 FROM sync_clock
		WHERE (EXISTS (SELECT 1 FROM bills) OR EXISTS (SELECT 1 FROM payments)) AND NOT EXISTS (SELECT 1 FROM lease WHERE name = 'import' AND until >= $2)
		ON CONFLICT DO NOTHING`, on, time.Now().UnixMilli())
	if err != nil {
		return fmt.Errorf("beginning the letters about bills: %w", err)
	}
	return nil
}

// BillLettersBegun says since when there are letters about bills and payments; ok is false where they have not begun.
func BillLettersBegun(ctx context.Context, db records.Conn) (b BillLetters, ok bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT seq, begun_on FROM bill_letters WHERE epoch = (SELECT epoch FROM sync_clock)").Scan(&b.Seq, &b.BegunOn)
	if errors.Is(err, sql.ErrNoRows) {
		return b, false, nil
	}
	if err != nil {
		return b, false, fmt.Errorf("reading since when there are letters about bills: %w", err)
	}
	return b, true, nil
}
