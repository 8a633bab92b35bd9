-- +goose Up
-- The tables that portal and desk both keep. One text for SQLite and PostgreSQL.
-- Every table ends with rv, the portal's clock at the row's last change, and scopes, where the row may be seen
-- (d:<district>, u:<user>, t:<team>, g for all), joined by ';'. Instants are milliseconds UTC, dates YYYY-MM-DD, money
-- is cents. References are named in comments: a desk may hold a row without its parent.

CREATE TABLE districts (
  district_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE staff (
  csr_id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,               -- csr, supervisor or admin
  team TEXT NOT NULL,
  districts TEXT NOT NULL,          -- district IDs joined by ';', or all
  active BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE policy (
  policy_key TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE premises (
  premise_id TEXT PRIMARY KEY,
  district_id TEXT NOT NULL,        -- districts
  address1 TEXT NOT NULL,
  unit TEXT NOT NULL,
  city TEXT NOT NULL,
  state TEXT NOT NULL,
  postal TEXT NOT NULL,
  latitude TEXT NOT NULL,
  longitude TEXT NOT NULL,
  kind TEXT NOT NULL,
  vacant BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE persons (
  person_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,               -- person or business
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  business_name TEXT NOT NULL,
  email TEXT NOT NULL,
  phone TEXT NOT NULL,
  language TEXT NOT NULL,
  id_type TEXT NOT NULL,
  id_last4 TEXT NOT NULL,           -- never more of an identifier than this
  prospect BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE accounts (
  account_number TEXT PRIMARY KEY,
  main_person_id TEXT NOT NULL,     -- persons
  premise_id TEXT NOT NULL,         -- premises
  district_id TEXT NOT NULL,        -- districts
  customer_class TEXT NOT NULL,
  status TEXT NOT NULL,             -- active or closed
  opened_on TEXT NOT NULL,
  closed_on TEXT NOT NULL,
  billing_address TEXT NOT NULL,
  autopay BOOLEAN NOT NULL,
  paperless BOOLEAN NOT NULL,
  nickname TEXT NOT NULL,
  balance_cents BIGINT NOT NULL,
  flags TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX accounts_premise ON accounts (premise_id);
CREATE INDEX accounts_main_person ON accounts (main_person_id);

CREATE TABLE account_persons (
  account_number TEXT NOT NULL,     -- accounts
  person_id TEXT NOT NULL,          -- persons
  relationship TEXT NOT NULL,
  financially_responsible BOOLEAN NOT NULL,
  ended_on TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  PRIMARY KEY (account_number, person_id)
);
CREATE INDEX account_persons_person ON account_persons (person_id);

CREATE TABLE web_users (
  web_user_id TEXT PRIMARY KEY,
  username TEXT NOT NULL,
  email TEXT NOT NULL,
  person_id TEXT NOT NULL,          -- persons
  enrolment TEXT NOT NULL,          -- pending or enrolled
  hidden BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX web_users_username ON web_users (username);
CREATE INDEX web_users_person ON web_users (person_id);

CREATE TABLE web_user_locks (
  web_user_id TEXT NOT NULL,        -- web_users
  lock TEXT NOT NULL,               -- password, csr or permanent
  locked_by TEXT NOT NULL,          -- staff, or '' for the portal
  locked_at BIGINT NOT NULL,
  reason TEXT NOT NULL,
  words TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  PRIMARY KEY (web_user_id, lock)
);

CREATE TABLE web_user_logons (
  web_user_id TEXT PRIMARY KEY,     -- web_users
  last_customer_logon BIGINT NOT NULL,
  last_csr_logon BIGINT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);

CREATE TABLE web_user_accounts (
  web_user_id TEXT NOT NULL,        -- web_users
  account_number TEXT NOT NULL,     -- accounts
  role TEXT NOT NULL,               -- owner, manager or viewer
  relationship TEXT NOT NULL,
  financially_responsible BOOLEAN NOT NULL,
  default_profile BOOLEAN NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  PRIMARY KEY (web_user_id, account_number)
);
CREATE INDEX web_user_accounts_account ON web_user_accounts (account_number);

CREATE TABLE bills (
  bill_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  issued_on TEXT NOT NULL,
  due_on TEXT NOT NULL,
  period_start TEXT NOT NULL,
  period_end TEXT NOT NULL,
  total_cents BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  unit TEXT NOT NULL,
  estimated BOOLEAN NOT NULL,
  segments TEXT NOT NULL,           -- JSON: line, service, description, quantity, unit, amount_cents
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX bills_account ON bills (account_number);

CREATE TABLE payments (
  payment_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  status TEXT NOT NULL,
  amount_cents BIGINT NOT NULL,
  method TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  effective_on TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX payments_account ON payments (account_number);

CREATE TABLE adjustments (
  adjustment_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  adjusted_on TEXT NOT NULL,
  kind TEXT NOT NULL,
  amount_cents BIGINT NOT NULL,
  description TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX adjustments_account ON adjustments (account_number);

CREATE TABLE usage (
  account_number TEXT NOT NULL,     -- accounts
  service TEXT NOT NULL,
  from_date TEXT NOT NULL,
  to_date TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  unit TEXT NOT NULL,
  quality TEXT NOT NULL,
  hdd BIGINT,                       -- heating degree days, where known
  cdd BIGINT,                       -- cooling degree days, where known
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  PRIMARY KEY (account_number, service, from_date)
);

CREATE TABLE tasks (
  task_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  account_number TEXT NOT NULL,     -- accounts
  web_user_id TEXT NOT NULL,        -- web_users: the Self-Service User ID
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL CHECK (created_by IN ('customer', 'csr', 'system')),
  origin TEXT NOT NULL,
  csr_id TEXT NOT NULL,             -- staff
  web_user_name TEXT NOT NULL,
  email TEXT NOT NULL,
  ip TEXT NOT NULL,
  session_id TEXT NOT NULL,         -- masquerades
  offline BOOLEAN NOT NULL,
  detail TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL,
  CHECK (created_by <> 'csr' OR csr_id <> '')
);
CREATE INDEX tasks_account ON tasks (account_number);
CREATE INDEX tasks_created ON tasks (created_by, created_at);

CREATE TABLE activities (
  activity_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  web_user_id TEXT NOT NULL,        -- web_users
  happened_at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL CHECK (actor <> ''),
  actor_kind TEXT NOT NULL,
  session_id TEXT NOT NULL,
  ip TEXT NOT NULL,
  desk TEXT NOT NULL,
  detail TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX activities_account ON activities (account_number, happened_at);

CREATE TABLE notifications (
  notification_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  web_user_id TEXT NOT NULL,        -- web_users
  template TEXT NOT NULL,
  address TEXT NOT NULL,
  sent_at BIGINT NOT NULL,
  status TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX notifications_account ON notifications (account_number);

CREATE TABLE notes (
  note_id TEXT PRIMARY KEY,
  account_number TEXT NOT NULL,     -- accounts
  text TEXT NOT NULL,
  written_by TEXT NOT NULL,         -- staff
  written_at BIGINT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX notes_account ON notes (account_number);

CREATE TABLE masquerades (
  session_id TEXT PRIMARY KEY,
  csr_id TEXT NOT NULL,             -- staff
  web_user_id TEXT NOT NULL,        -- web_users
  account_number TEXT NOT NULL,     -- accounts
  mode TEXT NOT NULL,
  reason TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  end_reason TEXT NOT NULL,
  desk TEXT NOT NULL,
  ip TEXT NOT NULL,
  rv BIGINT NOT NULL, scopes TEXT NOT NULL
);
CREATE INDEX masquerades_csr ON masquerades (csr_id, ended_at);
