-- Links by which whoever is to pay a claim sees it, and answers, until they expire.

CREATE TABLE claim_links (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  -- SHA-256 of the token, which is shown once.
  hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX claim_links_by_claim ON claim_links (run_id, id);
