-- +goose Up
-- Whose a full identifier is: compared by its letters and digits, however people wrote the rest.
CREATE INDEX person_private_plain ON person_private (replace(replace(replace(upper(id_value), '.', ''), ' ', ''), '.', ''));
