-- +goose Up
-- The messages that wait to be sent: written with the message itself, gone once it is known what became of it.
CREATE TABLE mail (
  notification_id TEXT PRIMARY KEY, -- notifications
  epoch TEXT NOT NULL,              -- the history in which it was put here; what a backup brings back may have been sent
  due_at BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  sending BIGINT NOT NULL,          -- 1 from when it is taken until it is known what became of it
  interrupted BIGINT NOT NULL,      -- 1 where it was taken before by one who never said
  holder TEXT NOT NULL,             -- who has taken it
  until BIGINT NOT NULL             -- and for how long nobody else may
);
CREATE INDEX mail_due ON mail (due_at);

-- Whether messages of before were sent is not known.
INSERT INTO mail (notification_id, epoch, due_at, tries, sending, interrupted, holder, until)
  SELECT notification_id, '', sent_at, 0, 0, 0, '', 0 FROM notifications WHERE status = 'queued';

-- What others told of messages lately, so that nobody tells it a second time.
CREATE TABLE mail_told (
  mark TEXT PRIMARY KEY,
  told_at BIGINT NOT NULL
);
