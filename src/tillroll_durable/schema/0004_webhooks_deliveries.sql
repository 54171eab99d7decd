-- Events for the world outside: what is to be told, where to, and how far each delivery is.

-- An event. It is written with what it tells of, and let go when that is final.
CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  topic TEXT NOT NULL,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'pending', 'delivered', 'given_up', 'no_receiver')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT,
  -- When the event was handed to the endpoints that there were.
  fanned_out_at TEXT,
  -- What an event says in full, where that is larger than 20 kB: its payload has the ids, and a link to this.
  whole TEXT,
  -- Its place in the list of the account's events, which only grows: given by the database when the event is no longer
  -- held, so that a reader who goes on behind a place misses none. NULL while it is held.
  position INTEGER
) STRICT;
CREATE INDEX outbox_by_place ON outbox (account_id, position);
-- By the database's clock where that is ahead of the last place: places of events that were archived are not given again.
CREATE TRIGGER outbox_written AFTER INSERT ON outbox WHEN NEW.state <> 'held' AND NEW.position IS NULL
BEGIN
  UPDATE outbox SET position = MAX(
    CAST(unixepoch('subsec') * 1000 AS INTEGER),
    1 + COALESCE((SELECT MAX(o.position) FROM outbox o WHERE o.account_id = NEW.account_id AND o.position IS NOT NULL), 0)
  ) WHERE id = NEW.id;
END;
CREATE TRIGGER outbox_released AFTER UPDATE OF state ON outbox WHEN OLD.state = 'held' AND NEW.state <> 'held'
BEGIN
  UPDATE outbox SET position = MAX(
    CAST(unixepoch('subsec') * 1000 AS INTEGER),
    1 + COALESCE((SELECT MAX(o.position) FROM outbox o WHERE o.account_id = NEW.account_id AND o.position IS NOT NULL), 0)
  ) WHERE id = NEW.id;
END;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state = 'pending';
CREATE INDEX outbox_by_run ON outbox (run_id);
CREATE INDEX outbox_held ON outbox (created_at) WHERE state = 'held';

-- Where an account's events go.
CREATE TABLE endpoints (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  -- The deployment's has its address and its key in WEBHOOK_URL and WEBHOOK_SECRET, and none here.
  origin TEXT NOT NULL CHECK (origin IN ('account', 'deployment')),
  url TEXT NOT NULL,
  description TEXT NOT NULL DEFAULT '',
  -- A JSON list of topics, and of beginnings of topics such as expense.*; all where it is empty.
  topics TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  last_delivered_at TEXT,
  -- The first failure since the last success.
  failing_since TEXT,
  -- Until then its deliveries go through the slow lane: an answer took long lately, or did not come.
  slow_until TEXT,
  disabled_at TEXT,
  disabled_why TEXT CHECK (disabled_why IN ('owner', 'gone', 'failing')),
  -- When its owners were told that it was disabled.
  told_at TEXT,
  deleted_at TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX endpoints_by_account ON endpoints (account_id) WHERE deleted_at IS NULL;
CREATE INDEX endpoints_to_tell_of ON endpoints (disabled_at) WHERE disabled_why IN ('gone', 'failing') AND told_at IS NULL;

-- Signing keys, encrypted. Several count while one replaces another.
CREATE TABLE endpoint_secrets (
  id TEXT PRIMARY KEY,
  endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
  kept TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT
) STRICT;
CREATE INDEX endpoint_secrets_by_endpoint ON endpoint_secrets (endpoint_id);
-- Secrets by the version of the key that encrypted them: what an earlier one did is encrypted anew.
CREATE INDEX endpoint_secrets_by_key ON endpoint_secrets (substr(kept, 1, instr(kept, '.') - 1), id);

-- An event on its way to one endpoint. Its row in outbox says when the next one of its deliveries is due.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  -- It refers to no table: an endpoint is never deleted before its deliveries, and no index would lead from it to them.
  endpoint_id TEXT NOT NULL,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  -- Of an event that has no row in outbox: a test.
  payload TEXT,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'given_up', 'cancelled')),
  attempts INTEGER NOT NULL DEFAULT 0,
  -- How many of the attempts were made before it was last sent again: the schedule begins anew.
  attempts_before INTEGER NOT NULL DEFAULT 0,
  started_at TEXT,
  next_attempt_at TEXT,
  last_status INTEGER,
  last_error TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT,
  -- Of the attempt that delivered: how long it took, and the beginning of the answer. All others have rows of their own.
  duration_ms INTEGER,
  answer TEXT,
  -- A past event, which a replay of the endpoint sends: through the slow lane, and marked.
  is_replay INTEGER NOT NULL DEFAULT 0,
  UNIQUE (event_id, endpoint_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_by_account ON deliveries (account_id, created_at, id);
CREATE INDEX deliveries_open ON deliveries (endpoint_id, started_at) WHERE state = 'pending';
CREATE INDEX deliveries_given_up ON deliveries (endpoint_id) WHERE state = 'given_up';
-- Deliveries that are done, which are deleted 30 days later.
CREATE INDEX deliveries_done ON deliveries (settled_at)
  WHERE state IN ('delivered', 'cancelled') OR payload IS NOT NULL;

CREATE TABLE delivery_attempts (
  delivery_id TEXT NOT NULL REFERENCES deliveries (id),
  number INTEGER NOT NULL,
  at TEXT NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER,
  error TEXT,
  -- The beginning of what was answered.
  answer TEXT,
  PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
