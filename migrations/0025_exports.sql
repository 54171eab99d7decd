-- Expenses that are handed on: what was asked for, and the file that came of it.

CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The newest run of this export's chain that has done something.
  run_id TEXT NOT NULL REFERENCES runs (id),
  format TEXT NOT NULL,
  -- JSON: from, to (days), currency, category; null where it does not choose by that.
  filter TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  -- How many expenses the filter chose when it was asked for.
  expected INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  -- NULL until all files are there.
  finished_at TEXT
) STRICT;
CREATE INDEX exports_by_account ON exports (account_id, id);

-- What was gathered so far: each part is an object with the expenses of one run of the chain, in the order of their day.
CREATE TABLE export_parts (
  export_id TEXT NOT NULL REFERENCES exports (id),
  number INTEGER NOT NULL,
  object_key TEXT NOT NULL,
  expenses INTEGER NOT NULL,
  -- JSON: minor units by currency.
  totals TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  PRIMARY KEY (export_id, number)
) STRICT;

CREATE INDEX expenses_by_day ON expenses (account_id, date, id);
