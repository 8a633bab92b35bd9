-- What was asked of the portal and is kept for a while, beside the replica's own tables. All of it is disposable: another
-- schema means a new file.
CREATE TABLE IF NOT EXISTS held (
  account TEXT PRIMARY KEY,
  scopes TEXT NOT NULL,             -- of the account: it goes with them
  whole INTEGER NOT NULL,           -- its console can be shown: the desk does not hold it otherwise
  at INTEGER NOT NULL,              -- when it was asked for, ms
  used INTEGER NOT NULL             -- when it was looked at last, ms
);
-- Which rows an account brought; one may have come with several.
CREATE TABLE IF NOT EXISTS held_row (
  account TEXT NOT NULL, kind INTEGER NOT NULL, id TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (account, kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS held_row_record ON held_row (kind, id);
-- From where to where an account's history is here without a gap: [older, newer). An end has nothing older.
CREATE TABLE IF NOT EXISTS cover (
  account TEXT NOT NULL, what TEXT NOT NULL,
  newer_at INTEGER NOT NULL, newer_rv INTEGER NOT NULL, newer_id TEXT NOT NULL,
  older_at INTEGER NOT NULL, older_rv INTEGER NOT NULL, older_id TEXT NOT NULL,
  ended INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS cover_account ON cover (account, what);
-- What an account's meters counted in a period, as the portal gave it.
CREATE TABLE IF NOT EXISTS held_interval (
  account TEXT NOT NULL,
  from_day TEXT NOT NULL, to_day TEXT NOT NULL,
  at INTEGER NOT NULL,              -- when it was asked for, ms
  body BLOB NOT NULL,
  PRIMARY KEY (account, from_day)
) WITHOUT ROWID;
