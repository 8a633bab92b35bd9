-- +goose Up
-- What meters counted, interval by interval. No desk holds it: it is given to a desk that asks for an account's period.
CREATE TABLE usage_series (
  account_number TEXT NOT NULL,     -- accounts
  series TEXT NOT NULL,             -- a short name for what brought it
  source TEXT NOT NULL,             -- the link of the meter reading in the file
  service TEXT NOT NULL,            -- electric, gas or water; '' where the file does not tell
  unit TEXT NOT NULL,               -- '' where it is unknown
  power INTEGER NOT NULL,           -- a value counts times ten to this
  reversed BOOLEAN NOT NULL,        -- from the customer into the grid
  PRIMARY KEY (account_number, series)
);

CREATE TABLE usage_interval (
  account_number TEXT NOT NULL,     -- accounts
  series TEXT NOT NULL,             -- usage_series
  starts_at BIGINT NOT NULL,        -- seconds since 1970, as meters tell it
  given BIGINT NOT NULL,            -- the length as the file gives it, which may be 0
  seconds BIGINT NOT NULL,          -- the length that is meant
  value BIGINT NOT NULL,
  cost BIGINT NOT NULL,             -- hundred-thousandths of the currency
  estimated BOOLEAN NOT NULL,
  PRIMARY KEY (account_number, series, starts_at, given)
);
