-- +goose Up
-- What became of each import. A run bears the name under which it held the lease: while it does, it runs.
CREATE TABLE import_run (
  run_id TEXT PRIMARY KEY,
  sort TEXT NOT NULL,
  source TEXT NOT NULL,
  started_by TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,       -- 0 until then
  problem TEXT NOT NULL,
  files TEXT NOT NULL,            -- JSON: the rows of each file
  refused BIGINT NOT NULL         -- rows in import_refused
);
CREATE TABLE import_refused (
  run_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  file TEXT NOT NULL,
  line BIGINT NOT NULL,
  field TEXT NOT NULL,
  problem TEXT NOT NULL,
  PRIMARY KEY (run_id, n)
);
