-- What people said of two expenses that looked like one: the older id first.

CREATE TABLE duplicate_verdicts (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  first_id TEXT NOT NULL REFERENCES expenses (id),
  second_id TEXT NOT NULL REFERENCES expenses (id),
  -- apart: two purchases, which is not asked again; merged: one, of which kept_id stays and the other is voided.
  verdict TEXT NOT NULL CHECK (verdict IN ('apart', 'merged')),
  kept_id TEXT REFERENCES expenses (id),
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  PRIMARY KEY (first_id, second_id),
  CHECK ((verdict = 'merged') = (kept_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_verdicts_kept ON duplicate_verdicts (kept_id) WHERE kept_id IS NOT NULL;

-- Expenses that wait for a category.
CREATE INDEX expenses_without_category ON expenses (account_id, id) WHERE category IS NULL;

CREATE INDEX expenses_by_total ON expenses (account_id, currency, total_minor, date);
CREATE INDEX expenses_by_number ON expenses (account_id, receipt_number) WHERE receipt_number IS NOT NULL;
