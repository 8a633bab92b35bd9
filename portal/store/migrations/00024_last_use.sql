-- +goose Up
-- When a session was last used, in ms, as every node of the portal and one that was started again goes by. It may be a minute behind: see
-- Portal.CustomerActor and MasqueradeActor. 0 of a session that was open before this was kept: it counts from its next page on.
ALTER TABLE web_session ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE masquerade_credential ADD COLUMN used_at BIGINT NOT NULL DEFAULT 0;

-- Which masquerades are open, and when they were used, is looked for every few seconds.
CREATE INDEX masquerades_open ON masquerades (session_id) WHERE ended_at = 0;
CREATE INDEX masquerade_credential_session ON masquerade_credential (session_id);
