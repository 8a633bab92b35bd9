-- +goose Up
-- The accounts that the CSR opened last, to find them again; it goes when the cache is erased.
CREATE TABLE opened (
  account TEXT PRIMARY KEY,
  at INTEGER NOT NULL               -- counts up with each opening
);
