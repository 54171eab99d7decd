-- What people changed of an expense. Values stand here and only here, so that erasing a person's data deletes them while
-- the audit, which names a change by its id, stays as it was sealed.

CREATE TABLE expense_changes (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  -- edited, sent_back, confirmed, voided, restored, undone.
  kind TEXT NOT NULL,
  -- One change leads on from a version: of two at once, the second is refused.
  from_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  -- Why, in the person's words: asked for where money changes.
  reason TEXT,
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  -- The change that this one takes back; each is taken back once.
  undoes TEXT UNIQUE REFERENCES expense_changes (id),
  UNIQUE (expense_id, from_version)
) STRICT;

-- A field of a change by the API's name, before and after, as JSON.
CREATE TABLE expense_change_values (
  change_id TEXT NOT NULL REFERENCES expense_changes (id),
  field TEXT NOT NULL,
  old TEXT NOT NULL,
  new TEXT NOT NULL,
  PRIMARY KEY (change_id, field)
) STRICT, WITHOUT ROWID;
