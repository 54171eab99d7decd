-- Who sets up an account's billing, then what the provider calls it: an account has one customer there.
CREATE TABLE account_billing (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  plan TEXT NOT NULL,
  customer_id TEXT,
  subscription_id TEXT,
  set_up_at TEXT,
  created_at TEXT NOT NULL
) STRICT;

-- A person is set up by one run at a time.
CREATE UNIQUE INDEX onboarding_one_live ON runs (account_id, subject)
  WHERE kind = 'onboarding' AND status IN ('processing', 'needs_review', 'failed');
