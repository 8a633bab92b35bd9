package store

import "meterside/care"

// What stands beside the records, in tables that no desk ever sees.

// SetPrivate keeps a person's birth date and full identifier.
func (c *Chunk) SetPrivate(personID, born, idValue string) error {
	c.beside = true
	return c.rows.insert(c.ctx, `INSERT INTO person_private (person_id, born, id_value) VALUES ($1, $2, $3)
		ON CONFLICT (person_id) DO UPDATE SET born = excluded.born, id_value = excluded.id_value`, personID, born, idValue)
}

// SetFailedSignIns sets the count of a web user's failed sign-ins. The password stays as it is.
func (c *Chunk) SetFailedSignIns(webUserID string, count int64) error {
	c.beside = true
	return c.rows.insert(c.ctx, `INSERT INTO web_user_secret (web_user_id, password_hash, failed_attempts) VALUES ($1, $2, $3)
		ON CONFLICT (web_user_id) DO UPDATE SET failed_attempts = excluded.failed_attempts`, webUserID, "", count)
}

// Imported is what SetImported kept of a record, or nil.
func (c *Chunk) Imported(kind care.Kind, id string) ([]byte, error) {
	var body []byte
	_, err := c.Find([]any{&body}, "SELECT body FROM imported WHERE kind = $1 AND id = $2", int64(kind), id)
	return body, err
}

// SetImported keeps the values that an import brought for a record.
func (c *Chunk) SetImported(kind care.Kind, id string, body []byte) error {
	c.beside = true
	return c.rows.insert(c.ctx, `INSERT INTO imported (kind, id, body) VALUES ($1, $2, $3)
		ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body`, int64(kind), id, body)
}
