-- Days that are closed: what was in them then is the content of an export, which later exports of them repeat.

CREATE TABLE closed_periods (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  -- Its items are the expenses as they were closed.
  export_id TEXT NOT NULL REFERENCES exports (id),
  closed_by TEXT NOT NULL,
  closed_at TEXT NOT NULL,
  -- NULL while it is closed.
  reopened_by TEXT,
  reopened_at TEXT,
  reopen_reason TEXT,
  CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX closed_periods_by_day ON closed_periods (account_id, last_day) WHERE reopened_at IS NULL;
CREATE INDEX closed_periods_by_account ON closed_periods (account_id, id);
