-- Days of which a person says that nothing happened in a bank account: they need no statement. Both are included. An entry
-- that is booked on one of them makes that void.
CREATE TABLE bank_quiet_days (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  bank_account_id TEXT NOT NULL REFERENCES bank_accounts (id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  said_by TEXT NOT NULL,
  said_at TEXT NOT NULL,
  CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX bank_quiet_days_by_account ON bank_quiet_days (account_id, last_day);
CREATE UNIQUE INDEX bank_quiet_days_once ON bank_quiet_days (bank_account_id, first_day, last_day);
