-- Many payouts that were asked for, and approved, at once. Each is a payout of its own, by a child of the batch's run.
CREATE TABLE payout_batches (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  payments INTEGER NOT NULL CHECK (payments > 0),
  asked_by TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX payout_batches_by_account ON payout_batches (account_id, run_id);

-- Of payout_batches, which is made later than payouts: a backup loads tables in the order in which they were made.
ALTER TABLE payouts ADD COLUMN batch_id TEXT;
CREATE INDEX payouts_by_batch ON payouts (batch_id) WHERE batch_id IS NOT NULL;
