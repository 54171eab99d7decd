-- What companies let this deployment do in their books and CRM, by OAuth 2.
CREATE TABLE books_grants (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  provider TEXT NOT NULL,
  -- The provider's id and name of the company; NULL until a person has said yes.
  company TEXT,
  company_name TEXT,
  -- Encrypted: the tokens. NULL before a person said yes, and after the end.
  kept TEXT,
  -- While a person is asked: the SHA-256 of the state, and what is kept until they come back, encrypted.
  state_hash TEXT UNIQUE,
  asking TEXT,
  asked_at TEXT,
  -- The user who began it, and alone can finish it.
  asked_by TEXT,
  -- Counts the tokens that were kept, so that of two who renew them one wins.
  version INTEGER NOT NULL DEFAULT 0,
  -- Who renews the tokens has until then.
  renewing_until TEXT,
  ended_at TEXT,
  ended_why TEXT CHECK (ended_why IN ('revoked', 'disconnected')),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  CHECK ((ended_at IS NULL) = (ended_why IS NULL)),
  CHECK ((state_hash IS NULL) = (asking IS NULL)),
  CHECK ((state_hash IS NULL) = (asked_by IS NULL)),
  CHECK (kept IS NULL OR ended_at IS NULL)
) STRICT;
CREATE INDEX books_grants_by_account ON books_grants (account_id, id);
CREATE INDEX books_grants_by_key ON books_grants (substr(kept, 1, instr(kept, '.') - 1), id);
