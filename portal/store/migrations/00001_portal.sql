-- +goose Up
-- What only the portal keeps. Secrets stand in tables of their own, which no desk ever sees.

CREATE TABLE sync_clock (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  server TEXT NOT NULL,             -- this installation, for good
  epoch TEXT NOT NULL,              -- changes when history was rewound, as by a restore
  seq BIGINT NOT NULL               -- the number of the last commit
);

-- The last change of every row in every scope: the way out. body is the encoded row, NULL for a row that left.
CREATE TABLE sync_change (
  kind SMALLINT NOT NULL,
  id TEXT NOT NULL,
  scope TEXT NOT NULL,
  seq BIGINT NOT NULL,
  body BYTEA,
  PRIMARY KEY (kind, id, scope)
);
CREATE INDEX sync_change_scope ON sync_change (scope, seq);

CREATE TABLE device (
  device_id TEXT PRIMARY KEY,
  csr_id TEXT NOT NULL,             -- staff
  last_n BIGINT NOT NULL,           -- the number of the last command that was answered
  cursor BIGINT NOT NULL,           -- what the desk said it has
  seen_at BIGINT NOT NULL
);

CREATE TABLE verdict (
  command_id TEXT PRIMARY KEY,
  device_id TEXT NOT NULL,
  n BIGINT NOT NULL,
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT NOT NULL,
  params TEXT NOT NULL,             -- JSON
  at_seq BIGINT NOT NULL,
  at_time BIGINT NOT NULL
);
CREATE INDEX verdict_device ON verdict (device_id, at_seq);
CREATE UNIQUE INDEX verdict_number ON verdict (device_id, n);

CREATE TABLE staff_secret (
  csr_id TEXT PRIMARY KEY,          -- staff
  password_hash TEXT NOT NULL
);

CREATE TABLE desk_session (
  token_hash TEXT PRIMARY KEY,
  csr_id TEXT NOT NULL,             -- staff
  device_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);

CREATE TABLE person_private (
  person_id TEXT PRIMARY KEY,       -- persons
  born TEXT NOT NULL,
  id_value TEXT NOT NULL
);

CREATE TABLE web_user_secret (
  web_user_id TEXT PRIMARY KEY,     -- web_users
  password_hash TEXT NOT NULL,
  failed_attempts INTEGER NOT NULL
);

CREATE TABLE web_session (
  token_hash TEXT PRIMARY KEY,
  web_user_id TEXT NOT NULL,        -- web_users
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX web_session_user ON web_session (web_user_id);

CREATE TABLE masquerade_ticket (
  ticket_hash TEXT PRIMARY KEY,
  verifier_hash TEXT NOT NULL,
  session_id TEXT NOT NULL,         -- masquerades
  expires_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL
);
CREATE INDEX masquerade_ticket_session ON masquerade_ticket (session_id);

CREATE TABLE masquerade_credential (
  credential_hash TEXT PRIMARY KEY,
  session_id TEXT NOT NULL          -- masquerades
);

-- The values of a row at its last import: an import writes only what changed since then, and what was changed here stays.
CREATE TABLE imported (
  kind SMALLINT NOT NULL,
  id TEXT NOT NULL,
  body BYTEA NOT NULL,
  PRIMARY KEY (kind, id)
);
