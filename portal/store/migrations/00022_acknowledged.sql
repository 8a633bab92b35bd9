-- +goose Up
-- What was acknowledged before a masquerade in this sign-in at a desk: the language and the beginning of the text's SHA-256.
ALTER TABLE desk_session ADD COLUMN acknowledged TEXT NOT NULL DEFAULT '';
