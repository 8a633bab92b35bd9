package store

import (
	"context"
	"database/sql"
	"fmt"
)

// notices is the channel on which the nodes of one database tell each other things.
const notices = "meterside"

// Tell tells the other nodes of this database something that nobody keeps, in less than 8000 bytes. One's own node hears it
// too. On SQLite, which has one node, it does nothing.
func (s *Store) Tell(ctx context.Context, said string) error {
	if s.db.hear == nil {
		return nil
	}
	if _, err := s.db.Read.ExecContext(ctx, "SELECT pg_notify($1, $2)", notices, said); err != nil {
		return fmt.Errorf("telling the other nodes: %w", err)
	}
	return nil
}

// Hear gives heard what is told by Tell from now on, until ctx ends or the connection does. On SQLite it only waits.
func (s *Store) Hear(ctx context.Context, heard func(said string)) error {
	if s.db.hear == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	return s.db.hear(ctx, heard)
}

// hearPostgres listens on a connection of its own: one that waits serves nobody else.
func hearPostgres(ctx context.Context, db *sql.DB, heard func(said string)) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("listening to the other nodes: %w", err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(ctx, "LISTEN "+notices); err != nil {
		return fmt.Errorf("listening to the other nodes: %w", err)
	}
	return conn.Raw(func(driver any) error {
		for {
			n, err := driver.(cleanConn).Conn.Conn().WaitForNotification(ctx)
			if err != nil {
				return fmt.Errorf("listening to the other nodes: %w", err)
			}
			heard(n.Payload)
		}
	})
}
