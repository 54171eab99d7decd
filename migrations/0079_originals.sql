-- Whether photos are stored as they came, or without what their files tell beside the pixels; empty: as they came.
ALTER TABLE accounts ADD COLUMN originals TEXT CHECK (originals IN ('kept', 'bare'));
-- When the stored photo was replaced by one without it; empty again where the same bytes were handed in once more.
ALTER TABLE receipts ADD COLUMN bare_at TEXT;
CREATE INDEX receipts_not_bare ON receipts (account_id, id) WHERE bare_at IS NULL;
