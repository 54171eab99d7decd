-- What operators hear of without asking, and what metrics are made of.

-- An alert is raised once for a rule and a subject while its cause lasts.
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
  -- Its cause can be shared by several records: how many.
  count INTEGER NOT NULL DEFAULT 1,
  UNIQUE (rule, subject, number)
) STRICT;
-- Of racing ticks one raises it.
CREATE UNIQUE INDEX alerts_open ON alerts (rule, subject) WHERE closed_at IS NULL;
CREATE INDEX alerts_to_check ON alerts (checked_at) WHERE closed_at IS NULL;
CREATE INDEX alerts_open_by_id ON alerts (id) WHERE closed_at IS NULL;

-- The runs, reviews or deliveries that an alert is about.
CREATE TABLE alert_records (
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  record TEXT NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (alert_id, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_records_by_record ON alert_records (record);

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
  settled_at TEXT,
  -- The alert's count and sentence when it was told of: the alert itself says what holds now, and a notice the same at
  -- every attempt.
  count INTEGER NOT NULL DEFAULT 1,
  sentence TEXT NOT NULL
) STRICT;
CREATE INDEX alert_notices_due ON alert_notices (next_attempt_at) WHERE state = 'pending';
CREATE INDEX alert_notices_by_alert ON alert_notices (alert_id);

-- What metrics are made of: counts that the cron advances over the audit, so that a scrape reads few rows.
-- `labels` is a JSON array of the values, in the order of the metric's labels.
CREATE TABLE metric_counters (
  name TEXT NOT NULL,
  labels TEXT NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (name, labels)
) STRICT, WITHOUT ROWID;

-- How many runs ended in a minute, and how many of them as dead letters. Kept for two days.
CREATE TABLE run_endings (
  minute TEXT PRIMARY KEY,
  ended INTEGER NOT NULL,
  failed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
