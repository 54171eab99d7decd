-- Who approves an expense, one after the other: rules of an account, the steps of an expense, and substitutes.

-- A rule never changes: another one takes its place, so that a chain which has begun stays as it was.
CREATE TABLE approval_chains (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- Which expenses it is for; NULL for all. The amount in minor units of its currency, without sign: from it on.
  category TEXT,
  person TEXT REFERENCES users (id),
  currency TEXT,
  from_minor INTEGER,
  -- A JSON array in order: 'anyone' who can approve, a role, or a user's id.
  steps TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  deleted_at TEXT,
  CHECK ((currency IS NULL) = (from_minor IS NULL))
) STRICT;
CREATE INDEX approval_chains_by_account ON approval_chains (account_id, id);

-- Since when an expense waits, where its chain began again: the rules of that time are its rules.
CREATE TABLE approval_starts (
  expense_id TEXT PRIMARY KEY REFERENCES expenses (id),
  at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What became of a step: approved, or given to another person. It counts until it ends, and as long as the expense is
-- what it was then (`of`: person, amount, currency, day, payer, client, billable and categories).
CREATE TABLE approval_steps (
  id TEXT PRIMARY KEY,
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  chain_id TEXT NOT NULL REFERENCES approval_chains (id),
  -- Counts from 0.
  number INTEGER NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('approved', 'reassigned')),
  -- Who decided, and whose substitute they were then.
  user_id TEXT NOT NULL,
  for_user TEXT,
  -- Whom a reassigned step waits for.
  to_user TEXT,
  actor TEXT NOT NULL,
  of TEXT NOT NULL,
  at TEXT NOT NULL,
  ended_at TEXT,
  CHECK ((what = 'reassigned') = (to_user IS NOT NULL))
) STRICT;
-- Of two who decide at once, the second is refused.
CREATE UNIQUE INDEX approval_steps_once ON approval_steps (expense_id, number, what) WHERE ended_at IS NULL;
CREATE INDEX approval_steps_by_expense ON approval_steps (expense_id, id);

-- Who decides in place of whom, on these days.
CREATE TABLE approval_substitutes (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  person TEXT NOT NULL REFERENCES users (id),
  substitute TEXT NOT NULL REFERENCES users (id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  ended_at TEXT,
  CHECK (person <> substitute AND first_day <= last_day)
) STRICT;
CREATE INDEX approval_substitutes_by_account ON approval_substitutes (account_id, last_day) WHERE ended_at IS NULL;
