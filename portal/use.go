package portal

import (
	"context"
	"fmt"
	"time"

	"meterside/care"
	"meterside/records"
)

// When a session was last used stands in the database, where every node finds it, and one that was started again. A page view must
// not cost a write each time, so a use is kept only where the one that is kept is keptEvery old: the last use is never longer after
// the kept one than that.

// keptEvery is how old the kept use of a session that ends after so long idle may become before the next use is kept.
func keptEvery(idle time.Duration) time.Duration { return min(time.Minute, idle/10) }

// keptLately says whether a use that was kept then need not be kept anew.
func keptLately(kept int64, now time.Time, idle time.Duration) bool {
	return now.UnixMilli()-kept < keptEvery(idle).Milliseconds()
}

// idled says whether a masquerade whose use was kept then has idled for too long: surely, as its last use may be keptEvery later. So it
// is ended by no node while it is used at another, and outlives its idle time by a minute at the most. The window closes it on time.
func idled(kept int64, now time.Time, idle time.Duration) bool {
	return kept != 0 && now.UnixMilli()-kept >= (idle+keptEvery(idle)).Milliseconds()
}

// openUses are the uses that are kept of the masquerades that are open.
func openUses(ctx context.Context, db records.Conn) (map[string]int64, error) {
	rows, err := db.QueryContext(ctx, "SELECT m.session_id, c.used_at FROM masquerades m JOIN masquerade_credential c ON c.session_id = m.session_id WHERE m.ended_at = 0")
	if err != nil {
		return nil, fmt.Errorf("reading when masquerades were used: %w", err)
	}
	defer func() { _ = rows.Close() }()
	uses := map[string]int64{}
	for rows.Next() {
		var session string
		var at int64
		if err := rows.Scan(&session, &at); err != nil {
			return nil, fmt.Errorf("reading when masquerades were used: %w", err)
		}
		uses[session] = at
	}
	return uses, rows.Err()
}

// useOf is the use that is kept of a masquerade among others. Of one whose credential is gone, as after a restore, nothing came after
// its start.
func useOf(m care.Masquerade, uses map[string]int64) int64 {
	if at, ok := uses[m.ID]; ok {
		return at
	}
	return m.StartedAt
}
