-- +goose Up
-- Conversations with callers, what was promised to them, the catalogues of reasons, and how web users got in again.
CREATE TABLE contacts (
  contact_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  csr_id TEXT NOT NULL,             -- staff
  channel TEXT NOT NULL,
  reason TEXT NOT NULL,             -- reasons of the sort contact
  opened_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,        -- 0 while it lasts
  verified_level BIGINT NOT NULL,
  verified_by TEXT NOT NULL,
  override_reason TEXT NOT NULL,
  wrong_answers BIGINT NOT NULL,
  wrap_up TEXT NOT NULL,            -- reasons of the sort wrap_up
  offline BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX contacts_account ON contacts (account_number, opened_at);
CREATE INDEX contacts_csr ON contacts (csr_id, closed_at);

CREATE TABLE callbacks (
  callback_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  contact_id TEXT NOT NULL,         -- contacts
  csr_id TEXT NOT NULL,             -- staff
  due_at BIGINT NOT NULL,
  text TEXT NOT NULL,
  planned_by TEXT NOT NULL,         -- staff
  planned_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,          -- 0 until it is kept or dropped
  done_by TEXT NOT NULL,
  outcome TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX callbacks_account ON callbacks (account_number);
CREATE INDEX callbacks_csr ON callbacks (csr_id, done_at, due_at);

CREATE TABLE reasons (
  sort TEXT NOT NULL,
  reason_id TEXT NOT NULL,
  rank BIGINT NOT NULL,
  text_en TEXT NOT NULL,
  text_es TEXT NOT NULL,
  retired BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  PRIMARY KEY (sort, reason_id)
);

CREATE TABLE recoveries (
  recovery_id TEXT PRIMARY KEY,
  web_user_id TEXT NOT NULL,        -- web_users
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  given_by TEXT NOT NULL,
  given_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  revoked_at BIGINT NOT NULL,
  revoked_by TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX recoveries_web_user ON recoveries (web_user_id);

ALTER TABLE tasks ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN assignee TEXT NOT NULL DEFAULT '';     -- staff
ALTER TABLE tasks ADD COLUMN handled_by TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN handled_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE tasks ADD COLUMN words TEXT NOT NULL DEFAULT '';
ALTER TABLE activities ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN status_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE notifications ADD COLUMN history TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN contact_id TEXT NOT NULL DEFAULT '';
ALTER TABLE notes ADD COLUMN task_id TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_assignee ON tasks (assignee, status);
CREATE INDEX notes_task ON notes (task_id);
