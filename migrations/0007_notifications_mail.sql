-- What people are told, in the app and by mail.

-- What is told, and whom: a person has marks of their own, and chooses how they are told.
CREATE TABLE notifications (
  -- What causes it, so that it is told once: {subject}:{topic}, with an occasion where there are several.
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  topic TEXT NOT NULL,
  -- The id of what it is about, and one line that names it where the topic's sentence does not.
  subject TEXT NOT NULL,
  about TEXT NOT NULL,
  -- The user who asks for something, where somebody does.
  asked_by TEXT,
  -- An id of runs. It refers to no table: whoever erases runs would go through all notices.
  run_id TEXT,
  created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_by_age ON notifications (created_at);

CREATE TABLE notification_recipients (
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  in_app INTEGER NOT NULL CHECK (in_app IN (0, 1)),
  by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
  read_at TEXT,
  -- An id of messages. It refers to no table: a backup is loaded in the order in which tables were made, and that one is
  -- made later.
  message_id TEXT,
  PRIMARY KEY (notification_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notifications_newest ON notification_recipients (user_id, created_at, notification_id) WHERE in_app = 1;
CREATE INDEX notifications_unread ON notification_recipients (user_id, created_at) WHERE in_app = 1 AND read_at IS NULL;
CREATE INDEX notifications_to_mail ON notification_recipients (created_at, user_id)
  WHERE by_mail = 1 AND message_id IS NULL;

-- What a person chose of a topic; without a row, the topic's own way holds.
CREATE TABLE notification_choices (
  user_id TEXT NOT NULL REFERENCES users (id),
  topic TEXT NOT NULL,
  in_app INTEGER NOT NULL CHECK (in_app IN (0, 1)),
  by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
  PRIMARY KEY (user_id, topic)
) STRICT;

-- A browser that shows a person what they chose of it.
CREATE TABLE push_devices (
  id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL REFERENCES users (id),
  name TEXT NOT NULL,
  -- A JSON array of what it shows: approval, attention, paid; and since when: nothing older is sent.
  kinds TEXT NOT NULL,
  since TEXT NOT NULL,
  -- As the browser gave it: the address at its push service, and its keys in base64url, by which only it reads messages.
  endpoint TEXT NOT NULL UNIQUE,
  public_key TEXT NOT NULL,
  auth_secret TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_sent_at TEXT,
  -- Why the last message was given up, unless one went out since.
  last_error TEXT
) STRICT;
CREATE INDEX push_devices_by_user ON push_devices (user_id);

-- A notice on its way to a browser.
CREATE TABLE push_messages (
  id TEXT PRIMARY KEY,
  notification_id TEXT NOT NULL REFERENCES notifications (id),
  device_id TEXT NOT NULL REFERENCES push_devices (id),
  -- withheld: when it was to be sent, the person had read it, or may not see what it tells of.
  state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'withheld', 'given_up')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT,
  UNIQUE (notification_id, device_id)
) STRICT;
CREATE INDEX push_messages_due ON push_messages (next_attempt_at) WHERE state = 'pending';
CREATE INDEX push_messages_by_device ON push_messages (device_id);
CREATE INDEX push_messages_by_age ON push_messages (created_at);

-- Where mail to a person goes.
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
CREATE INDEX mail_addresses_by_hash ON mail_addresses (address_hash) WHERE address IS NOT NULL;
CREATE INDEX mail_addresses_waiting ON mail_addresses (code_expires_at) WHERE pending IS NOT NULL;

-- Addresses to which nothing is sent any more.
CREATE TABLE mail_suppressions (
  address_hash TEXT PRIMARY KEY,
  reason TEXT NOT NULL CHECK (reason IN ('bounced', 'complained')),
  message_id TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- A mail to a user.
CREATE TABLE messages (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  user_id TEXT NOT NULL REFERENCES users (id),
  purpose TEXT NOT NULL CHECK (purpose IN ('notices', 'confirmation', 'invitation', 'recovery', 'sign_in')),
  address_hash TEXT NOT NULL,
  -- JSON of what is sent, until it is; the same at every attempt, since the provider compares.
  mail TEXT,
  -- The code of its link, encrypted, until it is sent.
  code TEXT,
  provider_id TEXT UNIQUE,
  sent_at TEXT,
  bounced_at TEXT,
  complained_at TEXT,
  created_at TEXT NOT NULL,
  -- The received mail that a message answers; such a message delays no notices. It refers to no
  -- table: received_mail is made later.
  answers TEXT
) STRICT;
CREATE INDEX messages_by_user ON messages (user_id, created_at);
CREATE INDEX messages_by_age ON messages (created_at);

-- Mail to people who are no users, such as whoever is to pay a claim.
CREATE TABLE outside_messages (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The run that it is written for, and what it is of that: of each, a run has one.
  run_id TEXT NOT NULL REFERENCES runs (id),
  purpose TEXT NOT NULL,
  address_hash TEXT NOT NULL,
  -- As in `messages`: what is sent, and the code of its link, until it is sent.
  mail TEXT,
  code TEXT,
  provider_id TEXT UNIQUE,
  sent_at TEXT,
  bounced_at TEXT,
  complained_at TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (run_id, purpose)
) STRICT;
CREATE INDEX outside_messages_by_age ON outside_messages (created_at);
CREATE INDEX outside_messages_by_account ON outside_messages (account_id, created_at);
CREATE INDEX outside_messages_unsent ON outside_messages (created_at) WHERE mail IS NOT NULL;
