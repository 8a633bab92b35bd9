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

-- While there are originals: the place in the outbox up to which every command was run over them, in order.
CREATE TABLE IF NOT EXISTS laid (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  through INTEGER NOT NULL
);

-- One document for each account, each person without one, each vacant premise. pos is the document's rank by name, with
-- gaps: what is read by pos is read in the order of names. apos is its rank by address.
CREATE TABLE IF NOT EXISTS search_doc (
  pos INTEGER PRIMARY KEY,
  apos INTEGER,                     -- NULL where there is no address
  doc TEXT NOT NULL UNIQUE,         -- a:<account>, p:<person>, v:<premise>
  name_order TEXT NOT NULL,         -- folded
  shown TEXT NOT NULL               -- a row of the result, its fields joined by U+001F
);

-- What is looked through for a query, and nothing else: many fit on a page. The texts are folded. U+001F, twice, stands
-- before each part that one or two letters find, U+001E around what a caller gives whole.
CREATE TABLE IF NOT EXISTS search_words (
  pos INTEGER PRIMARY KEY,
  statuses INTEGER NOT NULL,        -- bits of every web user's status
  district TEXT NOT NULL,
  address TEXT NOT NULL,
  name TEXT NOT NULL,
  billing TEXT NOT NULL,            -- '' where it is the service address
  rest TEXT NOT NULL                -- what a caller gives whole, IDs, phones
);
CREATE TABLE IF NOT EXISTS search_place (
  apos INTEGER PRIMARY KEY,
  pos INTEGER NOT NULL,
  address_order TEXT NOT NULL       -- folded
);

CREATE VIEW IF NOT EXISTS search_all_of AS
  SELECT pos, address || ' ' || name || ' ' || billing || ' ' || rest AS folded FROM search_words;
CREATE VIEW IF NOT EXISTS search_address_of AS
  SELECT p.apos, w.address FROM search_place p JOIN search_words w ON w.pos = p.pos;
CREATE VIRTUAL TABLE IF NOT EXISTS search_all USING fts5 (
  folded, content = 'search_all_of', content_rowid = 'pos', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_address USING fts5 (
  address, content = 'search_address_of', content_rowid = 'apos', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_name USING fts5 (
  name, content = 'search_words', content_rowid = 'pos', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_billing USING fts5 (
  billing, content = 'search_words', content_rowid = 'pos', tokenize = 'trigram case_sensitive 1', detail = 'none', columnsize = 0
);

-- The documents that a change made stale, newest last. The indexer follows after the commit; they survive a crash.
CREATE TABLE IF NOT EXISTS search_dirty (
  at INTEGER PRIMARY KEY,
  doc TEXT NOT NULL UNIQUE          -- x: for the traces of what left
);

-- The lists over all accounts: each status is one run in the order in which its rows are shown, and holds every filter.
CREATE INDEX IF NOT EXISTS tasks_query ON tasks (status, created_at, task_id, created_by, kind, csr_id, assignee);
CREATE INDEX IF NOT EXISTS tasks_csr ON tasks (csr_id, created_at, task_id);
CREATE INDEX IF NOT EXISTS tasks_web_user ON tasks (web_user_id, status);
CREATE INDEX IF NOT EXISTS persons_phone ON persons (substr(phone, -10)); -- a phone that a caller gives whole
CREATE INDEX IF NOT EXISTS payments_query ON payments (status, effective_on, payment_id, method, amount_cents);
