-- Who is paid, above which amounts a second person decides, and what was asked to be paid.

-- The provider knows the bank account; here stand only its ids of the recipient and of the account.
CREATE TABLE payees (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  recipient TEXT NOT NULL,
  method TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  archived_at TEXT
) STRICT;
CREATE UNIQUE INDEX payees_by_method ON payees (account_id, recipient, method) WHERE archived_at IS NULL;

-- A payout above `above` minor units is decided on by somebody else than who asked for it.
CREATE TABLE payout_limits (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  above INTEGER NOT NULL CHECK (above >= 0),
  changed_by TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (account_id, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE payouts (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  payee_id TEXT NOT NULL REFERENCES payees (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  -- What the provider said last, and when it was asked; NULL before.
  payment_status TEXT,
  payment_reason TEXT,
  looked_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX payouts_by_account ON payouts (account_id, run_id);
CREATE INDEX payouts_by_payee ON payouts (payee_id);
