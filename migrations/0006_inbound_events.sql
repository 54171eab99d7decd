-- Events of other systems, which may come again.

-- One address that a system sends events to. The id is 160 random bits, and all that the address has.
CREATE TABLE inbound_sources (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- JSON: how the sender signs, and what its events mean.
  scheme TEXT NOT NULL,
  mapping TEXT NOT NULL,
  -- A JSON array of permissions: what whoever stands behind it must hold, by its mapping.
  needs TEXT NOT NULL,
  created_at TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  ended_at TEXT,
  -- Since when it takes no events because somebody behind it left, or lost what it needs; and who. NULL while it does.
  stopped_at TEXT,
  stopped_for TEXT,
  -- What was refused since its signature was wrong: a count, and nothing of what came.
  refused INTEGER NOT NULL DEFAULT 0,
  refused_at TEXT,
  refused_why TEXT
) STRICT;
CREATE INDEX inbound_sources_by_account ON inbound_sources (account_id, created_at) WHERE ended_at IS NULL;

-- The people behind a source: who made it, mapped it, gave it a secret, or replayed an event of it. What its events ask
-- for, each of them asks for.
CREATE TABLE inbound_source_people (
  source_id TEXT NOT NULL REFERENCES inbound_sources (id),
  user_id TEXT NOT NULL,
  since TEXT NOT NULL,
  -- Up to which events they count: somebody else has taken the source over, or they replayed one. NULL: to all.
  until TEXT,
  PRIMARY KEY (source_id, user_id)
) STRICT, WITHOUT ROWID;

-- A secret of a source, encrypted under a key of the Worker. While a secret is replaced, two hold.
CREATE TABLE inbound_secrets (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES inbound_sources (id),
  secret TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ends_at TEXT
) STRICT;
CREATE INDEX inbound_secrets_of_source ON inbound_secrets (source_id);
CREATE INDEX inbound_secrets_by_key ON inbound_secrets (substr(secret, 1, instr(secret, '.') - 1), id);

-- An event that was accepted: stored before the sender had its answer.
-- Personal data stands in `body` (what the sender said, whatever that is) and, until the event is settled, in `effect`;
-- `why` names fields and codes only. To erase it, set both to NULL: `event_id` and `digest` must stay, for they are what
-- tells the same event from another.
CREATE TABLE inbound_events (
  id TEXT PRIMARY KEY,
  source_id TEXT NOT NULL REFERENCES inbound_sources (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The sender's id of it.
  event_id TEXT NOT NULL,
  type TEXT,
  digest TEXT NOT NULL,
  body TEXT,
  -- base64 where the body is no text.
  body_encoding TEXT NOT NULL CHECK (body_encoding IN ('utf-8', 'base64')),
  received_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('stored', 'started', 'signalled', 'consumed', 'ignored', 'unmapped', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  worked_at TEXT,
  next_attempt_at TEXT NOT NULL,
  -- JSON: what it was decided to do, written before it is done, so that a mapping that changes meanwhile starts nothing else.
  effect TEXT,
  run_id TEXT REFERENCES runs (id),
  -- Why it is not settled yet, or could not be.
  why TEXT,
  settled_at TEXT,
  -- Other bodies that came under the same id, which were refused.
  conflicts INTEGER NOT NULL DEFAULT 0,
  conflict_at TEXT,
  UNIQUE (source_id, event_id)
) STRICT;
-- Those that are to be worked off only, so that the sweep reads few rows whatever the table holds.
CREATE INDEX inbound_events_due ON inbound_events (next_attempt_at) WHERE state = 'stored';
CREATE INDEX inbound_events_stored ON inbound_events (received_at) WHERE state = 'stored';
CREATE INDEX inbound_events_by_run ON inbound_events (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX inbound_events_worked ON inbound_events (worked_at) WHERE worked_at IS NOT NULL;
CREATE INDEX inbound_events_by_account ON inbound_events (account_id, id);
-- The same body again under another id, where the signature does not cover the id.
CREATE INDEX inbound_events_by_body ON inbound_events (source_id, digest, received_at);
CREATE INDEX inbound_events_by_source ON inbound_events (source_id, id);
CREATE INDEX inbound_events_open ON inbound_events (source_id, state, id) WHERE state IN ('stored', 'unmapped', 'failed');
