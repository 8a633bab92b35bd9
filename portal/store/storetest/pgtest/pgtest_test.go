package pgtest

import (
	"database/sql"
	"testing"
)

func TestEachTestHasADatabaseOfItsOwn(t *testing.T) {
	for range 2 {
		db, err := sql.Open("pgx", Database(t))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := db.ExecContext(t.Context(), "CREATE TABLE mine (n BIGINT)"); err != nil {
			t.Error(err)
		}
		var ordered string
		if err := db.QueryRowContext(t.Context(), "SELECT string_agg(w, ' ' ORDER BY w) FROM (VALUES ('b'), ('B'), ('a'), ('A')) AS words (w)").Scan(&ordered); err != nil {
			t.Error(err)
		}
		if ordered != "a A b B" {
			t.Errorf("text is ordered %q: by bytes, a column that forgot to say so would go unseen", ordered)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}
