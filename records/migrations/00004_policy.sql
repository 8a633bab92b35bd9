-- +goose Up
-- Who set a key, and when: it is what explains why somebody may not do something.
ALTER TABLE policy ADD COLUMN changed_by TEXT NOT NULL DEFAULT '';  -- staff
ALTER TABLE policy ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
