-- +goose Up
-- From when on customers are written to about bills and payments, in each history of the store: what came before was told by whoever
-- kept the accounts then.
CREATE TABLE bill_letters (
  epoch TEXT PRIMARY KEY,           -- of sync_clock
  seq BIGINT NOT NULL,              -- the last commit that is before
  begun_on TEXT NOT NULL            -- the utility's day
);

-- What is new, and what is due, is looked for every few minutes.
CREATE INDEX bills_issued ON bills (issued_on);
CREATE INDEX bills_due ON bills (due_on);
CREATE INDEX payments_effective ON payments (effective_on, created_at);
