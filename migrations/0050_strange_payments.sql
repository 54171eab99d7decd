-- Payments at the provider whose name no payout has, such as one that was asked for behind a backup which was restored.
CREATE TABLE strange_payments (
  -- The provider's id.
  payment_id TEXT PRIMARY KEY,
  -- The account that pays by the provider.
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The member `payout` of its metadata.
  name TEXT NOT NULL,
  -- When it was seen first.
  seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX strange_payments_by_account ON strange_payments (account_id);
