-- +goose Up
-- What the rows of each scope come to: their number and the sum of their digests in two lanes, of which the bits count
-- and not the sign. head is the number of the last commit that changed the scope.
CREATE TABLE sync_scope (
  scope TEXT PRIMARY KEY,
  rows BIGINT NOT NULL,
  digest0 BIGINT NOT NULL,
  digest1 BIGINT NOT NULL,
  head BIGINT NOT NULL
);

-- Deletions up to the floor are forgotten: a desk whose cursor is below it begins anew.
ALTER TABLE sync_clock ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;
CREATE INDEX sync_change_left ON sync_change (seq) WHERE body IS NULL;

-- Where the clock stood when, so that a floor is known to be a day old.
CREATE TABLE sync_mark (
  seq BIGINT PRIMARY KEY,
  at_time BIGINT NOT NULL
);

-- A revoked desk erases itself at its next contact; 0 for one that is not.
ALTER TABLE device ADD COLUMN revoked_at BIGINT NOT NULL DEFAULT 0;
