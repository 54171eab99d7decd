-- Past events that are sent to one endpoint, such as to fill a new one.

CREATE TABLE endpoint_replays (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL,
  -- Only events that were written since; NULL for all that there are.
  since TEXT,
  -- A JSON list, as in endpoints.
  topics TEXT NOT NULL,
  -- It goes on behind this place in the account's list of events, up to the last one that there was.
  position INTEGER NOT NULL DEFAULT 0,
  last_position INTEGER NOT NULL,
  queued INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('running', 'done', 'stopped')),
  created_at TEXT NOT NULL,
  finished_at TEXT
) STRICT, WITHOUT ROWID;
-- One at a time.
CREATE UNIQUE INDEX endpoint_replays_running ON endpoint_replays (endpoint_id) WHERE state = 'running';
CREATE INDEX endpoint_replays_by_endpoint ON endpoint_replays (endpoint_id, id);
CREATE INDEX endpoint_replays_by_account ON endpoint_replays (account_id);
