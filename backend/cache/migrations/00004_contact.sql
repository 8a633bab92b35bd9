-- +goose Up
-- The contact under which a command was made.
ALTER TABLE command ADD COLUMN contact TEXT NOT NULL DEFAULT '';
