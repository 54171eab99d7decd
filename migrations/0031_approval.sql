-- What an account asks of an expense before it is approved.

CREATE TABLE approval_policies (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- Which expenses it is about; NULL for all. The amount in minor units of its currency, without sign: above it.
  category TEXT,
  person TEXT REFERENCES users (id),
  currency TEXT,
  above_minor INTEGER,
  -- refuse: not approved; four_eyes: not by whoever handed it in; warn: shown.
  effect TEXT NOT NULL CHECK (effect IN ('refuse', 'four_eyes', 'warn')),
  deleted_at TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  CHECK ((currency IS NULL) = (above_minor IS NULL))
) STRICT;
CREATE INDEX approval_policies_by_account ON approval_policies (account_id, id) WHERE deleted_at IS NULL;

-- What was decided on an expense, each leading on from a version of it: of two at once, the second is refused.
CREATE TABLE approval_decisions (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  from_version INTEGER NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'unapproved', 'rejected')),
  -- Why, in the person's words.
  reason TEXT,
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (expense_id, from_version)
) STRICT, WITHOUT ROWID;
