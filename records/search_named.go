package records

import (
	"context"
	"encoding/json"
	"fmt"
)

// Customers gives the search rows of some accounts, in the order of their numbers as given. Those that cannot be found are
// left out.
func Customers(ctx context.Context, db Conn, numbers []string) ([]Hit, error) {
	all := []Hit{}
	list, err := json.Marshal(numbers)
	if err != nil || len(numbers) == 0 {
		return all, err
	}
	rows, err := db.QueryContext(ctx, `SELECT 0, w.statuses, w.district, d.shown FROM json_each($1) n CROSS JOIN search_doc d ON d.doc = 'a:' || n.value
		CROSS JOIN search_words w ON w.pos = d.pos ORDER BY n.key`, string(list))
	if err != nil {
		return nil, fmt.Errorf("finding accounts by their numbers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		h, _, err := scanHit(rows)
		if err != nil {
			return nil, err
		}
		h.Matched = ""
		all = append(all, h)
	}
	return all, rows.Err()
}
