package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"meterside/care"
)

// Mail is a message that was taken to be sent.
type Mail struct {
	ID          string // of the notification
	Tries       int    // this one counts
	Interrupted bool   // it was taken before, by one who never said what became of it: it may have been sent
	Restored    bool   // a backup brought it back: it may have been sent
	holder      string
}

// queueMail puts a new message in line, in the transaction that writes it.
func (i *index) queueMail(ctx context.Context, n *care.Notification) error {
	_, err := i.conn.ExecContext(ctx, `INSERT INTO mail (notification_id, epoch, due_at, tries, sending, interrupted, holder, until)
		VALUES ($1, (SELECT epoch FROM sync_clock), $2, 0, 0, 0, '', 0) ON CONFLICT DO NOTHING`, n.ID, n.SentAt)
	if err != nil {
		return fmt.Errorf("putting a message in line: %w", err)
	}
	return nil
}

// TakeMail takes the message that is due for the longest, so that nobody else takes it for a while; ok is false where none
// is due. Who takes one says what became of it by MailSent or MailLater.
func (s *Store) TakeMail(ctx context.Context, now time.Time, lease time.Duration) (m Mail, ok bool, err error) {
	m.holder = uuid.NewString()
	var epoch, current string
	// Who waited for another's statement finds the message taken, and nothing changed: the next one may still be due.
	for range takeTries {
		err = s.db.Write.QueryRowContext(ctx, `UPDATE mail SET holder = $1, until = $2, tries = tries + 1, interrupted = sending, sending = 1
			WHERE until < $3 AND notification_id = (SELECT notification_id FROM mail WHERE due_at <= $3 AND until < $3 ORDER BY due_at, notification_id LIMIT 1)
			RETURNING notification_id, tries, interrupted, epoch`, m.holder, now.Add(lease).UnixMilli(), now.UnixMilli()).
			Scan(&m.ID, &m.Tries, &m.Interrupted, &epoch)
		if !errors.Is(err, sql.ErrNoRows) {
			break
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	if err == nil {
		err = s.db.Write.QueryRowContext(ctx, "SELECT epoch FROM sync_clock").Scan(&current)
	}
	if err != nil {
		return m, false, fmt.Errorf("taking a message that is due: %w", err)
	}
	m.Restored = epoch != current
	return m, true, nil
}

const takeTries = 3

// MailDue says whether a message is due, without taking it.
func (s *Store) MailDue(ctx context.Context, now time.Time) (bool, error) {
	var one int
	err := s.db.Read.QueryRowContext(ctx, "SELECT 1 FROM mail WHERE due_at <= $1 AND until < $1 LIMIT 1", now.UnixMilli()).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for messages that are due: %w", err)
	}
	return true, nil
}

// MailSent takes a message out of the line. ok is false where somebody else has taken it meanwhile; what became of it is
// theirs to say then.
func (t *Tx) MailSent(m Mail) (ok bool, err error) {
	t.index.changes++
	return t.mailed("DELETE FROM mail WHERE notification_id = $1 AND holder = $2", m.ID, m.holder)
}

// MailLater leaves a message in line until an instant. ok is as with MailSent.
func (t *Tx) MailLater(m Mail, due time.Time) (ok bool, err error) {
	t.index.changes++
	return t.mailed("UPDATE mail SET due_at = $1, sending = 0, holder = '', until = 0 WHERE notification_id = $2 AND holder = $3", due.UnixMilli(), m.ID, m.holder)
}

func (t *Tx) mailed(statement string, args ...any) (bool, error) {
	res, err := t.Conn.ExecContext(t.ctx, statement, args...)
	if err != nil {
		return false, fmt.Errorf("keeping what became of a message: %w", err)
	}
	rows, err := res.RowsAffected()
	return rows == 1, err
}

// MailTold remembers that something was told of a message, for as long as somebody could tell it again. fresh is false
// where it was told before.
func (t *Tx) MailTold(mark string, now time.Time, keep time.Duration) (fresh bool, err error) {
	t.index.changes++
	if _, err := t.Conn.ExecContext(t.ctx, "DELETE FROM mail_told WHERE told_at < $1", now.Add(-keep).UnixMilli()); err != nil {
		return false, fmt.Errorf("forgetting what was told of messages: %w", err)
	}
	return t.mailed("INSERT INTO mail_told (mark, told_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", mark, now.UnixMilli())
}

// LinkLetters are the letters of a link that wait for the message which takes them to the customer; "" where the link
// ended, or they have left.
func (s *Store) LinkLetters(ctx context.Context, recoveryID string, now time.Time) (care.Secret, error) {
	var letters string
	err := s.db.Read.QueryRowContext(ctx, "SELECT token FROM recovery_secret WHERE recovery_id = $1 AND ends_at > $2", recoveryID, now.UnixMilli()).Scan(&letters)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("reading a link: %w", err)
	}
	return care.Secret(letters), nil
}

// ForgetLetters forgets a link's letters, once their message has left. The link goes on working until it ends.
func (t *Tx) ForgetLetters(recoveryID string) error {
	if _, err := t.Conn.ExecContext(t.ctx, "UPDATE recovery_secret SET token = '' WHERE recovery_id = $1", recoveryID); err != nil {
		return fmt.Errorf("forgetting a link's letters: %w", err)
	}
	return nil
}
