-- The day of the oldest document that came or changed since the entries of its account were matched: as far back as that
-- they are matched again.
ALTER TABLE bank_matching ADD COLUMN oldest TEXT;
DROP TRIGGER bank_matching_by_new_expense;
CREATE TRIGGER bank_matching_by_new_expense AFTER INSERT ON expenses
BEGIN
  UPDATE bank_matching SET is_due = is_due + 1, reached = NULL, oldest = MIN(COALESCE(oldest, NEW.date), NEW.date)
  WHERE account_id = NEW.account_id;
END;
DROP TRIGGER bank_matching_by_expense;
CREATE TRIGGER bank_matching_by_expense
AFTER UPDATE OF merchant, date, total_minor, currency, status, payment_method, paid_by ON expenses
BEGIN
  UPDATE bank_matching SET is_due = is_due + 1, reached = NULL, oldest = MIN(COALESCE(oldest, NEW.date), NEW.date)
  WHERE account_id = NEW.account_id;
END;
-- When a match was taken back, so that a period that was closed before can say so; NULL: it was not, or before this was kept.
ALTER TABLE bank_matches ADD COLUMN undone_at TEXT;
CREATE INDEX bank_matches_undone ON bank_matches (account_id, undone_at) WHERE undone_at IS NOT NULL;
