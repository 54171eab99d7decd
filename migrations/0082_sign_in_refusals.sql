-- How often signing in was refused, by hour: whose it was, where that is known, by what, and from which network. The account and the
-- user are '' where nobody knows; they refer to no table for that. An address stands here cut to its network only.
CREATE TABLE sign_in_refusals (
  account_id TEXT NOT NULL,
  hour TEXT NOT NULL, -- UTC, such as 2026-03-01T09
  user_id TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('code', 'passkey', 'token')),
  network TEXT NOT NULL, -- of 24 or 48 bits; 'others' behind the first ones of an hour, 'unknown' where nobody said it
  refused INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (account_id, hour, user_id, how, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_refusals_by_hour ON sign_in_refusals (hour);
