-- What is kept of an account or of one person, handed to them in files: by ids and times only.
CREATE TABLE data_exports (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  what TEXT NOT NULL CHECK (what IN ('person', 'account')),
  -- The id of the person or the account.
  target TEXT NOT NULL,
  -- The first run of its chain.
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  -- When all its files are there.
  finished_at TEXT,
  -- From then on nobody fetches it, and the cron deletes its files.
  expires_at TEXT NOT NULL,
  -- When its run ended without finishing it, or another took its place.
  given_up_at TEXT,
  -- When its files were deleted.
  swept_at TEXT
) STRICT;

CREATE INDEX data_exports_of_account ON data_exports (account_id, id);
-- The same is made once at a time.
CREATE UNIQUE INDEX data_exports_open ON data_exports (account_id, what, target)
WHERE finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL;
CREATE INDEX data_exports_to_sweep ON data_exports (expires_at) WHERE swept_at IS NULL;

CREATE TABLE data_export_files (
  export_id TEXT NOT NULL REFERENCES data_exports (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  object_key TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL CHECK (size >= 0),
  sha256 TEXT NOT NULL,
  -- Rows, documents, and documents that the store has not any more.
  rows INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  PRIMARY KEY (export_id, number)
) STRICT, WITHOUT ROWID;
