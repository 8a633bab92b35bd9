-- +goose Up
-- Whose a mailbox is: who forgot their user name knows it, in whatever capitals.
CREATE INDEX web_users_mailbox ON web_users (lower(email));

-- What a link of a message is known by.
CREATE INDEX recovery_secret_hash ON recovery_secret (hash);
