-- +goose Up
-- The forms of the customers' pages that were sent lately: one that comes a second time is answered as the first was.
CREATE TABLE web_form (
  form TEXT PRIMARY KEY,            -- the hash of who sent it, where to, and every word of it
  leads_to TEXT NOT NULL,           -- where its sender was led; '' while it is being done
  taken_at BIGINT NOT NULL
);
CREATE INDEX web_form_taken ON web_form (taken_at);
