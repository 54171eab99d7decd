-- Runs that are begun by time.

CREATE TABLE schedules (
  id TEXT PRIMARY KEY,
  -- NULL: each account gets a run.
  account_id TEXT REFERENCES accounts (id),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  -- Five fields, in the time zone of that IANA name.
  cron TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  -- JSON, by the model that the kind declares.
  params TEXT NOT NULL,
  -- What becomes of ticks that were missed.
  catch_up TEXT NOT NULL CHECK (catch_up IN ('each', 'latest', 'skip')),
  -- UTC: the tick that comes, or is due. It is moved on in the batch that tells what became of it.
  next_tick TEXT NOT NULL,
  -- Of all accounts: the last one that the tick which is due was done for.
  behind_account TEXT NOT NULL DEFAULT '',
  -- How often the tick that is due could not be done, for a fault of ours.
  failures INTEGER NOT NULL DEFAULT 0,
  paused_at TEXT,
  -- Who keeps it: the id of a user, and the account they kept it from.
  created_by TEXT NOT NULL,
  created_in TEXT NOT NULL REFERENCES accounts (id),
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  removed_at TEXT
) STRICT;
CREATE INDEX schedules_due ON schedules (next_tick) WHERE paused_at IS NULL AND removed_at IS NULL;
CREATE INDEX schedules_of_account ON schedules (account_id, id) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX schedules_named ON schedules (COALESCE(account_id, ''), name) WHERE removed_at IS NULL;

-- What became of a tick, for an account. The run that it began is the one under the key.
CREATE TABLE schedule_ticks (
  schedule_id TEXT NOT NULL REFERENCES schedules (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  begin_key TEXT NOT NULL,
  tick TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('begun', 'refused', 'skipped')),
  -- Of what was skipped: all from `tick` on, up to this one, which was not; NULL otherwise.
  until TEXT,
  -- Why nothing was begun, for a person; NULL where a run was.
  reason TEXT,
  recorded_at TEXT NOT NULL,
  PRIMARY KEY (schedule_id, account_id, begin_key)
) STRICT;
CREATE INDEX schedule_ticks_newest ON schedule_ticks (schedule_id, account_id, recorded_at);
