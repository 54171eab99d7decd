-- What an account's receipts taught about its merchants, and the categories of expenses.

ALTER TABLE expenses ADD COLUMN category TEXT;
-- Who chose or approved it; empty for one that was proposed and taken without a person.
ALTER TABLE expenses ADD COLUMN category_by TEXT;
CREATE INDEX expenses_categories ON expenses (account_id, category) WHERE category IS NOT NULL;

-- How the merchant of an expense was printed. Which merchants are known is asked of these rows, so that marking one as
-- undone takes back what it taught. Rows are never changed otherwise, but for a confirmation that comes later.
CREATE TABLE merchant_sightings (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The name as it was read, and its key; see tillroll.receipts.names.known_merchants.
  spelling TEXT,
  look_key TEXT,
  tax_id TEXT,
  merchant TEXT NOT NULL,
  merchant_key TEXT NOT NULL,
  -- Who approved or corrected it; empty where no person looked.
  confirmed_by TEXT,
  at TEXT NOT NULL,
  undone_at TEXT,
  undone_by TEXT
) STRICT;
CREATE INDEX merchant_sightings_by_look ON merchant_sightings (account_id, look_key) WHERE undone_at IS NULL;
CREATE INDEX merchant_sightings_by_tax_id ON merchant_sightings (account_id, tax_id) WHERE undone_at IS NULL;
CREATE INDEX merchant_sightings_by_merchant ON merchant_sightings (account_id, merchant_key) WHERE undone_at IS NULL;
