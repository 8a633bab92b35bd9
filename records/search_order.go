package records

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// gap is what stands between two neighbours when all are numbered anew.
const gap = 1 << 20

// order numbers rows so that the numbers' order is that of a text, and of a second column where texts are the same. A
// row that comes later takes the middle between its neighbours.
type order struct {
	table, number, text, second string
	// moves are the statements that give a row another number: $1 is the new one, $2 the old.
	moves []string
	// texts are the full-text tables that know rows by this number.
	texts []string
}

var byName = order{
	table: "search_doc", number: "pos", text: "name_order", second: "doc",
	moves: []string{
		"UPDATE search_place SET pos = $1 WHERE apos = (SELECT apos FROM search_doc WHERE pos = $2)",
		"UPDATE search_words SET pos = $1 WHERE pos = $2", "UPDATE search_doc SET pos = $1 WHERE pos = $2",
	},
	texts: []string{"search_all", "search_name", "search_billing"},
}

var byAddress = order{
	table: "search_place", number: "apos", text: "address_order", second: "pos",
	moves: []string{
		"UPDATE search_doc SET apos = $1 WHERE pos = (SELECT pos FROM search_place WHERE apos = $2)",
		"UPDATE search_place SET apos = $1 WHERE apos = $2",
	},
	texts: []string{"search_address"},
}

// spot gives a free number for a row, and makes room for it where there is none.
func (o order) spot(ctx context.Context, db Conn, text string, second any) (int64, error) {
	for {
		before, after, err := o.neighbours(ctx, db, text, second)
		if err != nil {
			return 0, err
		}
		switch {
		case !before.Valid && !after.Valid:
			return gap, nil
		case !after.Valid:
			return before.Int64 + gap, nil
		case !before.Valid:
			return after.Int64 - gap, nil
		}
		if middle := before.Int64 + (after.Int64-before.Int64)/2; middle > before.Int64 {
			return middle, nil
		}
		if err := o.spread(ctx, db, after.Int64); err != nil {
			return 0, err
		}
	}
}

// neighbours finds the numbers on both sides of a text by halving, so that no index on the texts is kept for it.
func (o order) neighbours(ctx context.Context, db Conn, text string, second any) (before, after sql.NullInt64, err error) {
	var low, high sql.NullInt64 // what is below low comes before, what is at high or above comes after
	ends := "SELECT min(" + o.number + "), max(" + o.number + ") FROM " + o.table
	if err := db.QueryRowContext(ctx, ends).Scan(&low, &high); err != nil {
		return before, after, fmt.Errorf("reading the order: %w", err)
	}
	if !low.Valid {
		return before, after, nil
	}
	probe := "SELECT " + o.number + ", (" + o.text + ", " + o.second + ") < ($1, $2) FROM " + o.table + " WHERE " + o.number + " >= $3 ORDER BY " + o.number + " LIMIT 1"
	lo, hi := low.Int64, high.Int64+1
	for lo < hi {
		mid := lo + (hi-lo)/2
		var number int64
		var less bool
		if err := db.QueryRowContext(ctx, probe, text, second, mid).Scan(&number, &less); err != nil {
			return before, after, fmt.Errorf("reading the order: %w", err)
		}
		if less {
			lo = number + 1
		} else {
			hi = mid
		}
	}
	err = db.QueryRowContext(ctx, "SELECT (SELECT max("+o.number+") FROM "+o.table+" WHERE "+o.number+" < $1), (SELECT min("+o.number+") FROM "+o.table+
		" WHERE "+o.number+" >= $1)", lo).Scan(&before, &after)
	if err != nil {
		return before, after, fmt.Errorf("reading the order: %w", err)
	}
	return before, after, nil
}

// spread numbers the rows around a used-up gap anew, as many of them as it takes to have room for a while.
func (o order) spread(ctx context.Context, db Conn, around int64) error {
	for many := 32; ; many *= 4 {
		window, err := o.window(ctx, db, around, many)
		if err != nil {
			return err
		}
		low, high, rows := window[0], window[len(window)-1], window[1:len(window)-1]
		step := (high - low) / int64(len(rows)+1)
		if step < 1<<10 {
			continue
		}
		return o.renumber(ctx, db, rows, low, step)
	}
}

// window reads the numbers of so many rows on both sides of one, between two that stay as they are: neighbours, or what
// lies so far out that there is room.
func (o order) window(ctx context.Context, db Conn, around int64, many int) ([]int64, error) {
	down, err := numbers(ctx, db, fmt.Sprintf("SELECT %s FROM %s WHERE %[1]s < $1 ORDER BY %[1]s DESC LIMIT $2", o.number, o.table), around, many+1)
	if err != nil {
		return nil, err
	}
	up, err := numbers(ctx, db, fmt.Sprintf("SELECT %s FROM %s WHERE %[1]s >= $1 ORDER BY %[1]s LIMIT $2", o.number, o.table), around, many+1)
	if err != nil {
		return nil, err
	}
	if len(down) <= many {
		down = append(down, slices.Min(append(down, around))-int64(many)*gap)
	}
	if len(up) <= many {
		up = append(up, slices.Max(append(up, around))+int64(many)*gap)
	}
	all := make([]int64, 0, len(down)+len(up))
	for i := len(down) - 1; i >= 0; i-- {
		all = append(all, down[i])
	}
	return append(all, up...), nil
}

// renumber gives rows the numbers low + step, low + 2 step and so on. They go out of the way first: a new number may be
// another row's old one.
func (o order) renumber(ctx context.Context, db Conn, rows []int64, low, step int64) error {
	const aside = -1 << 62
	for i, old := range rows {
		if err := o.move(ctx, db, old, aside+int64(i), "SELECT 'delete', ", old); err != nil {
			return err
		}
	}
	for i := range rows {
		number := low + int64(i+1)*step
		if err := o.move(ctx, db, aside+int64(i), number, "SELECT ", number); err != nil {
			return err
		}
	}
	return nil
}

// move gives a row another number; its full-text entries are taken out before, or put in after.
func (o order) move(ctx context.Context, db Conn, from, to int64, what string, at int64) error {
	texts := func() error {
		for _, t := range o.texts {
			into := " (rowid, "
			if what != "SELECT " {
				into = " (" + t + ", rowid, "
			}
			if _, err := db.ExecContext(ctx, "INSERT INTO "+t+into+textColumn[t]+") "+what+textOf[t]+" = $1", at); err != nil {
				return fmt.Errorf("numbering %s anew: %w", t, err)
			}
		}
		return nil
	}
	rows := func() error {
		for _, s := range o.moves {
			if _, err := db.ExecContext(ctx, s, to, from); err != nil {
				return fmt.Errorf("numbering anew: %w", err)
			}
		}
		return nil
	}
	if what == "SELECT " {
		return errors.Join(rows(), texts())
	}
	return errors.Join(texts(), rows())
}

func numbers(ctx context.Context, db Conn, query string, args ...any) ([]int64, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the order: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, fmt.Errorf("reading the order: %w", err)
		}
		all = append(all, n)
	}
	return all, rows.Err()
}
