-- +goose Up
-- What is wrong with a row or a run, as a code with its parameters: its words are said in the reader's language. What was kept before
-- has none, and its English words.
ALTER TABLE import_refused ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE import_refused ADD COLUMN params TEXT NOT NULL DEFAULT '{}';
ALTER TABLE import_run ADD COLUMN code TEXT NOT NULL DEFAULT '';
ALTER TABLE import_run ADD COLUMN params TEXT NOT NULL DEFAULT '{}';
