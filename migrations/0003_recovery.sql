-- What a failed, cancelled or resumed run must remember, and the intents of effects on other people's systems.

ALTER TABLE runs ADD COLUMN failed_step TEXT;
-- The state that the failed step started from: a retry puts the run back there.
ALTER TABLE runs ADD COLUMN resume_state TEXT;
ALTER TABLE runs ADD COLUMN failure_class TEXT;
ALTER TABLE runs ADD COLUMN escalated_at TEXT;
-- A cancellation is a flag that the run takes up at its next boundary; `cancel_kind` says how it is to end.
ALTER TABLE runs ADD COLUMN cancel_requested_at TEXT;
ALTER TABLE runs ADD COLUMN cancel_kind TEXT CHECK (cancel_kind IN ('cancel', 'abandon'));
ALTER TABLE runs ADD COLUMN cancel_reason TEXT;
ALTER TABLE runs ADD COLUMN paused_at TEXT;
-- What an operator gave along with a retry, as JSON; the workflow's body says what it means.
ALTER TABLE runs ADD COLUMN corrected_input TEXT;
-- How often the reconciler has resumed the run by itself.
ALTER TABLE runs ADD COLUMN resumptions INTEGER NOT NULL DEFAULT 0;

ALTER TABLE reviews ADD COLUMN reminded_at TEXT;

-- Open work only, so that the reconciler reads few rows whatever the table holds.
CREATE INDEX runs_live ON runs (instance_confirmed_at) WHERE status IN ('processing', 'needs_review');
CREATE INDEX outbox_held ON outbox (created_at) WHERE state = 'held';
CREATE INDEX runs_with_deadline ON runs (deadline) WHERE deadline IS NOT NULL AND escalated_at IS NULL;
CREATE INDEX runs_live_versions ON runs (kind, contract_version) WHERE status IN ('processing', 'needs_review', 'failed');

-- Written before an effect on somebody else's system, settled after it. One without an outcome means: ask before
-- sending again.
CREATE TABLE effect_intents (
  idempotency_key TEXT PRIMARY KEY,
  run_id TEXT NOT NULL REFERENCES runs (id),
  step TEXT NOT NULL,
  effect TEXT NOT NULL CHECK (effect IN ('external', 'irreversible')),
  request_digest TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('done', 'refused')),
  external_id TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT
) STRICT;
CREATE INDEX effect_intents_by_run ON effect_intents (run_id);

-- Where bounded scans of the reconciler go on in the next tick.
CREATE TABLE reconciler_cursors (
  name TEXT PRIMARY KEY,
  position TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
