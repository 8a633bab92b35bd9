-- What a desk's replica has beside the shared tables. The replica is disposable: another schema means a new file.
CREATE TABLE IF NOT EXISTS replica (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  server TEXT NOT NULL,             -- the portal that this is a replica of
  epoch TEXT NOT NULL,
  cursor INTEGER NOT NULL,          -- everything up to here, in the scopes, is in the file
  scopes TEXT NOT NULL,
  user TEXT NOT NULL,
  portal_time INTEGER NOT NULL      -- ms, when cursor was true
);

-- What the stored rows come to, by each scope that they name: their number and the sum of their digests, of which the
-- bits count. proved says that the portal gave the same for the scope as it is.
CREATE TABLE IF NOT EXISTS replica_digest (
  scope TEXT PRIMARY KEY,
  rows INTEGER NOT NULL, digest0 INTEGER NOT NULL, digest1 INTEGER NOT NULL,
  proved INTEGER NOT NULL
) WITHOUT ROWID;

-- How far the replica is known to be the portal's view, and since when it is known not to be.
CREATE TABLE IF NOT EXISTS replica_proof (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  cursor INTEGER NOT NULL, at INTEGER NOT NULL,             -- every held scope was what the portal said
  read_cursor INTEGER NOT NULL, read_at INTEGER NOT NULL,   -- the file, read whole, was what had been stored
  doubt TEXT NOT NULL,              -- stream or file: what was found to differ; '' for nothing
  doubt_at INTEGER NOT NULL         -- portal time, as every instant here, ms
);

-- Answers, in the transaction of the rows that they caused; copied to the outbox after.
CREATE TABLE IF NOT EXISTS answers (
  command_id TEXT PRIMARY KEY,
  outcome TEXT NOT NULL, code TEXT NOT NULL, params TEXT NOT NULL, at_seq INTEGER NOT NULL
);

-- The untouched original of each row that a pending command changed; body is NULL where there was no row.
CREATE TABLE IF NOT EXISTS originals (
  kind INTEGER NOT NULL, id TEXT NOT NULL, body BLOB, rv INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;

-- One document for each account, each person without one, each vacant premise. The text columns are folded.
CREATE TABLE IF NOT EXISTS search_doc (
  pos INTEGER PRIMARY KEY,
  doc TEXT NOT NULL UNIQUE,         -- a:<account>, p:<person>, v:<premise>
  kind TEXT NOT NULL,               -- customer, prospect, contact or premise
  account_number TEXT NOT NULL, person_id TEXT NOT NULL, premise_id TEXT NOT NULL, district_id TEXT NOT NULL,
  status TEXT NOT NULL,             -- the default profile's portal status
  statuses INTEGER NOT NULL,        -- bits of every web user's status
  exact TEXT NOT NULL,              -- what a caller gives whole: number and emails, each between line feeds
  address TEXT NOT NULL, name TEXT NOT NULL, billing TEXT NOT NULL, folded TEXT NOT NULL,
  address_order TEXT NOT NULL, name_order TEXT NOT NULL,
  display_name TEXT NOT NULL, display_address TEXT NOT NULL, building TEXT NOT NULL, email TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS search_doc_name ON search_doc (name_order);
CREATE INDEX IF NOT EXISTS search_doc_number ON search_doc (account_number);
CREATE VIRTUAL TABLE IF NOT EXISTS search_text USING fts5 (
  folded, content = 'search_doc', content_rowid = 'pos', tokenize = 'trigram', detail = 'none'
);
