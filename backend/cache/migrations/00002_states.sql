-- +goose Up
-- A command keeps what the CSR saw and which commands of theirs it goes after; it may be a draft, or held. The table is made
-- anew, as SQLite cannot change a check.
CREATE TABLE command_next (
  command_id TEXT PRIMARY KEY,
  place INTEGER NOT NULL UNIQUE,    -- the order in which the CSR made them
  n INTEGER UNIQUE,                 -- given when it is first sent; NULL also for one that is to be numbered anew
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  args TEXT NOT NULL,
  account TEXT NOT NULL,
  created_at INTEGER NOT NULL,      -- portal time, ms
  offline INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'queued', 'sent', 'applied', 'rejected', 'held', 'lapsed', 'discarded')),
  code TEXT NOT NULL, params TEXT NOT NULL,
  at_seq INTEGER NOT NULL,          -- the portal's clock when it was answered
  before TEXT NOT NULL, after TEXT NOT NULL, -- JSON: what the CSR saw and what it became
  expect TEXT NOT NULL DEFAULT '',  -- JSON: the values that the CSR saw in the fields that it writes, by field
  record TEXT NOT NULL DEFAULT '',  -- whose fields these are: the kind's number, a colon, the ID
  waits TEXT NOT NULL DEFAULT '',   -- the commands of the CSR's own that it goes after, joined by semicolons
  clock_offset INTEGER,             -- the desk's idea of the portal's time less its own when it was made; NULL: not known
  unsure INTEGER NOT NULL DEFAULT 0,-- when it was sent, the clock had been moved since it was made
  ended_at INTEGER NOT NULL DEFAULT 0 -- this computer's time when it was answered or discarded, ms
);
INSERT INTO command_next (command_id, place, n, kind, version, args, account, created_at, offline, state, code, params, at_seq, before, after, ended_at)
  SELECT command_id, place, n, kind, version, args, account, created_at, offline, state, code, params, at_seq, before, after,
    CASE WHEN state IN ('queued', 'sent') THEN 0 ELSE created_at END FROM command;
DROP TABLE command;
ALTER TABLE command_next RENAME TO command;
CREATE INDEX command_state ON command (state);
CREATE INDEX command_applied ON command (at_seq) WHERE state = 'applied'; -- those the replica may not show yet
ALTER TABLE desk ADD COLUMN key BLOB; -- the public half of the device's key; NULL for one that has none
