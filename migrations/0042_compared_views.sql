-- Accounts in which something happened, for the nightly comparison of their views. `is_due` is 1 from the event until the
-- comparison; `disagrees` says what differed then, and is NULL where all views agreed.
CREATE TABLE compared_views (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  is_due INTEGER NOT NULL CHECK (is_due IN (0, 1)),
  compared_on TEXT,
  disagrees TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX compared_views_due ON compared_views (account_id) WHERE is_due = 1;
CREATE INDEX compared_views_disagreeing ON compared_views (account_id) WHERE disagrees IS NOT NULL;
