-- Requests that may come again.

-- Requests that came with an Idempotency-Key: who sent which, and what was answered. Kept for a day.
CREATE TABLE idempotency_keys (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  actor TEXT NOT NULL,
  -- Method and template, such as 'POST /api/runs/{run_id}/retry'.
  route TEXT NOT NULL,
  key TEXT NOT NULL,
  -- The operation's own id: what it begins under a key of its own is keyed by this.
  id TEXT NOT NULL UNIQUE,
  -- SHA-256 of method, path, query, If-Match and body.
  fingerprint TEXT NOT NULL,
  -- Counts those who have carried the operation out; of two, only the last one's writes are taken.
  attempt INTEGER NOT NULL,
  begun_at TEXT NOT NULL,
  -- Until then the attempt has the operation to itself.
  lapses_at TEXT NOT NULL,
  -- The answer, without secrets; null until there is one.
  status INTEGER,
  headers TEXT,
  body TEXT,
  PRIMARY KEY (account_id, actor, route, key)
) STRICT;
CREATE INDEX idempotency_keys_by_begin ON idempotency_keys (begun_at);

-- What an operation has written so far, each in the transaction of the write itself, with what it had seen before. It
-- goes with the answer.
CREATE TABLE idempotency_effects (
  operation_id TEXT NOT NULL REFERENCES idempotency_keys (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  -- A check sum of the statements.
  digest INTEGER NOT NULL,
  -- JSON; null where it would be too long, and then the operation cannot be resumed.
  seen TEXT,
  PRIMARY KEY (operation_id, number)
) STRICT, WITHOUT ROWID;
