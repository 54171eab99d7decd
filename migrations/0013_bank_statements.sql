-- The bank: accounts, statements, entries, and what explains each entry. Amounts are whole minor units; money that comes
-- in is positive.

CREATE TABLE bank_accounts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- Its IBAN or other number: encrypted, as it is shown, and a fingerprint by which statements find it. NULL: none.
  number TEXT,
  shown TEXT,
  mark TEXT,
  -- 1: certain matches are booked without a person.
  books_certain INTEGER NOT NULL DEFAULT 0 CHECK (books_certain IN (0, 1)),
  -- Who switched that on: they stand for what is booked.
  books_certain_by TEXT,
  -- Whose it is: they are asked for the documents of its payments, but for those of cards. NULL: nobody's.
  held_by TEXT,
  -- Grows with each part of a statement that is stored, so that of two at once one is decided anew.
  stored INTEGER NOT NULL DEFAULT 0 CONSTRAINT "another statement of the account was stored meanwhile" CHECK (stored >= 0),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  archived_at TEXT,
  -- How the ledger, a claim or a payout differs from what explains the entries, as found at night; NULL: it agrees.
  disagrees TEXT,
  -- The day (UTC) on which they were compared last.
  compared_on TEXT,
  CHECK ((number IS NULL) = (mark IS NULL))
) STRICT;
CREATE INDEX bank_accounts_by_account ON bank_accounts (account_id, id);
CREATE INDEX bank_accounts_disagreeing ON bank_accounts (account_id, id) WHERE disagrees IS NOT NULL;
CREATE UNIQUE INDEX bank_accounts_once ON bank_accounts (account_id, mark, currency)
  WHERE mark IS NOT NULL AND archived_at IS NULL;
CREATE INDEX bank_accounts_by_key ON bank_accounts (substr(number, 1, instr(number, '.') - 1), id);

-- Whose a card of a bank account is, by the last four digits that stand in the bank's texts.
CREATE TABLE bank_cards (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  bank_account_id TEXT NOT NULL REFERENCES bank_accounts (id),
  ending TEXT NOT NULL CHECK (length(ending) = 4),
  held_by TEXT NOT NULL,
  PRIMARY KEY (bank_account_id, ending)
) STRICT, WITHOUT ROWID;

-- A file of a bank, once by its bytes, but for those that were undone. Its run reads it.
CREATE TABLE bank_statements (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  sha256 TEXT NOT NULL,
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  file_name TEXT,
  -- The bank account that the person named; NULL: the file names it.
  bank_account_id TEXT REFERENCES bank_accounts (id),
  -- What the person said that the text is in; NULL: its content tells.
  encoding TEXT,
  source TEXT NOT NULL CHECK (source IN ('upload', 'mail', 'fetch')),
  by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- What reading it came to; NULL before.
  format TEXT,
  entries INTEGER,
  -- What did not fit: JSON, a list of models.Misfit.
  misfits TEXT NOT NULL DEFAULT '[]',
  -- Its parts lie in the object store until then.
  finished_at TEXT,
  -- Of the entries, how many were new, were there already, and were pending before.
  added INTEGER NOT NULL DEFAULT 0,
  known INTEGER NOT NULL DEFAULT 0,
  booked INTEGER NOT NULL DEFAULT 0,
  -- Who has asked to undo the import, and why. What people accepted of its entries is undone with it.
  undone_by TEXT,
  undone_because TEXT,
  -- From then on nothing of it is stored, and the same bytes are another statement.
  undone_at TEXT,
  CHECK ((undone_by IS NULL) = (undone_because IS NULL))
) STRICT;
CREATE UNIQUE INDEX bank_statements_once ON bank_statements (account_id, sha256) WHERE undone_at IS NULL;
CREATE INDEX bank_statements_by_bytes ON bank_statements (account_id, sha256, id);
CREATE INDEX bank_statements_by_account ON bank_statements (account_id, id);
CREATE INDEX bank_statements_by_run ON bank_statements (run_id);
CREATE INDEX bank_statements_by_object ON bank_statements (object_key);
CREATE INDEX bank_statements_by_bank_account ON bank_statements (bank_account_id) WHERE bank_account_id IS NOT NULL;

