-- What is to be deleted for good, after thirty days in which it can be taken back: by ids and times only.
CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  what TEXT NOT NULL CHECK (what IN ('receipt', 'person', 'account')),
  -- The id of the receipt, the person or the account.
  target TEXT NOT NULL,
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  -- Also what was handed on.
  insisted INTEGER NOT NULL DEFAULT 0 CHECK (insisted IN (0, 1)),
  -- When it became final.
  begun_at TEXT,
  -- When it was stopped: by a person, or since it may not go.
  taken_back_at TEXT,
  erased_at TEXT
) STRICT;

CREATE INDEX erasures_of_account ON erasures (account_id, id);
-- The same waits once.
CREATE UNIQUE INDEX erasures_open ON erasures (account_id, what, target)
WHERE taken_back_at IS NULL AND erased_at IS NULL;
