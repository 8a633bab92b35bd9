-- +goose Up
-- Whether a member of staff is signed in at a desk is looked for with each page of a masquerade.
CREATE INDEX desk_session_csr ON desk_session (csr_id);
