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

-- The id of the last audit event that is in the counts. The counts and the position are written in one batch, which
-- fails where somebody else has advanced it: no event is counted twice.
INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('observed events', '0', '2026-01-01T00:00:00.000Z');
