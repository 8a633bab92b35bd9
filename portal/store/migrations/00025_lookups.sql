-- +goose Up
-- The accounts that a CSR opened outside of any contact: how many within an hour is asked at each.
CREATE INDEX activities_looked_up ON activities (actor, happened_at) WHERE kind = 'account.viewed' AND contact_id = '';
