-- +goose Up
-- The contact in which a CSR asked for a masquerade, '' for none. How far its caller was verified counts inside as well, and what is
-- changed there belongs to it.
ALTER TABLE masquerade_ticket ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
ALTER TABLE masquerade_credential ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
