package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"meterside/records"
)

// accountsOpened are so many that a twentieth of them is more than a few.
const accountsOpened = 200

// theirs are a web user's rows, of those who may act for an account.
const theirs = " WHERE web_user_id IN (SELECT web_user_id FROM web_user_accounts WHERE account_number = ?)"

// rowsOfAccount read what a console shows: the same rows in no order, and nothing made of them.
var rowsOfAccount = []string{
	"SELECT * FROM accounts WHERE account_number = ?",
	"SELECT * FROM districts WHERE district_id = (SELECT district_id FROM accounts WHERE account_number = ?)",
	"SELECT * FROM premises WHERE premise_id = (SELECT premise_id FROM accounts WHERE account_number = ?)",
	"SELECT * FROM account_persons WHERE account_number = ?",
	"SELECT * FROM persons WHERE person_id IN (SELECT main_person_id FROM accounts WHERE account_number = ?1 UNION SELECT person_id FROM account_persons WHERE account_number = ?1)",
	"SELECT account_number FROM accounts WHERE main_person_id = (SELECT main_person_id FROM accounts WHERE account_number = ?)",
	"SELECT * FROM web_users" + theirs,
	"SELECT * FROM web_user_accounts" + theirs,
	"SELECT * FROM web_user_locks" + theirs,
	"SELECT * FROM web_user_logons" + theirs,
	"SELECT * FROM recoveries" + theirs,
	"SELECT * FROM tasks" + theirs + " AND status IN ('open', 'in_progress')",
	"SELECT * FROM bills WHERE account_number = ?",
	"SELECT * FROM payments WHERE account_number = ?",
	"SELECT * FROM adjustments WHERE account_number = ?",
	"SELECT * FROM notifications WHERE account_number = ?",
	"SELECT * FROM notes WHERE account_number = ?",
	"SELECT * FROM usage WHERE account_number = ?",
	"SELECT * FROM tasks WHERE account_number = ? LIMIT 10",
	"SELECT * FROM activities WHERE account_number = ? LIMIT 10",
}

// accounts measures opening an account from the replica, all that the window shows of it at first, beside reading the same
// rows and nothing else. Each time it is another account; which of the two is first changes with each.
func (b *bench) accounts(ctx context.Context, t town, d *desk) error {
	b.progress("%s town: opening %d accounts", t.name, accountsOpened)
	numbers, err := someAccounts(d, accountsOpened)
	if err != nil {
		return err
	}
	path, err := d.replica()
	if err != nil {
		return err
	}
	db, err := openBare(path, records.Disposable, cacheKB)
	if err != nil {
		return err
	}
	var took, floor samples
	rows := 0
	shown := func(number string) error {
		began := time.Now()
		_, err := d.Show(ctx, number)
		took.add(time.Since(began), time.Millisecond)
		return err
	}
	read := func(number string) error {
		began := time.Now()
		for _, query := range rowsOfAccount {
			if err := db.each(query, func([]driver.Value) error { rows++; return nil }, number); err != nil {
				return err
			}
		}
		floor.add(time.Since(began), time.Millisecond)
		return nil
	}
	err = b.profiled(t.figure("open_account"), func() error {
		for i, number := range numbers {
			first, second := shown, read
			if i%2 == 1 {
				first, second = read, shown
			}
			if err := errors.Join(first(number), second(number)); err != nil {
				return err
			}
		}
		return nil
	})
	if err := errors.Join(err, db.close()); err != nil {
		return fmt.Errorf("opening accounts: %w", err)
	}
	about := fmt.Sprintf("of %d accounts, %d rows each in the mean", t.accounts, rows/len(numbers))
	b.report.add(t.figure("open_account_p50"), "ms", took.at(.5), floor.at(.5), len(took), about)
	b.report.add(t.figure("open_account_p95"), "ms", took.at(.95), floor.at(.95), len(took), about)
	return nil
}
