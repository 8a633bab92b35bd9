package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// TakeForm says whether a form comes for the first time; then nobody else gets it. Else it gives where the first one's sender
// was led, "" where it is not done yet.
func (s *Store) TakeForm(ctx context.Context, form string, now time.Time) (first bool, leadsTo string, err error) {
	err = s.db.Read.QueryRowContext(ctx, "SELECT leads_to FROM web_form WHERE form = $1", form).Scan(&leadsTo)
	if err == nil {
		return false, leadsTo, nil
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return false, "", fmt.Errorf("looking for a form: %w", err)
	}
	rows, err := s.formed(ctx, "INSERT INTO web_form (form, leads_to, taken_at) VALUES ($1, '', $2) ON CONFLICT DO NOTHING", form, now.UnixMilli())
	return rows == 1, "", err
}

// SettleForm keeps where the sender of a form that was taken is led. One that leads nowhere was not done, and may come again.
func (s *Store) SettleForm(ctx context.Context, form, leadsTo string) error {
	var err error
	if leadsTo == "" {
		_, err = s.formed(ctx, "DELETE FROM web_form WHERE form = $1 AND leads_to = ''", form)
	} else {
		_, err = s.formed(ctx, "UPDATE web_form SET leads_to = $1 WHERE form = $2", leadsTo, form)
	}
	return err
}

// ForgetForms forgets the forms that came before a time.
func (s *Store) ForgetForms(ctx context.Context, before time.Time) error {
	_, err := s.formed(ctx, "DELETE FROM web_form WHERE taken_at < $1", before.UnixMilli())
	return err
}

func (s *Store) formed(ctx context.Context, statement string, args ...any) (int64, error) {
	res, err := s.db.Write.ExecContext(ctx, statement, args...)
	if err != nil {
		return 0, fmt.Errorf("keeping a form: %w", err)
	}
	return res.RowsAffected()
}
