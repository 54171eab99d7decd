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
  not_before TEXT,
  provider_id TEXT UNIQUE,
  sent_at TEXT,
  bounced_at TEXT,
  complained_at TEXT,
  created_at TEXT NOT NULL,
  UNIQUE (run_id, purpose)
) STRICT;
CREATE INDEX outside_messages_by_age ON outside_messages (created_at);
CREATE INDEX outside_messages_by_account ON outside_messages (account_id, created_at);

-- Where whoever is to pay gets mail: of a claim that is sent by mail.
ALTER TABLE claims ADD COLUMN payer_mail TEXT;

-- The e-invoice of a credit note, once for the event that it is of: CreditNote in UBL, as it was written.
CREATE TABLE claim_note_files (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  version INTEGER NOT NULL,
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_note_files_by_object ON claim_note_files (object_key);
CREATE INDEX claim_events_credited ON claim_events (at) WHERE kind = 'credited';
CREATE INDEX outside_messages_unsent ON outside_messages (created_at) WHERE mail IS NOT NULL;
