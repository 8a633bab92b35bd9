-- +goose Up
-- The index has to be of the very expression that is asked: dashes, spaces and dots are left out.
DROP INDEX person_private_plain;
CREATE INDEX person_private_plain ON person_private (replace(replace(replace(upper(id_value), '-', ''), ' ', ''), '.', ''));
