-- +goose Up
-- What a caller answered rightly, by name: each fact counts once.
ALTER TABLE contacts ADD COLUMN facts TEXT NOT NULL DEFAULT '';
