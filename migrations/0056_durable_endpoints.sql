-- Where an account's events go. Events that are pending now are handed to the endpoints when they are next tried.
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
  disabled_at TEXT,
  disabled_why TEXT CHECK (disabled_why IN ('owner', 'gone', 'failing')),
  -- When its owners were told that it was disabled.
  told_at TEXT,
  deleted_at TEXT
) STRICT;
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

-- An event on its way to one endpoint. Its row in outbox says when the next one of its deliveries is due.
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  endpoint_id TEXT NOT NULL REFERENCES endpoints (id),
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
  UNIQUE (event_id, endpoint_id)
) STRICT;
CREATE INDEX deliveries_by_account ON deliveries (account_id, created_at, id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, created_at, id);
CREATE INDEX deliveries_open ON deliveries (endpoint_id) WHERE state = 'pending';

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

-- When the event was handed to the endpoints that there were.
ALTER TABLE outbox ADD COLUMN fanned_out_at TEXT;
