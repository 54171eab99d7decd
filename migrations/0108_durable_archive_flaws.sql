-- A file of the archive that is not in the object store as it was written, until it is again.
CREATE TABLE archive_flaws (
  object_key TEXT PRIMARY KEY,
  -- Of a range of the audit, or of a bundle with its account.
  range_number INTEGER REFERENCES archive_ranges (number),
  bundle_id INTEGER,
  account_id TEXT,
  flaw TEXT NOT NULL CHECK (flaw IN ('missing', 'differs')),
  found_at TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  CHECK ((range_number IS NULL) = (bundle_id IS NOT NULL AND account_id IS NOT NULL))
) STRICT;
CREATE INDEX archive_flaws_by_account ON archive_flaws (account_id) WHERE account_id IS NOT NULL;
