-- +goose Up
-- The kinds of letters that a customer does not want by email; those about security cannot be among them.
ALTER TABLE web_users ADD COLUMN unwanted TEXT NOT NULL DEFAULT ''; -- joined by ';'
