-- +goose Up
-- What only one may do at a time, on whatever node. A lease that was not renewed in time is over: its holder has ended.
CREATE TABLE lease (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  since BIGINT NOT NULL,
  until BIGINT NOT NULL
);
