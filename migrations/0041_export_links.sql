-- Links by which anybody gets the files of an export until they expire.

CREATE TABLE export_links (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  export_id TEXT NOT NULL REFERENCES exports (id),
  -- SHA-256 of the token, which is shown once.
  hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX export_links_by_export ON export_links (export_id, id);
