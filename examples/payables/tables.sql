-- What has happened to invoices. Rows are appended, and nothing changes or deletes them.
CREATE TABLE facts (
  number INTEGER PRIMARY KEY,
  fact_key TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('received', 'declined', 'ordered', 'paid')),
  invoice TEXT NOT NULL,
  cents INTEGER NOT NULL CHECK (cents > 0),
  at TEXT NOT NULL
) STRICT;
CREATE INDEX facts_by_time ON facts (tenant, at);
CREATE INDEX facts_by_type ON facts (tenant, type, at);
CREATE TRIGGER facts_are_not_changed BEFORE UPDATE ON facts
BEGIN
  SELECT RAISE(ABORT, 'a fact is never changed');
END;
CREATE TRIGGER facts_are_not_deleted BEFORE DELETE ON facts
BEGIN
  SELECT RAISE(ABORT, 'a fact is never deleted');
END;
