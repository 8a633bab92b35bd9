package main

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"meterside/care"
	"meterside/portal"
	"meterside/portal/store/storetest/pgtest"
	"meterside/records"
)

// ground is where commands are decided: a database for the portal, and another one, as full, for the floor.
type ground struct {
	suffix  string // of the figures' names
	missing string // why there is none
	portal  string
	// raw writes work by prepared statements, size commands to a transaction, and says how long that took. Nothing is
	// looked up, checked or encoded: the rows are ready before the clock runs.
	raw func(ctx context.Context, work [][]rawWrite, size int) (time.Duration, error)
	// end takes everything away; it gives err, or else what went wrong with that.
	end func(err error) error
}

// settled makes the town of commands in a database.
func settled(ctx context.Context, database string) error {
	p, err := portal.Open(ctx, database)
	if err != nil {
		return err
	}
	return errors.Join(commandTown(ctx, p), p.Close())
}

func (b *bench) onSQLite(ctx context.Context) (*ground, error) {
	g := &ground{portal: filepath.Join(b.dir, "commands")}
	if err := settled(ctx, g.portal); err != nil {
		return nil, err
	}
	bare := filepath.Join(b.dir, "commands-bare.db")
	if err := copyFile(filepath.Join(g.portal, "portal.db"), bare); err != nil {
		return nil, err
	}
	db, err := openBare(bare, records.Durable, cacheKB)
	if err != nil {
		return nil, err
	}
	g.raw = func(_ context.Context, work [][]rawWrite, size int) (time.Duration, error) {
		return rawCommands(work, size, func(writes []rawWrite) error {
			for _, w := range writes {
				if err := db.exec(w.statement, w.args...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	g.end = func(err error) error { return errors.Join(err, db.close(), os.RemoveAll(g.portal), removeDB(bare)) }
	return g, nil
}

// onPostgres is a PostgreSQL server of its own, whose commits wait for the disk. The floor is pgx with nothing around it,
// which prepares each statement once.
func onPostgres(ctx context.Context) (*ground, error) {
	g := &ground{suffix: "_postgres"}
	server, err := pgtest.Start(true)
	if errors.Is(err, pgtest.ErrMissing) {
		g.missing = err.Error()
		return g, nil
	}
	if err != nil {
		return nil, err
	}
	var databases [2]string
	for i := range databases {
		if databases[i], _, err = server.Database(ctx); err == nil {
			err = settled(ctx, databases[i])
		}
		if err != nil {
			return nil, errors.Join(err, server.Stop())
		}
	}
	conn, err := pgx.Connect(ctx, databases[1])
	if err != nil {
		return nil, errors.Join(fmt.Errorf("connecting: %w", err), server.Stop())
	}
	g.portal = databases[0]
	g.raw = func(ctx context.Context, work [][]rawWrite, size int) (time.Duration, error) {
		return rawCommands(work, size, func(writes []rawWrite) error {
			for _, w := range writes {
				if _, err := conn.Exec(ctx, numbered(w.statement), w.arguments()...); err != nil {
					return fmt.Errorf("writing: %w", err)
				}
			}
			return nil
		})
	}
	g.end = func(err error) error { return errors.Join(err, conn.Close(ctx), server.Stop()) }
	return g, nil
}

// rawCommands writes commands in transactions of size.
func rawCommands(work [][]rawWrite, size int, write func([]rawWrite) error) (time.Duration, error) {
	took, n := time.Now(), 0
	for ; n < len(work); n += size {
		all := []rawWrite{{statement: "BEGIN"}, {statement: "UPDATE sync_clock SET seq = seq + 1"}}
		for _, writes := range work[n:min(n+size, len(work))] {
			all = append(all, writes...)
		}
		if err := write(append(all, rawWrite{statement: "COMMIT"})); err != nil {
			return 0, err
		}
	}
	return time.Since(took), nil
}

type rawWrite struct {
	statement string
	args      []driver.Value
}

func (w rawWrite) arguments() []any {
	all := make([]any, len(w.args))
	for i := range w.args {
		all[i] = w.args[i]
	}
	return all
}

const (
	rawChange = `INSERT INTO sync_change (kind, id, scope, seq, body) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (kind, id, scope) DO UPDATE SET seq = excluded.seq, body = excluded.body`
	rawVerdict = `INSERT INTO verdict (command_id, device_id, n, kind, outcome, code, params, at_seq, at_time, signed, signature) VALUES (?, ?, ?, ?, ?, '', '', ?, ?, ?, ?)`
)

// rawCommand is what the i-th change of preferences writes: the device's count, the account, its task and its activity, a
// line of the change index for each scope that they stand in, and the verdict.
func rawCommand(i int, env care.Envelope, device string) ([]rawWrite, error) {
	seq, n := env.N+1, commandNumber(i)
	task, activity := "T-"+env.ID, "A-"+env.ID
	detail := fmt.Sprintf(`{"nickname":{"before":%q,"after":%q}}`, commandNickname(i-commandAccounts), commandNickname(i))
	inDistrict := care.Meta{RV: seq, Scopes: care.List{"d:D01"}}
	all := []rawWrite{{"UPDATE device SET last_n = ? WHERE device_id = ? AND last_n = ?", []driver.Value{env.N, device, env.N - 1}}}
	for _, rec := range []care.Record{
		&care.Account{Number: n, DistrictID: "D01", MainPersonID: "P" + n, PremiseID: "S" + n, CustomerClass: "residential", Status: "active", OpenedOn: "2020-01-01", BillingAddress: "12 Main St, Barre", Nickname: commandNickname(i), Meta: inDistrict},
		&care.Task{ID: task, Sort: "nickname.changed", Status: "complete", Account: n, WebUserID: "W" + n, CreatedAt: today.UnixMilli(), CreatedBy: care.ByCSR, Origin: care.OriginDesk, CSRID: commandCSR, IP: "127.0.0.1", Detail: detail, Meta: care.Meta{RV: seq, Scopes: care.List{"d:D01", "t:T1"}}},
		&care.Activity{ID: activity, Account: n, WebUserID: "W" + n, At: today.UnixMilli(), Sort: "preferences.changed", Actor: commandCSR, ActorKind: care.ByCSR, IP: "127.0.0.1", Desk: device, Detail: detail, Meta: inDistrict},
	} {
		values, err := plainValues(records.Values(rec))
		if err != nil {
			return nil, err
		}
		body, err := records.Encode(rec)
		if err != nil {
			return nil, err
		}
		all = append(all, rawWrite{records.PutSQL(rec.RecordKind()), values})
		for _, scope := range rec.RecordMeta().Scopes {
			all = append(all, rawWrite{rawChange, []driver.Value{int64(rec.RecordKind()), rec.RecordID(), scope, seq, body}})
		}
	}
	var signed, signature driver.Value
	if env.Proof != nil {
		signed, signature = env.Proof.Bytes, env.Proof.Signature
	}
	return append(all, rawWrite{rawVerdict, []driver.Value{env.ID, device, env.N, env.Kind, "applied", seq, today.UnixMilli(), signed, signature}}), nil
}

// numbered gives the parameters of a statement numbers, as PostgreSQL wants them.
func numbered(statement string) string {
	parts := strings.Split(statement, "?")
	if len(parts) == 1 {
		return statement
	}
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			fmt.Fprintf(&b, "$%d", i)
		}
		b.WriteString(part)
	}
	return b.String()
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("copying a database: %w", err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		return fmt.Errorf("copying a database: %w", err)
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
