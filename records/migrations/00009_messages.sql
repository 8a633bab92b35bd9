-- +goose Up
-- What a message tells of, and why it has its status: in a word of ours, and in the mail server's own.
ALTER TABLE notifications ADD COLUMN about TEXT NOT NULL DEFAULT '';    -- a recovery, a payment, a task or a session
ALTER TABLE notifications ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE notifications ADD COLUMN words TEXT NOT NULL DEFAULT '';
CREATE INDEX notifications_about ON notifications (about);
