-- +goose Up
-- What a device signed, kept beside the answer, so that who asked for a change can be shown. A command that is handed in
-- again under another number keeps its one verdict: numbers are guarded by the device's count.
ALTER TABLE device ADD COLUMN key BYTEA;        -- the public half; NULL for a device that never had one
ALTER TABLE verdict ADD COLUMN signed BYTEA;    -- the exact bytes
ALTER TABLE verdict ADD COLUMN signature BYTEA;
DROP INDEX verdict_number;
