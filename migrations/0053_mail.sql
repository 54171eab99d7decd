-- Mail to people: their addresses, what is sent there, and where nothing is sent any more.
CREATE TABLE mail_addresses (
  user_id TEXT PRIMARY KEY REFERENCES users (id),
  -- Where mail goes, once a link proved that it is theirs; its hash is what an address that bounced is kept by.
  address TEXT,
  address_hash TEXT,
  confirmed_at TEXT,
  -- What waits for its link; of the link's code, only the SHA-256 is kept.
  pending TEXT,
  code_hash TEXT UNIQUE,
  code_expires_at TEXT
) STRICT;
CREATE TABLE mail_suppressions (
  address_hash TEXT PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('bounced', 'complained')),
  message_id TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('notices', 'confirmation', 'invitation', 'recovery')),
  address_hash TEXT NOT NULL,
  -- JSON of what is sent, until it is; the same at every attempt, since the provider compares.
  mail TEXT,
  -- The code of its link, encrypted, until it is sent.
  code TEXT,
  -- Before this the provider does not want to be asked again.
  not_before TEXT,
  provider_id TEXT UNIQUE,
  sent_at TEXT,
  bounced_at TEXT,
  complained_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_user ON messages (user_id, created_at);

-- An id of messages. It refers to no table, since a backup is loaded in the order in which tables were made.
ALTER TABLE notification_recipients ADD COLUMN message_id TEXT;
CREATE INDEX notifications_to_mail ON notification_recipients (created_at, user_id)
  WHERE by_mail = 1 AND message_id IS NULL;
-- Whoever comes by a code that was mailed has the address it was mailed to.
ALTER TABLE sign_in_codes ADD COLUMN mailed_to TEXT;
