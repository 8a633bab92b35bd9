package store

import (
	"context"
	"fmt"

	"meterside/care"
	"meterside/records"
)

// Meter is a series of intervals as the store keeps it.
type Meter struct {
	Account, ID string
	Source      string // the link of the meter reading in the file that brought it
	Service     string
	Unit        string
	Power       int
	Reversed    bool
}

// Counted is one interval as the store keeps it. Given is its length as a file has it, which may be 0; Seconds is meant.
type Counted struct {
	Start, Given, Seconds, Value, Cost int64
	Estimated                          bool
}

// SetMeter keeps what a series is.
func (c *Chunk) SetMeter(m Meter) error {
	c.beside = true
	return c.rows.insert(c.ctx, `INSERT INTO usage_series (account_number, series, source, service, unit, power, reversed) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (account_number, series) DO UPDATE SET source = excluded.source, service = excluded.service, unit = excluded.unit,
		power = excluded.power, reversed = excluded.reversed`, m.Account, m.ID, m.Source, m.Service, m.Unit, m.Power, m.Reversed)
}

// SetCounted keeps an interval. One chunk must not give the same one twice.
func (c *Chunk) SetCounted(m Meter, i Counted) error {
	c.beside = true
	return c.rows.insert(c.ctx, `INSERT INTO usage_interval (account_number, series, starts_at, given, seconds, value, cost, estimated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (account_number, series, starts_at, given) DO UPDATE SET seconds = excluded.seconds, value = excluded.value,
		cost = excluded.cost, estimated = excluded.estimated`, m.Account, m.ID, i.Start, i.Given, i.Seconds, i.Value, i.Cost, i.Estimated)
}

// Meters are an account's series, by their names.
func Meters(ctx context.Context, db records.Conn, account string) ([]Meter, error) {
	rows, err := db.QueryContext(ctx, "SELECT account_number, series, source, service, unit, power, reversed FROM usage_series WHERE account_number = $1 ORDER BY series", account)
	if err != nil {
		return nil, fmt.Errorf("reading an account's meters: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Meter
	for rows.Next() {
		var m Meter
		if err := rows.Scan(&m.Account, &m.ID, &m.Source, &m.Service, &m.Unit, &m.Power, &m.Reversed); err != nil {
			return nil, fmt.Errorf("reading an account's meters: %w", err)
		}
		all = append(all, m)
	}
	return all, rows.Err()
}

// CountedOf are a series' intervals that start at first or later and before end, the oldest first, no more than most.
func CountedOf(ctx context.Context, db records.Conn, m Meter, first, end int64, most int) ([]Counted, error) {
	rows, err := db.QueryContext(ctx, `SELECT starts_at, given, seconds, value, cost, estimated FROM usage_interval
		WHERE account_number = $1 AND series = $2 AND starts_at >= $3 AND starts_at < $4 ORDER BY starts_at, given LIMIT $5`, m.Account, m.ID, first, end, most)
	if err != nil {
		return nil, fmt.Errorf("reading intervals: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []Counted
	for rows.Next() {
		var i Counted
		if err := rows.Scan(&i.Start, &i.Given, &i.Seconds, &i.Value, &i.Cost, &i.Estimated); err != nil {
			return nil, fmt.Errorf("reading intervals: %w", err)
		}
		all = append(all, i)
	}
	return all, rows.Err()
}

// Counted are a series' intervals in the chunk's transaction, as CountedOf has them.
func (c *Chunk) Counted(m Meter, first, end int64, most int) ([]Counted, error) {
	return CountedOf(c.ctx, c.Conn, m, first, end, most)
}

// Meters are an account's series in the chunk's transaction.
func (c *Chunk) Meters(account string) ([]Meter, error) { return Meters(c.ctx, c.Conn, account) }

// UsageOf are an account's rows of usage of a service in the chunk's transaction, the oldest first.
func (c *Chunk) UsageOf(account, service string) ([]care.Usage, error) {
	return records.Select[care.Usage](c.ctx, c.Conn, "WHERE account_number = $1 AND service = $2 ORDER BY from_date", account, service)
}
