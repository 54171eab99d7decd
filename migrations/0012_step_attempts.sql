-- Each failed attempt of a step with its times, for the timeline of a run. `run_steps` has the latest only.

-- An attempt that died and was begun again has the same number, so its beginning tells the two apart.
CREATE TABLE step_attempts (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  generation INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT NOT NULL,
  reason TEXT,
  error_class TEXT NOT NULL,
  error_summary TEXT NOT NULL,
  next_retry_at TEXT,
  PRIMARY KEY (run_id, step, generation, attempt, started_at)
) STRICT, WITHOUT ROWID;

-- When the attempt began that completed the step; `started_at` is the first attempt's.
ALTER TABLE run_steps ADD COLUMN attempt_started_at TEXT;
