-- Accounts and access, and the durable core. Times are UTC text in ISO 8601 with milliseconds, so that they sort.

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('owner', 'member')),
  -- Raised to sign the user out everywhere: a session carries the epoch it was made in.
  session_epoch INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL
) STRICT;

-- A token is shown once; only its SHA-256 is kept.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT
) STRICT;

-- One-time codes that sign a browser in; only the SHA-256 is kept.
CREATE TABLE sign_in_codes (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT
) STRICT;

-- The run record: what a run is, where it stands, and what is safe to do next.
CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  contract_version INTEGER NOT NULL,
  -- The engine's instance is {id}-{generation}; a retry raises it, and writes of an older generation are refused.
  generation INTEGER NOT NULL DEFAULT 1,
  source_event_id TEXT NOT NULL,
  subject TEXT NOT NULL,
  previous_run_id TEXT REFERENCES runs (id),
  state TEXT NOT NULL,
  status TEXT NOT NULL,
  state_version INTEGER NOT NULL DEFAULT 1,
  last_successful_step TEXT,
  external_ids TEXT NOT NULL DEFAULT '{}',
  attempt_count INTEGER NOT NULL DEFAULT 0,
  next_retry_at TEXT,
  deadline TEXT,
  requires_human_review INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  error_class TEXT,
  error_summary TEXT,
  next_safe_action TEXT NOT NULL,
  must_not_repeat TEXT NOT NULL DEFAULT '[]',
  -- When the engine was seen to have this generation's instance; empty until the reconciler or the run itself says so.
  instance_confirmed_at TEXT,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_account ON runs (account_id, id);
CREATE INDEX runs_by_status ON runs (account_id, status, id);
-- Only runs that still wait for their first step are in here, so the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_unconfirmed ON runs (created_at) WHERE instance_confirmed_at IS NULL AND last_successful_step IS NULL;

CREATE TABLE run_steps (
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  idempotency_key TEXT NOT NULL UNIQUE,
  outcome TEXT NOT NULL CHECK (outcome IN ('retrying', 'completed', 'failed')),
  generation INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  output TEXT,
  reason TEXT,
  error_class TEXT,
  error_summary TEXT,
  PRIMARY KEY (run_id, step)
) STRICT;

-- Append-only. A stream is a run, or account:{id} for what happens outside of runs.
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_key TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  contract_version INTEGER,
  at TEXT NOT NULL,
  detail TEXT NOT NULL,
  -- SHA-256 of the canonical content; see tillroll.durable.audit.
  digest TEXT NOT NULL,
  UNIQUE (stream, seq)
) STRICT;
CREATE INDEX audit_events_by_account ON audit_events (account_id, id);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
-- INSERT OR REPLACE fires no DELETE trigger, so an existing row is refused here.
CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events
             WHERE id = NEW.id OR event_key = NEW.event_key OR (stream = NEW.stream AND seq = NEW.seq))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: this event exists; audit_events is append-only'); END;

CREATE TABLE reviews (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  number INTEGER NOT NULL,
  reason TEXT NOT NULL,
  proposed TEXT NOT NULL,
  -- The event that wakes the run: its type changes with every wait, since a consumed event can be delivered again.
  event_type TEXT NOT NULL,
  deadline TEXT NOT NULL,
  escalated_at TEXT,
  requested_at TEXT NOT NULL,
  taken_up_at TEXT,
  UNIQUE (run_id, number)
) STRICT;
CREATE INDEX reviews_open ON reviews (requested_at) WHERE taken_up_at IS NULL;

-- A person's decision: the row is the truth, the event only announces it.
CREATE TABLE review_decisions (
  review_id TEXT PRIMARY KEY REFERENCES reviews (id),
  decision TEXT NOT NULL CHECK (decision IN ('approve', 'reject')),
  corrections TEXT NOT NULL,
  comment TEXT,
  actor TEXT NOT NULL,
  decided_at TEXT NOT NULL
) STRICT;

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
  settled_at TEXT
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state = 'pending';
CREATE INDEX outbox_by_run ON outbox (run_id);
