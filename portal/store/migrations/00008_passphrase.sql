-- +goose Up
-- A word that the utility agreed on with a customer, to know them by.
ALTER TABLE person_private ADD COLUMN passphrase TEXT NOT NULL DEFAULT '';
