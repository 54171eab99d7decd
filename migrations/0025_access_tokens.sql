-- Bearer tokens of a deployment of workflows without the product's people: see tillroll_durable.server.access.
CREATE TABLE access_tokens (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- SHA-256 of the secret, which is in no other place than the answer that made it.
  digest TEXT NOT NULL UNIQUE,
  -- Names of permissions, with a blank between them.
  permissions TEXT NOT NULL,
  created_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX access_tokens_by_account ON access_tokens (account_id, id);
