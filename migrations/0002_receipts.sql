-- Receipts, what was read on them, and the expenses they became.

CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  file_name TEXT,
  object_key TEXT NOT NULL,
  -- The newest run of this receipt.
  run_id TEXT NOT NULL REFERENCES runs (id),
  uploaded_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (account_id, sha256)
) STRICT;

CREATE TABLE extractions (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  body TEXT NOT NULL,
  accepted INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE ai_calls (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  model TEXT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  input_sha256 TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  input_tokens INTEGER,
  output_tokens INTEGER,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX ai_calls_by_run ON ai_calls (run_id);

CREATE TABLE expenses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  receipt_id TEXT NOT NULL UNIQUE REFERENCES receipts (id),
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  merchant TEXT NOT NULL,
  date TEXT NOT NULL,
  -- Minor units of the currency: 1590 is 15.90 MYR, 1590 is 1590 JPY.
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  currency TEXT NOT NULL,
  -- The same for the same merchant, date, total and currency; see tillroll.receipts.duplicates.
  duplicate_key TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX expenses_by_account ON expenses (account_id, id);
CREATE INDEX expenses_duplicates ON expenses (account_id, duplicate_key);

-- What a user is told in the app.
CREATE TABLE notices (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  topic TEXT NOT NULL,
  created_at TEXT NOT NULL,
  read_at TEXT
) STRICT;
CREATE INDEX notices_by_account ON notices (account_id, id);
