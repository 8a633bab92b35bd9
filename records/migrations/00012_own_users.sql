-- +goose Up
-- The user names on the customers' portal that are a member of staff's own: nobody acts as one of these.
ALTER TABLE staff ADD COLUMN own_users TEXT NOT NULL DEFAULT ''; -- joined by ';'
