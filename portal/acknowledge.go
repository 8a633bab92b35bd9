package portal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"meterside/care"
)

// shift says whether the asker acknowledged the text that the start names before in this shift, where policy wants it once a
// shift; and keeps what they acknowledge now. A shift is a member of staff's latest sign-in at a desk: it lasts until they sign in
// anew there, at most as long as a desk's session does.
func (a *asked) shift(ctx context.Context, start *care.StartMasquerade) error {
	policy, err := a.tx.Policy()
	if err != nil || policy.Get("masquerade.acknowledge") != care.AcknowledgeOnce {
		return err
	}
	var signIn, earlier string
	err = a.tx.Conn.QueryRowContext(ctx, `SELECT token_hash, acknowledged FROM desk_session WHERE csr_id = $1 AND device_id = $2 AND expires_at > $3
		ORDER BY created_at DESC, token_hash LIMIT 1`, a.actor.ID, a.actor.Desk, a.now.UnixMilli()).Scan(&signIn, &earlier)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading what was acknowledged: %w", err)
	}
	if !start.Acknowledged {
		if earlier != "" && earlier == start.Ack {
			start.AcknowledgedEarlier()
		}
		return nil
	}
	if _, err := a.tx.Conn.ExecContext(ctx, "UPDATE desk_session SET acknowledged = $1 WHERE token_hash = $2", start.Ack, signIn); err != nil {
		return fmt.Errorf("keeping what was acknowledged: %w", err)
	}
	return nil
}
