-- Payouts by a file for the bank: who is paid so, what is to be paid, and the files that were made.

ALTER TABLE payees ADD COLUMN paid_by TEXT NOT NULL DEFAULT 'provider' CHECK (paid_by IN ('provider', 'file'));
-- Of a payee by file: `recipient` is the holder of the bank account, `method` its IBAN; NULL where no BIC is needed.
ALTER TABLE payees ADD COLUMN bic TEXT;

CREATE TABLE payment_files (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Of whoever asked, so that a file that is asked for twice is made once.
  request_key TEXT NOT NULL,
  execution_day TEXT NOT NULL,
  payments INTEGER NOT NULL CHECK (payments > 0),
  amount INTEGER NOT NULL CHECK (amount > 0),
  -- pain.001, the same bytes for whoever fetches it.
  content TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  UNIQUE (account_id, request_key)
) STRICT;
CREATE INDEX payment_files_by_account ON payment_files (account_id, id);

-- One for each payout that is paid by file; `file_id` is set once, and what is in a file cannot be cancelled here.
CREATE TABLE payment_instructions (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE REFERENCES payouts (run_id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  iban TEXT NOT NULL,
  bic TEXT,
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'processing'
    CHECK (status IN ('processing', 'posted', 'failed', 'returned', 'canceled')),
  file_id TEXT REFERENCES payment_files (id),
  -- What the bank said last: its code and the code of its reason, or `by hand`.
  bank_status TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  answered_at TEXT
) STRICT;
CREATE INDEX payment_instructions_by_file ON payment_instructions (file_id);
CREATE INDEX payment_instructions_waiting ON payment_instructions (account_id, id)
  WHERE file_id IS NULL AND status = 'processing';
