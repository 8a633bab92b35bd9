-- +goose Up
-- The keys with which the portal signs what it says to the utility's other services. Backups leave them out: a portal that is restored
-- makes one anew.
CREATE TABLE signing_key (
  key_id TEXT PRIMARY KEY,       -- the thumbprint of the public half
  private TEXT NOT NULL,         -- PKCS #8 in base64
  made_at BIGINT NOT NULL,
  retired_at BIGINT NOT NULL     -- 0 while it signs
);
