-- Receipts as they come in, by upload or by mail; what was read on them; what an account has used of its quotas.

CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  sha256 TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  file_name TEXT,
  -- Where its bytes lie.
  object_key TEXT NOT NULL GENERATED ALWAYS AS (account_id || '/' || sha256 || '/original') VIRTUAL,
  -- The newest run of this receipt. It refers to no table: whoever erases runs would go through all receipts.
  run_id TEXT NOT NULL,
  uploaded_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- How large a picture is, in pixels, as its header states it: NULL where it states nothing.
  width INTEGER,
  height INTEGER,
  -- When the stored photo was replaced by one without it; empty again where the same bytes were handed in once more.
  bare_at TEXT,
  -- Readings of this file that began and did not end: the Worker may have ended with them. 0 when one has ended.
  unended_readings INTEGER NOT NULL DEFAULT 0,
  -- Whose it is, and who sees it beside those who see all of the account: the person of its expense; before there is one,
  -- who handed it in. Triggers keep it, here and in its runs.
  person TEXT,
  -- The photo of several receipts that this one was cut out of.
  split_of TEXT,
  -- The receipt of several photos of which this one is a page.
  joined_into TEXT,
  -- Who paid, as the person who handed it in said; the expense begins with it. NULL: nobody said, so the company.
  paid_by TEXT CHECK (paid_by IN ('company', 'employee')),
  UNIQUE (account_id, sha256)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_of_joins ON receipts (account_id, joined_into) WHERE joined_into IS NOT NULL;
CREATE INDEX receipts_of_splits ON receipts (account_id, split_of) WHERE split_of IS NOT NULL;
CREATE TRIGGER receipts_of_persons AFTER INSERT ON receipts WHEN NEW.person IS NULL
BEGIN UPDATE receipts SET person = NEW.uploaded_by WHERE id = NEW.id; END;
-- A run that was begun for the same person is not written again.
CREATE TRIGGER receipts_of_persons_in_new_runs AFTER INSERT ON receipts WHEN NEW.person IS NOT NULL
BEGIN
  UPDATE runs SET person = NEW.person
  WHERE account_id = NEW.account_id AND subject = NEW.id AND kind = 'receipt' AND person IS NOT NEW.person;
END;
CREATE TRIGGER receipts_of_persons_in_runs AFTER UPDATE OF person, run_id ON receipts
BEGIN
  UPDATE runs SET person = NEW.person
  WHERE account_id = NEW.account_id AND subject = NEW.id AND kind = 'receipt' AND person IS NOT NEW.person;
END;
CREATE INDEX receipts_not_bare ON receipts (account_id, id) WHERE bare_at IS NULL;

-- What was read of a receipt, as JSON in the form of tillroll_documents/reading/stored_extraction.py.
CREATE TABLE extractions (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What an account has used of its quotas, kept in the transaction of what is counted: an upload, or a model's call, is
-- checked against its quota without going through what there was. Triggers count uploads; whoever writes a call counts it.
CREATE TABLE account_usage (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  -- The month (UTC, such as 2026-11) that `uploads` and `ai_calls` are of. Before a first one of another month they are
  -- those of this one, and whoever reads them compares the month.
  month TEXT NOT NULL,
  uploads INTEGER NOT NULL,
  ai_calls INTEGER NOT NULL,
  -- Of the documents that were handed in, as they came.
  stored_bytes INTEGER NOT NULL,
  -- 1 where something was counted since people were last told how much is used.
  is_untold INTEGER NOT NULL CHECK (is_untold IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX account_usage_untold ON account_usage (account_id) WHERE is_untold = 1;
CREATE TRIGGER receipts_used AFTER INSERT ON receipts
BEGIN
  INSERT INTO account_usage (account_id, month, uploads, ai_calls, stored_bytes, is_untold)
  VALUES (NEW.account_id, substr(NEW.created_at, 1, 7), 1, 0, NEW.size, 1)
  ON CONFLICT (account_id) DO UPDATE SET
    uploads = 1 + iif(excluded.month > month, 0, uploads),
    ai_calls = iif(excluded.month > month, 0, ai_calls),
    month = MAX(month, excluded.month), stored_bytes = stored_bytes + excluded.stored_bytes, is_untold = 1;
END;
-- What is deleted gives its storage back; the month's uploads were made all the same.
CREATE TRIGGER receipts_given_back AFTER DELETE ON receipts
BEGIN
  UPDATE account_usage SET stored_bytes = stored_bytes - OLD.size WHERE account_id = OLD.account_id;
END;
CREATE TRIGGER receipts_resized AFTER UPDATE OF size ON receipts WHEN NEW.size <> OLD.size
BEGIN
  UPDATE account_usage SET stored_bytes = stored_bytes + NEW.size - OLD.size WHERE account_id = NEW.account_id;
END;
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
  run_id TEXT, -- As that of a receipt.
  PRIMARY KEY (mail_id, position)
) STRICT;
CREATE INDEX received_papers_by_receipt ON received_papers (receipt_id) WHERE receipt_id IS NOT NULL;
