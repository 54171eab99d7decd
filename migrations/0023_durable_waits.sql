-- What runs wait for beside their steps, and what was sent to them.

-- One wait of a run for a timer, a signal or a child. `name` is the timer's, the signal's, or the child run's id.
CREATE TABLE run_waits (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL CHECK (kind IN ('timer', 'signal', 'child')),
  name TEXT NOT NULL,
  number INTEGER NOT NULL,
  -- The event that wakes the run: its type changes with every look, since a consumed event can be delivered again.
  -- Empty for a timer, which the engine wakes.
  event_type TEXT,
  until TEXT,
  -- The run that ends the wait for a child: the child, or what it continues as by now.
  awaits TEXT,
  began_at TEXT NOT NULL,
  ended_at TEXT,
  outcome TEXT CHECK (outcome IN ('over', 'received', 'timed_out', 'joined', 'ended')),
  UNIQUE (run_id, kind, name, number)
) STRICT;
-- Open waits only, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX run_waits_open ON run_waits (until) WHERE ended_at IS NULL;
CREATE INDEX run_waits_open_by_run ON run_waits (run_id) WHERE ended_at IS NULL;

-- A signal that somebody sent to a run: the row is the truth, the event only announces it.
CREATE TABLE signals (
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  payload TEXT NOT NULL,
  actor TEXT NOT NULL,
  received_at TEXT NOT NULL,
  taken_up_at TEXT,
  PRIMARY KEY (run_id, name, key)
) STRICT;
CREATE INDEX signals_untaken ON signals (run_id, name) WHERE taken_up_at IS NULL;

-- The run that began this one, by `run.child`; its continuation has the same.
ALTER TABLE runs ADD COLUMN parent_run_id TEXT REFERENCES runs (id);
CREATE INDEX runs_by_parent ON runs (parent_run_id) WHERE parent_run_id IS NOT NULL;
-- Children that go on, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_live_children ON runs (parent_run_id)
  WHERE parent_run_id IS NOT NULL AND cancel_requested_at IS NULL AND status IN ('processing', 'needs_review');
