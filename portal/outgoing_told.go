package portal

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"meterside/care"
	"meterside/portal/store"
	"meterside/records"
)

// after holds, for each status that others tell, those after which it says something new. What was never sent has no fate
// that others could know.
var after = map[string][]string{
	care.NotificationDeferred: {care.NotificationAccepted},
	care.NotificationDelivered: {
		care.NotificationAccepted, care.NotificationDeferred, care.NotificationUnknown, care.NotificationBounced,
	},
	care.NotificationOpened: {
		care.NotificationAccepted, care.NotificationDeferred, care.NotificationUnknown, care.NotificationBounced, care.NotificationDelivered,
	},
	care.NotificationBounced: {
		care.NotificationAccepted, care.NotificationDeferred, care.NotificationUnknown, care.NotificationDelivered,
	},
}

func follows(before, told string) bool { return slices.Contains(after[told], before) }

// sameAddress compares as mail servers do: the host in any case, and as they name it, which is how the message left. Most do so with
// the name, too.
func sameAddress(a, b string) bool { return strings.EqualFold(asSent(a), asSent(b)) }

// asSent is an address with its host in the letters that mail servers use.
func asSent(address string) string {
	address = strings.TrimSpace(address)
	name, host, _ := strings.Cut(address, "@")
	if ascii, err := idna.Lookup.ToASCII(host); err == nil {
		return name + "@" + ascii
	}
	return address
}

// reminding is how long before its end an unused link is reminded of, as a part of its life.
const reminding = 4

// RemindRecoveries puts a reminder in line for each reset link that nobody has used when a quarter of its life is left (R49).
// It says how many. Of a recovery code nobody is reminded by mail: it is for those who cannot reach theirs.
func (p *Portal) RemindRecoveries(ctx context.Context) (int, error) {
	now := p.Now()
	due, err := p.unreminded(ctx, p.Store.Reader(), now)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	_, err = p.Store.Update(ctx, mailing(now), func(tx *store.Tx) error {
		// Another node may have been faster: it counts what stands in this transaction.
		if due, err = p.unreminded(ctx, tx.Conn, now); err != nil {
			return err
		}
		for _, r := range due {
			user, err := care.Find[care.WebUser](tx, r.WebUserID)
			if err != nil {
				return err
			}
			if err := care.Post(tx, user, care.Message{Template: care.TemplateReminder, About: r.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	return len(due), err
}

// unreminded are the live links that are to be reminded of now.
func (p *Portal) unreminded(ctx context.Context, db records.Conn, now time.Time) ([]care.Recovery, error) {
	return records.Select[care.Recovery](ctx, db, `WHERE kind = $1 AND used_at = 0 AND revoked_at = 0 AND ends_at > $2
		AND (ends_at - $2) * $3 <= ends_at - given_at
		AND EXISTS (SELECT 1 FROM web_users u WHERE u.web_user_id = recoveries.web_user_id AND u.email <> '')
		AND NOT EXISTS (SELECT 1 FROM notifications n WHERE n.about = recoveries.recovery_id AND n.template = $4)
		ORDER BY given_at, recovery_id LIMIT 100`, care.RecoverByLink, now.UnixMilli(), reminding, care.TemplateReminder)
}
