package store

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"
)

// cleaned gives connections that clean their text. PostgreSQL stores no NUL and nothing that is not UTF-8, and ends the
// transaction of who asks it for either. Such text comes from nobody who means well; it is asked for, and stored, with the
// sign for what cannot be read in its place, so that what SQLite does not find is not found here either, and no desk's
// queue waits behind a fault.
type cleaned struct{ driver.Connector }

// Connect opens a connection.
func (c cleaned) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	if pg, ok := conn.(*stdlib.Conn); ok {
		return cleanConn{pg}, nil
	}
	return conn, nil
}

type cleanConn struct{ *stdlib.Conn }

// CheckNamedValue cleans one parameter; the driver takes it from there.
func (c cleanConn) CheckNamedValue(v *driver.NamedValue) error {
	if s, ok := v.Value.(string); ok {
		if s = strings.ToValidUTF8(s, "\uFFFD"); strings.IndexByte(s, 0) >= 0 {
			s = strings.ReplaceAll(s, "\x00", "\uFFFD")
		}
		v.Value = s
	}
	return c.Conn.CheckNamedValue(v)
}
