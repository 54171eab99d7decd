-- Acts on many runs at once.

-- What an operator does with all runs that a filter finds.
CREATE TABLE bulk_operations (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  act TEXT NOT NULL CHECK (act IN ('retry', 'abandon', 'cancel', 'resume')),
  -- JSON: what chooses the runs, as the list of runs has it.
  filter TEXT NOT NULL,
  -- JSON: the kinds of which whoever asked may operate runs.
  kinds TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor TEXT NOT NULL,
  -- How many there were when it was asked for, and what became of those that were looked at.
  found INTEGER NOT NULL,
  done INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  finished_at TEXT,
  -- The id behind which the runs of a bulk operation are counted in its row; those before it are counted when it is read,
  -- so that one that is stopped within a page says all that it did. NULL: none is counted yet.
  counted_behind TEXT
) STRICT;
CREATE INDEX bulk_operations_of_account ON bulk_operations (account_id, id);

-- A run that was looked at. It is written in the batch that does it, so that nothing is done twice to one.
CREATE TABLE bulk_operation_runs (
  operation_id TEXT NOT NULL REFERENCES bulk_operations (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'left_out')),
  -- Why it was left out, for a person; NULL where it was not.
  reason TEXT,
  PRIMARY KEY (operation_id, run_id)
) STRICT;
CREATE INDEX bulk_operation_runs_left_out ON bulk_operation_runs (operation_id, run_id) WHERE outcome = 'left_out';
CREATE INDEX bulk_operation_runs_by_run ON bulk_operation_runs (run_id);
