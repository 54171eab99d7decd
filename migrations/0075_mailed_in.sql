-- Receipts by mail: where an account is sent to, by whom, and what came.

-- An address of an account: 130 random bits before the @, and all that whoever sends there must know.
CREATE TABLE receipt_addresses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  local_part TEXT NOT NULL UNIQUE,
  created_at TEXT NOT NULL,
  -- From then on nothing is taken any more; null for the one that is shown.
  ends_at TEXT
) STRICT;
CREATE UNIQUE INDEX receipt_addresses_shown ON receipt_addresses (account_id) WHERE ends_at IS NULL;
CREATE INDEX receipt_addresses_ending ON receipt_addresses (account_id, ends_at) WHERE ends_at IS NOT NULL;

-- What an account asks of mail; without a row, that its sender is proven. Of what is refused at the door: a count.
CREATE TABLE mail_intakes (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  requires_authentication INTEGER NOT NULL DEFAULT 1 CHECK (requires_authentication IN (0, 1)),
  refused INTEGER NOT NULL DEFAULT 0,
  refused_at TEXT,
  refused_why TEXT
) STRICT;

-- Who may send receipts beside the account's people: an address, or all of a domain as @example.com; and whose receipts
-- these are then.
CREATE TABLE allowed_senders (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  pattern TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  created_at TEXT NOT NULL,
  PRIMARY KEY (account_id, pattern)
) STRICT;

-- A mail that was accepted: stored before its sender's server had the answer.
-- Personal data stands in `sender`, `subject`, the raw mail and the names of `received_papers`. To erase it, delete the
-- object and set these to ''; `message_id` and `digest` must stay, for they tell the same mail from another.
CREATE TABLE received_mail (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  address_id TEXT NOT NULL REFERENCES receipt_addresses (id),
  -- The sender's Message-ID, empty where there is none, and the SHA-256 of what follows the headers.
  message_id TEXT NOT NULL,
  digest TEXT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  is_authenticated INTEGER NOT NULL CHECK (is_authenticated IN (0, 1)),
  is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)),
  size INTEGER NOT NULL,
  object_key TEXT NOT NULL,
  -- When the raw mail was deleted, a while after it was settled.
  deleted_at TEXT,
  received_at TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('stored', 'done', 'refused', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  why TEXT,
  settled_at TEXT,
  -- The mail that answers it (`messages`).
  answer_id TEXT,
  UNIQUE (address_id, message_id, digest)
) STRICT;
CREATE INDEX received_mail_due ON received_mail (next_attempt_at) WHERE state = 'stored';
CREATE INDEX received_mail_by_account ON received_mail (account_id, id);
CREATE INDEX received_mail_kept ON received_mail (settled_at) WHERE deleted_at IS NULL AND settled_at IS NOT NULL;
CREATE INDEX received_mail_objects ON received_mail (object_key) WHERE deleted_at IS NULL;
CREATE INDEX received_mail_answered ON received_mail (account_id, settled_at) WHERE answer_id IS NOT NULL;

-- What was in a mail, and what became of each.
CREATE TABLE received_papers (
  mail_id TEXT NOT NULL REFERENCES received_mail (id),
  position INTEGER NOT NULL,
  found TEXT NOT NULL CHECK (found IN ('attached', 'inline', 'archived', 'text')),
  name TEXT,
  size INTEGER NOT NULL,
  -- taken: it began a run; known: the account has these bytes; refused: somebody may have meant it; left_out: nobody did.
  outcome TEXT NOT NULL CHECK (outcome IN ('taken', 'known', 'refused', 'left_out')),
  why TEXT,
  receipt_id TEXT REFERENCES receipts (id),
  run_id TEXT REFERENCES runs (id),
  PRIMARY KEY (mail_id, position)
) STRICT;
CREATE INDEX received_papers_by_receipt ON received_papers (receipt_id) WHERE receipt_id IS NOT NULL;

-- The received mail that a message answers; such a message delays no notices. It refers to no table, as above.
ALTER TABLE messages ADD COLUMN answers TEXT;
