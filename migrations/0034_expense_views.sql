-- Filters of expenses that people keep under a name.

CREATE TABLE expense_views (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Who made it: they alone see it, unless it is shared with the account.
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON: by the names of the API.
  filter TEXT NOT NULL,
  sort TEXT NOT NULL,
  is_shared INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  UNIQUE (account_id, user_id, name)
) STRICT;
CREATE INDEX expense_views_by_account ON expense_views (account_id, name);
