-- An expense in the base currency has a conversion, at a rate of 1. So an amount up to 3 % apart was taken for one at another
-- rate, and was booked without a person. What was accepted so is in doubt: its entry is open, until a person takes the match
-- back.
DROP TRIGGER bank_pairs_counted;
DROP TRIGGER bank_entries_doubted;
CREATE TRIGGER bank_pairs_counted AFTER UPDATE OF counts ON bank_pairs
WHEN NEW.counts <> OLD.counts AND NEW.number = (
  SELECT MAX(l.number) FROM bank_pairs l WHERE l.match_id = NEW.match_id AND l.entry_id = NEW.entry_id)
BEGIN
  UPDATE bank_entries SET explained = explained + (NEW.counts - OLD.counts) * (
    SELECT SUM(o.amount) FROM bank_pairs o WHERE o.match_id = NEW.match_id AND o.entry_id = NEW.entry_id), doubt = (
    SELECT iif(x.status = 'voided', 'voided', 'changed')
    FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id JOIN expenses x ON x.id = p.document_id
    WHERE p.entry_id = bank_entries.id AND p.counts = 1 AND p.document_kind = 'expense'
      AND (x.status = 'voided' OR x.total_minor <> p.total OR x.currency <> p.total_currency
        OR (m.kind = 'foreign' AND p.total_currency = bank_entries.currency AND p.amount <> p.settles))
    ORDER BY x.status = 'voided' DESC LIMIT 1)
  WHERE id = NEW.entry_id;
END;
CREATE TRIGGER bank_entries_doubted AFTER UPDATE OF status, total_minor, currency ON expenses
WHEN NEW.total_minor <> OLD.total_minor OR NEW.currency <> OLD.currency
  OR (NEW.status = 'voided') <> (OLD.status = 'voided')
BEGIN
  UPDATE bank_entries SET doubt = (
    SELECT iif(x.status = 'voided', 'voided', 'changed')
    FROM bank_pairs p JOIN bank_matches m ON m.id = p.match_id JOIN expenses x ON x.id = p.document_id
    WHERE p.entry_id = bank_entries.id AND p.counts = 1 AND p.document_kind = 'expense'
      AND (x.status = 'voided' OR x.total_minor <> p.total OR x.currency <> p.total_currency
        OR (m.kind = 'foreign' AND p.total_currency = bank_entries.currency AND p.amount <> p.settles))
    ORDER BY x.status = 'voided' DESC LIMIT 1)
  WHERE id IN (SELECT entry_id FROM bank_pairs WHERE account_id = NEW.account_id AND document_id = NEW.id AND counts = 1);
END;

UPDATE bank_entries SET doubt = 'changed' WHERE doubt IS NULL AND id IN (
  SELECT p.entry_id FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id JOIN bank_entries e ON e.id = p.entry_id
  WHERE m.state = 'accepted' AND m.kind = 'foreign' AND p.counts = 1 AND p.total_currency = e.currency
    AND p.amount <> p.settles);

-- What was proposed so is proposed anew, by the rules of now.
UPDATE bank_matching SET is_due = is_due + 1, reached = NULL WHERE account_id IN (
  SELECT m.account_id FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id JOIN bank_entries e ON e.id = p.entry_id
  JOIN expenses x ON x.id = p.document_id
  WHERE m.state = 'proposed' AND m.kind = 'foreign' AND x.currency = e.currency AND p.amount <> p.settles);
DELETE FROM bank_matches WHERE id IN (
  SELECT m.id FROM bank_matches m JOIN bank_pairs p ON p.match_id = m.id JOIN bank_entries e ON e.id = p.entry_id
  JOIN expenses x ON x.id = p.document_id
  WHERE m.state = 'proposed' AND m.kind = 'foreign' AND x.currency = e.currency AND p.amount <> p.settles);
