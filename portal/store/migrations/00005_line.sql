-- +goose Up
-- The history of the database server itself, where it tells: another one is another epoch.
ALTER TABLE sync_clock ADD COLUMN line TEXT NOT NULL DEFAULT '';
