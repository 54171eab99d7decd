-- What an account has used of its quotas, kept by the triggers below in the transaction of what is counted: an upload, or a
-- model's call, is checked against its quota without going through what there was.
CREATE TABLE account_usage (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  -- The month (UTC, such as 2026-11) that `uploads` and `ai_calls` are of. Before a first one of another month they are
  -- those of this one, and whoever reads them compares the month.
  month TEXT NOT NULL,
  uploads INTEGER NOT NULL,
  ai_calls INTEGER NOT NULL,
  -- Of the documents that were handed in, as they came.
  stored_bytes INTEGER NOT NULL,
  -- 1 where something was counted since people were last told how much is used.
  is_untold INTEGER NOT NULL CHECK (is_untold IN (0, 1))
) STRICT;
CREATE INDEX account_usage_untold ON account_usage (account_id) WHERE is_untold = 1;

INSERT INTO account_usage (account_id, month, uploads, ai_calls, stored_bytes, is_untold)
SELECT a.id, strftime('%Y-%m', 'now'),
  (SELECT COUNT(*) FROM receipts r WHERE r.account_id = a.id AND r.created_at >= strftime('%Y-%m', 'now')),
  (SELECT COALESCE(SUM(d.offered - d.refused), 0) FROM ai_daily d
   WHERE d.account_id = a.id AND d.day >= strftime('%Y-%m', 'now')),
  (SELECT COALESCE(SUM(r.size), 0) FROM receipts r WHERE r.account_id = a.id), 1
FROM accounts a;

CREATE TRIGGER receipts_used AFTER INSERT ON receipts
BEGIN
  INSERT INTO account_usage (account_id, month, uploads, ai_calls, stored_bytes, is_untold)
  VALUES (NEW.account_id, substr(NEW.created_at, 1, 7), 1, 0, NEW.size, 1)
  ON CONFLICT (account_id) DO UPDATE SET
    uploads = 1 + CASE WHEN excluded.month > month THEN 0 ELSE uploads END,
    ai_calls = CASE WHEN excluded.month > month THEN 0 ELSE ai_calls END,
    month = MAX(month, excluded.month), stored_bytes = stored_bytes + excluded.stored_bytes, is_untold = 1;
END;
-- What is deleted gives its storage back; the month's uploads were made all the same.
CREATE TRIGGER receipts_given_back AFTER DELETE ON receipts
BEGIN
  UPDATE account_usage SET stored_bytes = stored_bytes - OLD.size WHERE account_id = OLD.account_id;
END;
CREATE TRIGGER receipts_resized AFTER UPDATE OF size ON receipts WHEN NEW.size <> OLD.size
BEGIN
  UPDATE account_usage SET stored_bytes = stored_bytes + NEW.size - OLD.size WHERE account_id = NEW.account_id;
END;

-- A call that was refused asked no model, and counts nothing.
CREATE TRIGGER ai_calls_used AFTER INSERT ON ai_calls WHEN NEW.state <> 'offered'
BEGIN
  INSERT INTO account_usage (account_id, month, uploads, ai_calls, stored_bytes, is_untold)
  VALUES (NEW.account_id, substr(NEW.created_at, 1, 7), 0, 1, 0, 1)
  ON CONFLICT (account_id) DO UPDATE SET
    uploads = CASE WHEN excluded.month > month THEN 0 ELSE uploads END,
    ai_calls = 1 + CASE WHEN excluded.month > month THEN 0 ELSE ai_calls END,
    month = MAX(month, excluded.month), is_untold = 1;
END;

-- An account's own quotas; empty: as the deployment's settings say.
ALTER TABLE accounts ADD COLUMN quota_uploads INTEGER;
ALTER TABLE accounts ADD COLUMN quota_storage_bytes INTEGER;
ALTER TABLE accounts ADD COLUMN quota_ai_calls INTEGER;
