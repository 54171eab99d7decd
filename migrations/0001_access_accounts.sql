-- Accounts, their people, and how these sign in. Times in all tables are UTC text in ISO 8601 with milliseconds, so that
-- they sort.

CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- When its erasure began: nothing is begun in it any more. The row stays, for what law asks to be kept.
  closed_at TEXT,
  -- What expenses are converted into; NULL: they are not.
  base_currency TEXT,
  -- What the account calls itself on paper, each a JSON array of texts: it is never its own merchant.
  company_names TEXT,
  tax_ids TEXT,
  -- Whether photos are stored as they came, or without what their files tell beside the pixels; empty: as they came.
  originals TEXT CHECK (originals IN ('kept', 'bare')),
  -- 1: nobody alone approves what they handed in, where somebody else can; 0: they may. Empty: 1.
  four_eyes INTEGER CHECK (four_eyes IN (0, 1)),
  -- 1: people are asked each week for the documents of their payments; 0: they are not. Empty: 1.
  chases INTEGER CHECK (chases IN (0, 1)),
  -- An account's own quotas; empty: as the deployment's settings say.
  quota_uploads INTEGER,
  quota_storage_bytes INTEGER,
  quota_ai_calls INTEGER
) STRICT;

CREATE TABLE users (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- Raised to sign the user out everywhere: a session carries the epoch it was made in.
  session_epoch INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  -- What they read, and are mailed in: as they chose it, or the page was last opened. Null: not known, so English.
  language TEXT CHECK (language IN ('en', 'de')),
  -- Who paid, as they said with the last receipt of theirs that said so. Null: none has yet.
  paid_by TEXT CHECK (paid_by IN ('company', 'employee')),
  -- An operator looks after the whole deployment: metrics, alerts, and the audit of all accounts.
  is_operator INTEGER NOT NULL DEFAULT 0 CHECK (is_operator IN (0, 1)),
  -- Since when somebody is no person of the account any more. Their name stays, since what they did does.
  removed_at TEXT,
  -- Since when nobody comes in as them by a link that they asked for themselves: an owner locked them out, and has not let
  -- them in again.
  locked_out_at TEXT
) STRICT;
CREATE INDEX users_by_account ON users (account_id);

-- What each person does in their account. One may have several roles; without a row they may do nothing there.
CREATE TABLE user_roles (
  user_id TEXT NOT NULL REFERENCES users (id),
  -- A name of tillroll.access.roles.
  role TEXT NOT NULL,
  -- Who gave it, as the audit has it, and when. For a day its holder is no second person for what its giver asks.
  given_by TEXT,
  given_at TEXT,
  PRIMARY KEY (user_id, role)
) STRICT, WITHOUT ROWID;

-- A token is shown once; only its SHA-256 is kept.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT,
  revoked_at TEXT,
  -- A JSON array of permissions; NULL: all that its person may.
  scopes TEXT,
  -- A JSON array of networks, as CIDR; NULL: from anywhere
  addresses TEXT,
  -- To some minutes.
  last_used_at TEXT
) STRICT;

-- One-time codes that sign a browser in; only the SHA-256 is kept.
CREATE TABLE sign_in_codes (
  hash TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  used_at TEXT,
  -- A code knows what it was made for: whoever comes by an invitation or a recovery is asked to make a passkey.
  purpose TEXT NOT NULL DEFAULT 'sign_in' CHECK (purpose IN ('sign_in', 'invitation', 'recovery', 'link')),
  -- Whoever comes by a code that was mailed has the address it was mailed to.
  mailed_to TEXT,
  -- The user who made it; NULL for whoever runs the deployment.
  made_by TEXT
) STRICT;
CREATE INDEX sign_in_codes_by_maker ON sign_in_codes (made_by) WHERE used_at IS NULL;
CREATE INDEX sign_in_codes_unused ON sign_in_codes (user_id) WHERE used_at IS NULL;
CREATE INDEX sign_in_codes_by_end ON sign_in_codes (expires_at);

-- Browsers that are signed in. A session that is ended has no row.
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE,
  user_id TEXT NOT NULL REFERENCES users (id),
  -- The user's, from when they signed in: a session of an earlier one lets nobody in.
  epoch INTEGER NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('code', 'passkey', 'switch')),
  -- Of the mailed link that it began by, or the one did that it goes on from: whoever has the session reads mail there.
  mailed_to TEXT,
  -- 1 where it began over https: its cookie is taken under the name alone that no other host can set.
  is_secure INTEGER NOT NULL CHECK (is_secure IN (0, 1)),
  -- What the browser says of itself, in two words, such as 'Firefox, Linux'.
  browser TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Known to an hour.
  last_used_at TEXT NOT NULL
) STRICT;
CREATE INDEX sessions_by_user ON sessions (user_id);
CREATE INDEX sessions_by_use ON sessions (last_used_at);

-- Links that their maker saw and that were used: from `since` on, the maker may be whoever is signed in as the user, and
-- for four eyes the two count as one. It ends when the user comes by a link that was mailed to them.
CREATE TABLE let_in (
  user_id TEXT NOT NULL REFERENCES users (id),
  by_user_id TEXT NOT NULL REFERENCES users (id),
  since TEXT NOT NULL,
  -- 1 for the link that the user came by first: nobody else is known to be them.
  is_first INTEGER NOT NULL CHECK (is_first IN (0, 1)),
  ended_at TEXT,
  PRIMARY KEY (user_id, by_user_id, since)
) STRICT, WITHOUT ROWID;

-- How often signing in was refused, by hour: whose it was, where that is known, by what, and from which network. The
-- account and the user are '' where nobody knows; they refer to no table for that. An address stands here cut to its
-- network only.
CREATE TABLE sign_in_refusals (
  account_id TEXT NOT NULL,
  hour TEXT NOT NULL, -- UTC, such as 2026-03-01T09
  user_id TEXT NOT NULL,
  how TEXT NOT NULL CHECK (how IN ('code', 'passkey', 'token')),
  network TEXT NOT NULL, -- of 24 or 48 bits; 'others' behind the first ones of an hour, 'unknown' where nobody said it
  refused INTEGER NOT NULL,
  first_at TEXT NOT NULL,
  last_at TEXT NOT NULL,
  PRIMARY KEY (account_id, hour, user_id, how, network)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_refusals_by_hour ON sign_in_refusals (hour);

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
