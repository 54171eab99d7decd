-- What the reconciler could not mend, and when it looks at it again: nobody waits behind it meanwhile.

-- `part` is what the reconciler was about to do, `subject` the id of the row that it was about.
CREATE TABLE reconciler_setbacks (
  part TEXT NOT NULL,
  subject TEXT NOT NULL,
  -- How often in a row it did not go.
  failures INTEGER NOT NULL,
  until TEXT NOT NULL,
  error TEXT NOT NULL,
  PRIMARY KEY (part, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX reconciler_setbacks_by_time ON reconciler_setbacks (until);
