-- Accounts that have come from another database, or have gone to one. A deployment without moves has no row.

-- One row for an account in each database that it has lived in but was not made in, or has left.
-- At the source frozen -> leaving -> gone, at the target arriving -> here. What is undone before `leaving` has no row.
CREATE TABLE moved_accounts (
  account_id TEXT PRIMARY KEY,
  -- frozen: it is copied, and nothing of it is written. leaving: it lives elsewhere, and its rows here are being deleted.
  -- gone: none is left. arriving: its rows come. here: it lives here, though its id says another database.
  stands TEXT NOT NULL CHECK (stands IN ('frozen', 'leaving', 'gone', 'arriving', 'here')),
  -- The database that it goes to or came from.
  other INTEGER NOT NULL,
  -- The run that moves it.
  run_id TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_accounts_by_database ON moved_accounts (other) WHERE stands IN ('leaving', 'gone');
