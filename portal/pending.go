package portal

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"meterside/care"
	"meterside/portal/store"
)

// ValidateElsewhere sends who registered, is pending and knows their password a new link to an address, which is theirs from then on:
// one that was mistyped can never be confirmed. The links of before end. It refuses a wrong password as SignInCustomer does, who is
// enrolled with CodeAlreadyEnrolled, and more links within a day than care.MostNewEmails with CodeTooManyEmails, as each may go to a
// stranger. Whether another web user has the address is nobody's to know.
func (p *Portal) ValidateElsewhere(ctx context.Context, username, password, email, ip string) error {
	email = strings.TrimSpace(email)
	if email == "" {
		return care.Err(care.CodeMissing, "field", "email")
	}
	if !care.IsAddress(email) {
		return care.Err(care.CodeInvalid, "field", "email", "problem", "is not an email address")
	}
	return p.withPassword(ctx, strings.TrimSpace(username), password, ip, uuid.NewString(), func(tx *store.Tx, user care.WebUser) error {
		const sent = "FROM notifications WHERE web_user_id = $1 AND template = $2"
		lately := 0
		err := tx.Conn.QueryRowContext(ctx, "SELECT count(*) "+sent+" AND sent_at > $3", user.ID, care.TemplateValidation, tx.Now().Add(-24*time.Hour).UnixMilli()).Scan(&lately)
		if err != nil {
			return fmt.Errorf("counting links to validate an address: %w", err)
		}
		if lately >= care.MostNewEmails {
			return care.Err(care.CodeTooManyEmails, "most", strconv.Itoa(care.MostNewEmails))
		}
		if _, err := tx.Conn.ExecContext(ctx, "DELETE FROM recovery_secret WHERE recovery_id IN (SELECT notification_id "+sent+")", user.ID, care.TemplateValidation); err != nil {
			return fmt.Errorf("ending the links of before: %w", err)
		}
		return care.RegisterElsewhere(tx, user.ID, email)
	})
}
