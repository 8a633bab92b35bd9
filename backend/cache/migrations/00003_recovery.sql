-- +goose Up
-- When the replica was found to differ and fetched anew. It stands here, as the replica itself goes with it.
CREATE TABLE recovery (
  doubt_at INTEGER PRIMARY KEY,     -- portal time when it was found, ms
  reason TEXT NOT NULL,
  at INTEGER NOT NULL               -- portal time when it was decided to fetch it anew, ms
);
