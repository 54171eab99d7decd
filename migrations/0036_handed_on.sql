-- What an export handed on, line by line, in which files, and by which profile; and periods that are closed.

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

-- An id of export_profiles. It refers to no table, since a backup is loaded in the order in which tables were made.
ALTER TABLE exports ADD COLUMN profile_id TEXT;
-- The profile's options as they were when it was asked for, in the same JSON.
ALTER TABLE exports ADD COLUMN options TEXT NOT NULL DEFAULT '{}';
-- Exports of one series know what the others handed on: profile:{id}, format:{name}, period:{id}.
ALTER TABLE exports ADD COLUMN series TEXT NOT NULL DEFAULT '';
-- 1: what no finished export of its series held.
ALTER TABLE exports ADD COLUMN only_new INTEGER NOT NULL DEFAULT 0;
-- The export in which the period was closed, where this one hands on what was closed then.
ALTER TABLE exports ADD COLUMN as_closed_in TEXT REFERENCES exports (id);
UPDATE exports SET series = 'format:' || format;
CREATE INDEX exports_by_series ON exports (account_id, series, id);

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
  PRIMARY KEY (export_id, number)
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
