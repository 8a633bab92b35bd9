-- +goose Up
-- What a reset link or a recovery code is known by. token is a link's own letters until its message is sent, '' of a code.
CREATE TABLE recovery_secret (
  recovery_id TEXT PRIMARY KEY,     -- recoveries
  hash TEXT NOT NULL,
  token TEXT NOT NULL,
  ends_at BIGINT NOT NULL
);
