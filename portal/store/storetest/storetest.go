// Package storetest holds the portal's store to its word on SQLite and on PostgreSQL: its tests are one suite, run over
// both.
package storetest

import (
	"testing"

	"meterside/portal/store/storetest/pgtest"
)

// Databases runs a test once for each kind of database, each time with the address of an empty one. What runs where
// PostgreSQL is missing says so and is skipped there.
func Databases(t *testing.T, fn func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, t.TempDir()) })
	t.Run("postgres", func(t *testing.T) { fn(t, pgtest.Database(t)) })
}
