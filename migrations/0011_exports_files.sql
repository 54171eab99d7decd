-- What leaves the deployment in files, and what is deleted for good.

-- Expenses that are handed on: what was asked for, and what came of it.
CREATE TABLE exports (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The newest run of this export's chain that has done something.
  run_id TEXT NOT NULL REFERENCES runs (id),
  format TEXT NOT NULL,
  -- JSON: from, to (days), currency, category; null where it does not choose by that.
  filter TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  -- How many expenses the filter chose when it was asked for.
  expected INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  -- NULL until all files are there.
  finished_at TEXT,
  -- An id of export_profiles. It refers to no table: a backup is loaded in the order in which tables were made, and that
  -- one is made later.
  profile_id TEXT,
  -- The profile's options as they were when it was asked for, in the same JSON.
  options TEXT NOT NULL DEFAULT '{}',
  -- Exports of one series know what the others handed on: profile:{id}, format:{name}, period:{id}.
  series TEXT NOT NULL DEFAULT '',
  -- 1: what no finished export of its series held.
  only_new INTEGER NOT NULL DEFAULT 0,
  -- The export in which the period was closed, where this one hands on what was closed then.
  as_closed_in TEXT REFERENCES exports (id)
) STRICT;
CREATE INDEX exports_by_account ON exports (account_id, id);
CREATE INDEX exports_by_series ON exports (account_id, series, id);
CREATE INDEX exports_by_run ON exports (run_id);
CREATE INDEX exports_as_closed ON exports (as_closed_in) WHERE as_closed_in IS NOT NULL;

-- What was gathered so far: each part is an object with the expenses of one run of the chain, in the order of their day.
CREATE TABLE export_parts (
  export_id TEXT NOT NULL REFERENCES exports (id),
  number INTEGER NOT NULL,
  object_key TEXT NOT NULL,
  expenses INTEGER NOT NULL,
  -- JSON: minor units by currency.
  totals TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  PRIMARY KEY (export_id, number)
) STRICT;

-- The files of an export, in their order.
CREATE TABLE export_files (
  export_id TEXT NOT NULL REFERENCES exports (id),
  number INTEGER NOT NULL,
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  expenses INTEGER NOT NULL,
  -- JSON: sentences on what could not be written as it is.
  remarks TEXT NOT NULL,
  -- Of a file that another module adds for a month, YYYY-MM: what the file is named by. Its `expenses` are its lines.
  name TEXT,
  month TEXT,
  PRIMARY KEY (export_id, number),
  CHECK ((name IS NULL) = (month IS NULL))
) STRICT, WITHOUT ROWID;

-- The lines of an export: which expense at which version, and what was said of it.
CREATE TABLE export_items (
  export_id TEXT NOT NULL REFERENCES exports (id),
  -- The part of `export_parts` that gathered it, and its place there.
  part INTEGER NOT NULL,
  place INTEGER NOT NULL,
  -- As the export's.
  account_id TEXT NOT NULL,
  series TEXT NOT NULL,
  expense_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  -- The earlier export whose line this one takes back.
  corrects TEXT REFERENCES exports (id),
  -- FROM/TO of the closed period that it came into, or was changed in, afterwards.
  after_closing TEXT,
  -- JSON: the line.
  content TEXT NOT NULL,
  PRIMARY KEY (export_id, part, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX export_items_by_expense ON export_items (account_id, series, expense_id);
CREATE INDEX export_items_of_expense ON export_items (expense_id, export_id);
CREATE INDEX export_items_corrected ON export_items (corrects) WHERE corrects IS NOT NULL;

-- How a program wants its file: named once, and chosen for each export.
CREATE TABLE export_profiles (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  format TEXT NOT NULL,
  -- JSON: columns, marks, forms and accounts, as the API has them.
  options TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  -- A removed one stays for the exports that it made.
  removed_at TEXT
) STRICT;
CREATE UNIQUE INDEX export_profiles_by_name ON export_profiles (account_id, name) WHERE removed_at IS NULL;

-- Links by which anybody gets the files of an export until they expire.
CREATE TABLE export_links (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  export_id TEXT NOT NULL REFERENCES exports (id),
  -- SHA-256 of the token, which is shown once.
  hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX export_links_by_export ON export_links (export_id, id);

-- Days that are closed: what was in them then is the content of an export, which later exports of them repeat.
CREATE TABLE closed_periods (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  -- Its items are the expenses as they were closed.
  export_id TEXT NOT NULL REFERENCES exports (id),
  closed_by TEXT NOT NULL,
  closed_at TEXT NOT NULL,
  -- NULL while it is closed.
  reopened_by TEXT,
  reopened_at TEXT,
  reopen_reason TEXT,
  CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX closed_periods_by_day ON closed_periods (account_id, last_day) WHERE reopened_at IS NULL;
CREATE INDEX closed_periods_by_account ON closed_periods (account_id, id);
CREATE INDEX closed_periods_by_export ON closed_periods (export_id);

-- What is kept of an account or of one person, handed to them in files: by ids and times only.
CREATE TABLE data_exports (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  what TEXT NOT NULL CHECK (what IN ('person', 'account')),
  -- The id of the person or the account.
  target TEXT NOT NULL,
  -- The first run of its chain.
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  -- When all its files are there.
  finished_at TEXT,
  -- From then on nobody fetches it, and the cron deletes its files.
  expires_at TEXT NOT NULL,
  -- When its run ended without finishing it, or another took its place.
  given_up_at TEXT,
  -- When its files were deleted.
  swept_at TEXT
) STRICT;
CREATE INDEX data_exports_of_account ON data_exports (account_id, id);
-- The same is made once at a time.
CREATE UNIQUE INDEX data_exports_open ON data_exports (account_id, what, target)
WHERE finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL;
CREATE INDEX data_exports_to_sweep ON data_exports (expires_at) WHERE swept_at IS NULL;

CREATE TABLE data_export_files (
  export_id TEXT NOT NULL REFERENCES data_exports (id),
  number INTEGER NOT NULL CHECK (number >= 1),
  object_key TEXT NOT NULL UNIQUE,
  size INTEGER NOT NULL CHECK (size >= 0),
  sha256 TEXT NOT NULL,
  -- Rows, documents, and documents that the store has not any more.
  rows INTEGER NOT NULL,
  documents INTEGER NOT NULL,
  missing INTEGER NOT NULL,
  PRIMARY KEY (export_id, number)
) STRICT, WITHOUT ROWID;

-- What is to be deleted for good, after thirty days in which it can be taken back: by ids and times only.
CREATE TABLE erasures (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  what TEXT NOT NULL CHECK (what IN ('receipt', 'person', 'account')),
  -- The id of the receipt, the person or the account.
  target TEXT NOT NULL,
  run_id TEXT NOT NULL UNIQUE REFERENCES runs (id),
  requested_by TEXT NOT NULL,
  requested_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  -- Also what was handed on.
  insisted INTEGER NOT NULL DEFAULT 0 CHECK (insisted IN (0, 1)),
  -- It had begun before a restore, which brought back what it erases: nothing hinders it any more.
  is_repeated INTEGER NOT NULL DEFAULT 0 CHECK (is_repeated IN (0, 1)),
  -- When it became final.
  begun_at TEXT,
  -- When it was stopped: by a person, or since it may not go.
  taken_back_at TEXT,
  erased_at TEXT
) STRICT;
CREATE INDEX erasures_of_account ON erasures (account_id, id);
-- The same waits once.
CREATE UNIQUE INDEX erasures_open ON erasures (account_id, what, target)
WHERE taken_back_at IS NULL AND erased_at IS NULL;
