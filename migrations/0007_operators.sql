-- Operators look after the whole deployment: metrics, alerts, and the audit of all accounts. Their role says what they
-- may do within their own account.

ALTER TABLE users ADD COLUMN is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1));
