-- +goose Up
-- Which member of staff did what a message tells of, or made a payment, and the masquerade in which they did.
ALTER TABLE notifications ADD COLUMN csr_id TEXT NOT NULL DEFAULT '';      -- staff; '' for the customer and the portal
ALTER TABLE notifications ADD COLUMN session_id TEXT NOT NULL DEFAULT '' CHECK (session_id = '' OR csr_id <> ''); -- masquerades
ALTER TABLE payments ADD COLUMN csr_id TEXT NOT NULL DEFAULT '';           -- staff; '' for the customer, and what an import brought
ALTER TABLE payments ADD COLUMN session_id TEXT NOT NULL DEFAULT '' CHECK (session_id = '' OR csr_id <> '');      -- masquerades
