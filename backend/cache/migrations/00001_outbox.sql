-- +goose Up
-- The precious half of a desk: what the CSR did and typed. Nothing here can be had again from the portal.
CREATE TABLE IF NOT EXISTS desk (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  device TEXT NOT NULL,
  last_n INTEGER NOT NULL,          -- the number given last to a command
  clock_offset INTEGER NOT NULL DEFAULT 0 -- the portal's time less this computer's, ms, when they last spoke
);
CREATE TABLE IF NOT EXISTS command (
  command_id TEXT PRIMARY KEY,
  place INTEGER NOT NULL UNIQUE,    -- the order in which the CSR made them
  n INTEGER UNIQUE,                 -- given when it is first sent
  kind TEXT NOT NULL,
  version INTEGER NOT NULL,
  args TEXT NOT NULL,
  account TEXT NOT NULL,
  created_at INTEGER NOT NULL,      -- portal time, ms
  offline INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'applied', 'rejected', 'lapsed', 'discarded')),
  code TEXT NOT NULL, params TEXT NOT NULL,
  at_seq INTEGER NOT NULL,          -- the portal's clock when it was answered
  before TEXT NOT NULL, after TEXT NOT NULL  -- JSON: what the CSR saw and what it became
);
CREATE INDEX IF NOT EXISTS command_state ON command (state);
CREATE INDEX IF NOT EXISTS command_applied ON command (at_seq) WHERE state = 'applied'; -- those the replica may not show yet
CREATE TABLE IF NOT EXISTS draft (
  account TEXT PRIMARY KEY,
  text TEXT NOT NULL,
  at INTEGER NOT NULL
);
