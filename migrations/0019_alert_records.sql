-- An alert is about a cause, which several records can share: it says of how many, and is over when it lasts for none.

ALTER TABLE alerts ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
-- What its webhook is told stays the same at every attempt.
ALTER TABLE alert_notices ADD COLUMN count INTEGER NOT NULL DEFAULT 1;

-- The runs, reviews or deliveries that an alert is about.
CREATE TABLE alert_records (
  alert_id TEXT NOT NULL REFERENCES alerts (id),
  record TEXT NOT NULL,
  added_at TEXT NOT NULL,
  PRIMARY KEY (alert_id, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_records_by_record ON alert_records (record);
