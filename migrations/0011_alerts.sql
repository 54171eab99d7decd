-- What an operator is told by itself. An alert is raised once for a rule and a subject while its cause lasts.

CREATE TABLE alerts (
  id TEXT PRIMARY KEY,
  rule TEXT NOT NULL,
  -- What it is about: a run's, review's or delivery's id, account:day, or deployment.
  subject TEXT NOT NULL,
  -- Counts how often the rule has applied to the subject.
  number INTEGER NOT NULL,
  account_id TEXT,
  run_id TEXT,
  sentence TEXT NOT NULL,
  opened_at TEXT NOT NULL,
  -- When it was last told of, and how often it was told of again.
  told_at TEXT NOT NULL,
  reminders INTEGER NOT NULL DEFAULT 0,
  -- When its cause was last looked at.
  checked_at TEXT NOT NULL,
  closed_at TEXT,
  UNIQUE (rule, subject, number)
) STRICT;
-- Of racing ticks one raises it.
CREATE UNIQUE INDEX alerts_open ON alerts (rule, subject) WHERE closed_at IS NULL;
CREATE INDEX alerts_to_check ON alerts (checked_at) WHERE closed_at IS NULL;
CREATE INDEX alerts_open_by_id ON alerts (id) WHERE closed_at IS NULL;

-- What the operator's webhook is told of an alert. The id is the alert's and what is told, so nothing is told under two.
CREATE TABLE alert_notices (
  id TEXT PRIMARY KEY,
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  what TEXT NOT NULL CHECK (what IN ('opened', 'reminder', 'recovered')),
  state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'delivered', 'given_up')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT,
  lease_until TEXT,
  last_error TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT
) STRICT;
CREATE INDEX alert_notices_due ON alert_notices (next_attempt_at) WHERE state = 'pending';
CREATE INDEX alert_notices_by_alert ON alert_notices (alert_id);
