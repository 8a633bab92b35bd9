package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"meterside/care"
	"meterside/records"
)

// How much is kept of imports. The report that an import writes itself has all of it.
const (
	keptImports = 200    // runs
	keptRefused = 10_000 // refused rows of each
	keptLetters = 300    // of each text
)

// BeginImport notes that an import began under a lease, and forgets the oldest ones.
func (s *Store) BeginImport(ctx context.Context, l *Lease, run care.ImportRun) error {
	return s.beside(ctx, func(tx *sql.Tx) error {
		for _, step := range []struct {
			query string
			args  []any
		}{
			{`INSERT INTO import_run (run_id, sort, source, started_by, started_at, ended_at, problem, files, refused)
				VALUES ($1, $2, $3, $4, $5, 0, '', '{}', 0)`, []any{l.holder, run.Sort, shortened(run.Source), shortened(run.By), run.Started}},
			{"DELETE FROM import_run WHERE run_id NOT IN (SELECT run_id FROM import_run ORDER BY started_at DESC, run_id LIMIT $1)", []any{keptImports}},
			{"DELETE FROM import_refused WHERE run_id NOT IN (SELECT run_id FROM import_run)", nil},
		} {
			if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
				return fmt.Errorf("noting that an import began: %w", err)
			}
		}
		return nil
	})
}

// EndImport keeps what became of the import that ran under a lease; problem is "" for one that came to its end, and why says it in
// every language.
func (s *Store) EndImport(ctx context.Context, l *Lease, report care.ImportReport, problem string, why care.Error, at time.Time) error {
	files, err := json.Marshal(report.Files)
	if err != nil {
		return fmt.Errorf("keeping the report of an import: %w", err)
	}
	kept := report.Refused[:min(len(report.Refused), keptRefused)]
	return s.beside(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "UPDATE import_run SET ended_at = $1, problem = $2, code = $3, params = $4, files = $5, refused = $6 WHERE run_id = $7",
			at.UnixMilli(), shortened(problem), string(why.Code), paramsKept(why.Params), string(files), len(kept), l.holder); err != nil {
			return fmt.Errorf("keeping the report of an import: %w", err)
		}
		rows := batches{conn: tx, known: map[string]*batch{}}
		for n, r := range kept {
			if err := rows.insert(ctx, "INSERT INTO import_refused (run_id, n, file, line, field, problem, code, params) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
				l.holder, n+1, shortened(r.File), r.Line, shortened(r.Field), shortened(r.Problem), string(r.Code), paramsKept(r.Params)); err != nil {
				return err
			}
		}
		return rows.send(ctx)
	})
}

// beside runs fn in a transaction that changes no record, so that the clock stays where it is.
func (s *Store) beside(ctx context.Context, fn func(*sql.Tx) error) error {
	tx, err := s.db.begin(ctx)
	if err != nil {
		return fmt.Errorf("beginning a change: %w", err)
	}
	if err := fn(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// shortened bounds a text that is kept for people.
func shortened(text string) string {
	letters := []rune(text)
	return string(letters[:min(len(letters), keptLetters)])
}

// paramsKept are the parameters of a problem, each bounded, as they are stored.
func paramsKept(params map[string]string) string {
	kept := make(map[string]string, len(params))
	for name, value := range params {
		kept[name] = shortened(value)
	}
	return care.Detail(kept)
}

// paramsRead are parameters as paramsKept wrote them.
func paramsRead(kept string) (params map[string]string, err error) {
	if err := json.Unmarshal([]byte(kept), &params); err != nil {
		return nil, fmt.Errorf("reading what was wrong with an import: %w", err)
	}
	if len(params) == 0 {
		return nil, nil
	}
	return params, nil
}

// Imports are the imports that are kept, the newest first.
func Imports(ctx context.Context, db records.Conn) ([]care.ImportReport, error) {
	return imports(ctx, db, "ORDER BY started_at DESC, run_id")
}

// ImportReport is what became of an import, with at most some of the refused rows that follow the first after.
func ImportReport(ctx context.Context, db records.Conn, id string, after, most int) (care.ImportReport, error) {
	found, err := imports(ctx, db, "WHERE run_id = $2", id)
	if err != nil {
		return care.ImportReport{}, err
	}
	if len(found) == 0 {
		return care.ImportReport{}, care.Err(care.CodeNotFound, "what", "import", "id", id)
	}
	r := found[0]
	rows, err := db.QueryContext(ctx, "SELECT file, line, field, problem, code, params FROM import_refused WHERE run_id = $1 AND n > $2 ORDER BY n LIMIT $3", id, after, most)
	if err != nil {
		return r, fmt.Errorf("reading refused rows: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var row care.RefusedRow
		var params string
		if err := rows.Scan(&row.File, &row.Line, &row.Field, &row.Problem, &row.Code, &params); err != nil {
			return r, fmt.Errorf("reading refused rows: %w", err)
		}
		if row.Params, err = paramsRead(params); err != nil {
			return r, err
		}
		r.Refused = append(r.Refused, row)
	}
	if next := after + len(r.Refused); next < r.Kept {
		r.Next = next
	}
	return r, rows.Err()
}

// imports reads runs. One that has not ended and holds no lease any more broke off.
func imports(ctx context.Context, db records.Conn, tail string, args ...any) ([]care.ImportReport, error) {
	rows, err := db.QueryContext(ctx, `SELECT run_id, sort, source, started_by, started_at, ended_at, problem, code, params, files, refused,
		EXISTS (SELECT 1 FROM lease WHERE holder = run_id AND until > $1) FROM import_run `+tail, append([]any{time.Now().UnixMilli()}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("reading imports: %w", err)
	}
	defer func() { _ = rows.Close() }()
	all := []care.ImportReport{}
	for rows.Next() {
		r := care.ImportReport{Refused: []care.RefusedRow{}}
		var files []byte
		var params string
		var runs bool
		if err := rows.Scan(&r.ID, &r.Sort, &r.Source, &r.By, &r.Started, &r.Ended, &r.Problem, &r.Code, &params, &files, &r.Kept, &runs); err != nil {
			return nil, fmt.Errorf("reading imports: %w", err)
		}
		if err := json.Unmarshal(files, &r.Files); err != nil {
			return nil, fmt.Errorf("reading the report of import %s: %w", r.ID, err)
		}
		if r.Params, err = paramsRead(params); err != nil {
			return nil, err
		}
		for _, t := range r.Files {
			r.Rows.Add(t)
		}
		r.State = stateOf(r, runs)
		all = append(all, r)
	}
	return all, rows.Err()
}

func stateOf(r care.ImportReport, runs bool) string {
	switch {
	case r.Ended == 0 && runs:
		return care.ImportRunning
	case r.Ended == 0:
		return care.ImportBroken
	case r.Problem != "":
		return care.ImportFailed
	case r.Rows.Refused > 0:
		return care.ImportInPart
	}
	return care.ImportDone
}
