-- +goose Up
-- Every row of what somebody did names who it was, whatever writes it. SQLite adds no rule to a table that stands, but a column brings
-- its own along: nothing is ever put into these.
ALTER TABLE tasks ADD COLUMN named BOOLEAN CHECK (origin <> 'masquerade' OR created_by = 'csr' AND csr_id <> '' AND session_id <> '');
ALTER TABLE notes ADD COLUMN named BOOLEAN CHECK (written_by <> '');
ALTER TABLE contacts ADD COLUMN named BOOLEAN CHECK (csr_id <> '');
ALTER TABLE recoveries ADD COLUMN named BOOLEAN CHECK (given_by <> '');
ALTER TABLE masquerades ADD COLUMN named BOOLEAN CHECK (csr_id <> '');