-- A statement of one account within such a file, as the bank prints it.
CREATE TABLE bank_sections (
  statement_id TEXT NOT NULL REFERENCES bank_statements (id),
  number INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  bank_account_id TEXT NOT NULL REFERENCES bank_accounts (id),
  currency TEXT NOT NULL,
  format TEXT NOT NULL,
  -- The bank's id, number and page of it.
  printed_id TEXT,
  sequence INTEGER,
  page INTEGER,
  is_last_page INTEGER NOT NULL CHECK (is_last_page IN (0, 1)),
  states_period INTEGER NOT NULL CHECK (states_period IN (0, 1)),
  first_day TEXT,
  last_day TEXT,
  opening INTEGER,
  closing INTEGER,
  closing_day TEXT,
  -- closes, or unproven: the file lacks a balance.
  sum TEXT NOT NULL CHECK (sum IN ('closes', 'unproven')),
  entries INTEGER NOT NULL,
  -- Whether entries that differ from stored ones by their references only are the same, as a person said.
  overlap TEXT CHECK (overlap IN ('same', 'apart')),
  -- 1 once all of its entries are stored.
  is_stored INTEGER NOT NULL DEFAULT 0 CHECK (is_stored IN (0, 1)),
  PRIMARY KEY (statement_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_sections_by_account ON bank_sections (bank_account_id, last_day);

-- How a CSV of one layout is read.
CREATE TABLE bank_layouts (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Of its headers: see tillroll_documents.bank_files.csv.layout.
  fingerprint TEXT NOT NULL,
  mapping TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (account_id, fingerprint)
) STRICT, WITHOUT ROWID;

-- An entry exists once, in whatever files it stands.
CREATE TABLE bank_entries (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  bank_account_id TEXT NOT NULL REFERENCES bank_accounts (id),
  -- The file that brought it.
  statement_id TEXT NOT NULL REFERENCES bank_statements (id),
  -- replaced: it was pending, and another came in its place.
  status TEXT NOT NULL CHECK (status IN ('booked', 'pending', 'replaced')),
  -- The day on which it was booked; of a pending one, on which it is expected.
  day TEXT NOT NULL,
  value_day TEXT,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  counterparty TEXT,
  -- The other side's IBAN or number: as it is shown, and its fingerprint.
  counterparty_shown TEXT,
  counterparty_mark TEXT,
  words TEXT NOT NULL DEFAULT '',
  bank_reference TEXT,
  end_to_end_id TEXT,
  creditor_reference TEXT,
  mandate TEXT,
  transaction_code TEXT,
  charges INTEGER NOT NULL DEFAULT 0,
  foreign_amount INTEGER,
  foreign_currency TEXT,
  rate TEXT,
  is_reversal INTEGER NOT NULL DEFAULT 0 CHECK (is_reversal IN (0, 1)),
  -- The single payments of a batch: JSON, a list of models.Payment; NULL where it is one payment.
  payments TEXT,
  -- How much of `amount` accepted matches explain. It never goes beyond it.
  explained INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "more of an entry would be explained than it has"
    CHECK (CASE WHEN amount < 0 THEN explained BETWEEN amount AND 0 ELSE explained BETWEEN 0 AND amount END),
  -- Why no document explains it, as a person says; or who owes one, when they were asked last, and in how many weeks by itself.
  reason TEXT,
  reason_by TEXT,
  owed_by TEXT,
  asked_at TEXT,
  asks INTEGER NOT NULL DEFAULT 0,
  -- Why an expense that was accepted does not explain it any more: it was voided, or has another total or currency now.
  doubt TEXT CHECK (doubt IN ('voided', 'changed')),
  created_at TEXT NOT NULL,
  -- open: money without a document, or with one that does not hold any more.
  standing TEXT GENERATED ALWAYS AS (
    CASE WHEN status <> 'booked' THEN status WHEN doubt IS NOT NULL THEN 'open'
      WHEN explained <> amount AND reason IS NULL THEN 'open' ELSE 'explained' END
  ) VIRTUAL
) STRICT;
CREATE INDEX bank_entries_by_day ON bank_entries (account_id, day, id);
CREATE INDEX bank_entries_of_bank_account ON bank_entries (bank_account_id, day, id);
CREATE INDEX bank_entries_by_statement ON bank_entries (statement_id);
-- What is listed and counted by where it stands.
CREATE INDEX bank_entries_by_standing ON bank_entries (account_id, standing, day, id);
CREATE INDEX bank_entries_of_bank_account_by_standing ON bank_entries (bank_account_id, standing, day, id);
-- What somebody was asked for.
CREATE INDEX bank_entries_owed ON bank_entries (owed_by, day, id) WHERE owed_by IS NOT NULL;
CREATE INDEX bank_entries_pending ON bank_entries (bank_account_id) WHERE status = 'pending';

-- Which statements mention an entry, at which position, and what tells it from others: see tillroll.bank.entry_traits.
CREATE TABLE bank_mentions (
  statement_id TEXT NOT NULL,
  section INTEGER NOT NULL,
  position INTEGER NOT NULL,
  entry_id TEXT NOT NULL REFERENCES bank_entries (id),
  amount INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('booked', 'pending', 'information')),
  booked_on TEXT,
  valued_on TEXT,
  reference TEXT,
  end_to_end TEXT,
  account_end TEXT,
  words TEXT NOT NULL,
  -- Where it changed a stored entry: that entry's columns before, as JSON, for undoing the import. `at` is the bank account's
  -- `stored` then.
  former TEXT,
  PRIMARY KEY (statement_id, section, position),
  FOREIGN KEY (statement_id, section) REFERENCES bank_sections (statement_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_mentions_by_entry ON bank_mentions (entry_id);
CREATE INDEX bank_mentions_by_day ON bank_mentions (statement_id, section, COALESCE(booked_on, valued_on));

-- Where statements of a bank account are fetched from.
CREATE TABLE bank_sources (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  bank_account_id TEXT NOT NULL REFERENCES bank_accounts (id),
  kind TEXT NOT NULL CHECK (kind IN ('enable-banking', 'address')),
  -- As it is shown: the bank at the provider, or the address's host.
  bank TEXT NOT NULL,
  country TEXT,
  -- What lets us in, and what a consent gave: encrypted JSON; NULL once it has ended, or before a consent.
  credentials TEXT,
  granted TEXT,
  state TEXT NOT NULL CHECK (state IN ('new', 'choosing', 'connected', 'stopped', 'ended')),
  -- What a person does about it; NULL where nothing is to be done.
  why TEXT,
  -- A person who is at the bank: the SHA-256 of the state that comes back, and who it is.
  asked_state TEXT,
  asked_by TEXT,
  asked_until TEXT,
  -- The account at the provider, and those to choose from: JSON, a list of models.OfferedAccount.
  remote_id TEXT,
  accounts TEXT NOT NULL DEFAULT '[]',
  valid_until TEXT,
  from_day TEXT NOT NULL,
  -- When it is fetched next; NULL where it is not.
  next_at TEXT,
  created_by TEXT NOT NULL,
  -- Who changed last how it is fetched: they stand for what is fetched. NULL: nobody.
  set_up_by TEXT,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  CHECK ((state = 'ended') = (credentials IS NULL)),
  CHECK (state <> 'ended' OR granted IS NULL)
) STRICT;
CREATE UNIQUE INDEX bank_sources_once ON bank_sources (bank_account_id) WHERE ended_at IS NULL;
CREATE INDEX bank_sources_by_account ON bank_sources (account_id, id);
CREATE UNIQUE INDEX bank_sources_by_state ON bank_sources (asked_state) WHERE asked_state IS NOT NULL;
CREATE INDEX bank_sources_due ON bank_sources (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX bank_sources_by_consent ON bank_sources (valid_until) WHERE state = 'connected';
CREATE INDEX bank_sources_by_key ON bank_sources (substr(credentials, 1, instr(credentials, '.') - 1), id);
CREATE INDEX bank_sources_by_granted_key ON bank_sources (substr(granted, 1, instr(granted, '.') - 1), id);

-- What is fetched at one time: page after page, then a file as any other.
CREATE TABLE bank_fetches (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  source_id TEXT NOT NULL REFERENCES bank_sources (id),
  -- stored: it goes on.
  state TEXT NOT NULL CHECK (state IN ('stored', 'done', 'failed')),
  by TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  -- Of the next page; NULL for the first one, or where all are here.
  cursor TEXT,
  is_complete INTEGER NOT NULL DEFAULT 0 CHECK (is_complete IN (0, 1)),
  pages INTEGER NOT NULL DEFAULT 0,
  records INTEGER NOT NULL DEFAULT 0,
  -- Counts who has worked on it, so that only the last one writes.
  attempts INTEGER NOT NULL DEFAULT 0,
  -- Failures since the last page.
  failures INTEGER NOT NULL DEFAULT 0,
  next_attempt_at TEXT NOT NULL,
  why TEXT,
  created_at TEXT NOT NULL,
  settled_at TEXT,
  statement_id TEXT REFERENCES bank_statements (id)
) STRICT;
CREATE UNIQUE INDEX bank_fetches_once ON bank_fetches (source_id) WHERE state = 'stored';
CREATE INDEX bank_fetches_due ON bank_fetches (next_attempt_at) WHERE state = 'stored';
CREATE INDEX bank_fetches_by_source ON bank_fetches (source_id, id);
CREATE INDEX bank_fetches_by_statement ON bank_fetches (statement_id) WHERE statement_id IS NOT NULL;
