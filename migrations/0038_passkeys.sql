-- Passkeys (W3C Web Authentication): who may sign in with what they carry, beside codes.

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  -- As its authenticator named it, base64url.
  credential_id TEXT NOT NULL UNIQUE,
  -- The host that it is bound to.
  rp_id TEXT NOT NULL,
  -- In COSE form, base64url.
  public_key TEXT NOT NULL,
  -- 0 for ever where the authenticator does not count.
  sign_count INTEGER NOT NULL,
  is_backup_eligible INTEGER NOT NULL CHECK (is_backup_eligible IN (0, 1)),
  is_backed_up INTEGER NOT NULL CHECK (is_backed_up IN (0, 1)),
  -- How its authenticator is reached, a JSON array of what the browser said.
  transports TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_at TEXT,
  removed_at TEXT
) STRICT;
CREATE INDEX passkeys_by_user ON passkeys (user_id) WHERE removed_at IS NULL;

-- A challenge that was handed out, to one browser, and that nobody has answered yet. It is deleted by its first answer,
-- or some time after its end.
CREATE TABLE passkey_ceremonies (
  challenge_hash TEXT PRIMARY KEY,
  purpose TEXT NOT NULL CHECK (purpose IN ('register', 'sign_in')),
  -- Whose passkey is registered; NULL for signing in, where nobody knows yet.
  user_id TEXT REFERENCES users (id),
  browser_hash TEXT NOT NULL,
  expires_at TEXT NOT NULL
) STRICT;
CREATE INDEX passkey_ceremonies_by_end ON passkey_ceremonies (expires_at);
