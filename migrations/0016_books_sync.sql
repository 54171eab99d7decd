-- The accounting software of an account, and what of its expenses and claims is written there.

CREATE TABLE books_connections (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  provider TEXT NOT NULL,
  -- push: documents are written into the books. pull: clients and projects are read from a CRM.
  direction TEXT NOT NULL CHECK (direction IN ('push', 'pull')),
  -- Of one that takes signed requests: its address, and the secret that signs, encrypted.
  url TEXT,
  secret TEXT,
  -- Of one that a person has let us into: its grant.
  grant_id TEXT,
  -- Expenses before this day are left out.
  first_day TEXT NOT NULL,
  only_approved INTEGER NOT NULL CHECK (only_approved IN (0, 1)),
  -- Whether changes begin a sync by themselves.
  on_change INTEGER NOT NULL CHECK (on_change IN (0, 1)),
  -- JSON: the accounts and tax codes that there are, as they were read at chart_at.
  chart TEXT,
  chart_at TEXT,
  -- The target lets us in no more, and why; NULL while it does.
  denied_at TEXT,
  denied_why TEXT,
  -- Of a CRM: JSON, how far each kind of record was read.
  cursors TEXT NOT NULL DEFAULT '{}',
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  ended_at TEXT,
  CHECK ((url IS NULL) <> (grant_id IS NULL)),
  CHECK (secret IS NULL OR url IS NOT NULL)
) STRICT;
CREATE INDEX books_connections_by_account ON books_connections (account_id, id);
CREATE INDEX books_connections_by_key ON books_connections (substr(secret, 1, instr(secret, '.') - 1), id);

-- What our words are in the books: a category is an account, a tax rate a code, a person a contact.
CREATE TABLE books_mapping (
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  what TEXT NOT NULL CHECK (what IN ('category', 'income', 'tax', 'output_tax', 'person')),
  -- '*' is all that is not named.
  word TEXT NOT NULL,
  -- A code of the chart, or a contact's name. Empty: no code.
  code TEXT NOT NULL,
  PRIMARY KEY (connection_id, what, word)
) STRICT, WITHOUT ROWID;

-- The contacts of the books that we have found or made.
CREATE TABLE books_contacts (
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  role TEXT NOT NULL CHECK (role IN ('supplier', 'customer')),
  -- The name as it is compared.
  word TEXT NOT NULL,
  name TEXT NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (connection_id, role, word)
) STRICT, WITHOUT ROWID;
CREATE INDEX books_contacts_by_external_id ON books_contacts (connection_id, external_id);

-- An expense, claim or credit note of ours in one company's books. It refers to none of them, so that they can be erased.
CREATE TABLE books_items (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  kind TEXT NOT NULL CHECK (kind IN ('expense', 'claim', 'credit_note')),
  -- The expense's id, the claim's, or RUN:VERSION of a credit note.
  subject_id TEXT NOT NULL,
  -- The place of its last change among those of the connection, and the place up to which it was looked at. It is to be
  -- looked at while `changed` is larger.
  changed INTEGER NOT NULL,
  looked INTEGER NOT NULL DEFAULT 0,
  state TEXT NOT NULL DEFAULT 'new' CHECK (state IN (
    'new', 'written', 'credited', 'left_out', 'set_aside', 'waiting', 'conflict'
  )),
  -- Why it is in this state: a code, and a sentence. NULL where the state says all.
  code TEXT,
  reason TEXT,
  -- How often a document was begun for it: one that was credited is not written again.
  generation INTEGER NOT NULL DEFAULT 1,
  -- The last revision that was planned.
  revision INTEGER NOT NULL DEFAULT 0,
  -- JSON: the document as the books had it when we wrote or accepted it last, its SHA-256, and that of what we asked for.
  written TEXT,
  written_digest TEXT,
  asked_digest TEXT,
  -- Of the last document.
  external_kind TEXT,
  external_id TEXT,
  external_number TEXT,
  external_url TEXT,
  -- The version of the expense or claim that was written, and when.
  written_version INTEGER,
  written_at TEXT,
  updated_at TEXT NOT NULL,
  UNIQUE (connection_id, kind, subject_id)
) STRICT;
CREATE INDEX books_items_due ON books_items (connection_id, changed) WHERE changed > looked;
CREATE INDEX books_items_changed ON books_items (connection_id, changed);
CREATE INDEX books_items_by_state ON books_items (connection_id, state, id);
CREATE INDEX books_items_by_subject ON books_items (account_id, subject_id);

-- What was to be written of an item: a revision is one content, which never changes, so its key stands for that.
CREATE TABLE books_writes (
  item_id TEXT NOT NULL REFERENCES books_items (id),
  revision INTEGER NOT NULL,
  act TEXT NOT NULL CHECK (act IN ('write', 'credit')),
  -- JSON: the document; what the books had before, NULL where nothing.
  document TEXT NOT NULL,
  previous TEXT,
  digest TEXT NOT NULL,
  version INTEGER,
  -- `changed` of the item when it was planned.
  changed INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  planned_at TEXT NOT NULL,
  -- NULL while nobody knows; uncertain: an answer was lost, and the target is asked next time.
  outcome TEXT CHECK (outcome IN ('written', 'refused', 'conflict', 'uncertain', 'denied')),
  settled_at TEXT,
  PRIMARY KEY (item_id, revision)
) STRICT, WITHOUT ROWID;

-- The files of a document in the books.
CREATE TABLE books_attachments (
  item_id TEXT NOT NULL REFERENCES books_items (id),
  generation INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  name TEXT NOT NULL,
  -- NULL until it is there.
  external_id TEXT,
  -- Why it is not, for good.
  reason TEXT,
  updated_at TEXT NOT NULL,
  PRIMARY KEY (item_id, generation, sha256)
) STRICT, WITHOUT ROWID;

-- Documents that somebody changed in the books: both sides, until a person decides which one holds.
CREATE TABLE books_conflicts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  item_id TEXT NOT NULL REFERENCES books_items (id),
  revision INTEGER NOT NULL,
  -- JSON: what we wanted to write; what the books have, NULL where it is gone; the fields that differ.
  ours TEXT NOT NULL,
  theirs TEXT,
  differences TEXT NOT NULL,
  found_at TEXT NOT NULL,
  decision TEXT CHECK (decision IN ('ours', 'theirs')),
  decided_by TEXT,
  decided_at TEXT,
  UNIQUE (item_id, revision)
) STRICT;
CREATE INDEX books_conflicts_by_account ON books_conflicts (account_id, id);
CREATE UNIQUE INDEX books_conflicts_open ON books_conflicts (item_id) WHERE decision IS NULL;

-- A chain of runs that brings one connection into step.
CREATE TABLE books_syncs (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  -- The newest run of the chain that has done something.
  run_id TEXT NOT NULL REFERENCES runs (id),
  begun_by TEXT NOT NULL CHECK (begun_by IN ('hand', 'schedule', 'change')),
  actor TEXT NOT NULL,
  begun_at TEXT NOT NULL,
  ended_at TEXT,
  ended_as TEXT CHECK (ended_as IN ('completed', 'disconnected', 'stopped')),
  CHECK ((ended_at IS NULL) = (ended_as IS NULL))
) STRICT;
CREATE INDEX books_syncs_by_account ON books_syncs (account_id, id);
CREATE INDEX books_syncs_by_connection ON books_syncs (connection_id, id);
CREATE INDEX books_syncs_by_run ON books_syncs (run_id);

-- What a sync came to for an item.
CREATE TABLE books_outcomes (
  sync_id TEXT NOT NULL REFERENCES books_syncs (id),
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  at TEXT NOT NULL,
  PRIMARY KEY (sync_id, subject)
) STRICT, WITHOUT ROWID;

-- A change of an expense or a claim is one of its item in each of the account's books.
CREATE TRIGGER books_expense_added AFTER INSERT ON expenses
BEGIN
  INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, updated_at)
  SELECT 'bki_' || hex(randomblob(13)), NEW.account_id, c.id, 'expense', NEW.id,
    COALESCE((SELECT MAX(changed) FROM books_items WHERE connection_id = c.id), 0) + 1, NEW.created_at
  FROM books_connections c
  WHERE c.account_id = NEW.account_id AND c.direction = 'push' AND c.ended_at IS NULL AND NEW.date >= c.first_day
  ON CONFLICT (connection_id, kind, subject_id) DO UPDATE SET changed = excluded.changed;
END;
CREATE TRIGGER books_expense_changed AFTER UPDATE OF version ON expenses
WHEN NEW.version <> OLD.version
BEGIN
  INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, updated_at)
  SELECT 'bki_' || hex(randomblob(13)), NEW.account_id, c.id, 'expense', NEW.id,
    COALESCE((SELECT MAX(changed) FROM books_items WHERE connection_id = c.id), 0) + 1,
    COALESCE(NEW.updated_at, NEW.created_at)
  FROM books_connections c
  WHERE c.account_id = NEW.account_id AND c.direction = 'push' AND c.ended_at IS NULL
    AND (NEW.date >= c.first_day OR EXISTS (
      SELECT 1 FROM books_items WHERE connection_id = c.id AND kind = 'expense' AND subject_id = NEW.id))
  ON CONFLICT (connection_id, kind, subject_id) DO UPDATE SET changed = excluded.changed;
END;
CREATE TRIGGER books_claim_changed AFTER UPDATE OF version, number ON claims
WHEN NEW.payer_kind = 'customer' AND NEW.number IS NOT NULL
  AND (NEW.version <> OLD.version OR OLD.number IS NULL)
BEGIN
  INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, updated_at)
  SELECT 'bki_' || hex(randomblob(13)), NEW.account_id, c.id, 'claim', NEW.run_id,
    COALESCE((SELECT MAX(changed) FROM books_items WHERE connection_id = c.id), 0) + 1, NEW.created_at
  FROM books_connections c
  WHERE c.account_id = NEW.account_id AND c.direction = 'push' AND c.ended_at IS NULL AND NEW.issued_on >= c.first_day
  ON CONFLICT (connection_id, kind, subject_id) DO UPDATE SET changed = excluded.changed;
END;
CREATE TRIGGER books_credit_note_added AFTER INSERT ON claim_events
WHEN NEW.kind = 'credited' AND EXISTS (
  SELECT 1 FROM claims WHERE run_id = NEW.run_id AND payer_kind = 'customer')
BEGIN
  INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, updated_at)
  SELECT 'bki_' || hex(randomblob(13)), NEW.account_id, c.id, 'credit_note', NEW.run_id || ':' || NEW.version,
    COALESCE((SELECT MAX(changed) FROM books_items WHERE connection_id = c.id), 0) + 1, NEW.at
  FROM books_connections c JOIN books_items invoice
    ON invoice.connection_id = c.id AND invoice.kind = 'claim' AND invoice.subject_id = NEW.run_id
  WHERE c.account_id = NEW.account_id AND c.ended_at IS NULL
  ON CONFLICT (connection_id, kind, subject_id) DO UPDATE SET changed = excluded.changed;
END;

-- What a closed period kept out of the books is looked at again once it is opened.
CREATE TRIGGER books_period_reopened AFTER UPDATE OF reopened_at ON closed_periods
WHEN OLD.reopened_at IS NULL AND NEW.reopened_at IS NOT NULL
BEGIN
  UPDATE books_items SET changed = found.place FROM (
    SELECT i.id, (SELECT MAX(m.changed) FROM books_items m WHERE m.connection_id = i.connection_id)
      + row_number() OVER (PARTITION BY i.connection_id ORDER BY i.changed) AS place
    FROM books_items i
    WHERE i.account_id = NEW.account_id AND i.state = 'set_aside' AND i.code = 'closed-here'
  ) AS found
  WHERE books_items.id = found.id;
END;

-- What a CRM has: companies, contacts and deals by its own ids, as they were read last.
CREATE TABLE crm_records (
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  source TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('company', 'contact', 'deal')),
  external_id TEXT NOT NULL,
  name TEXT NOT NULL,
  email TEXT NOT NULL,
  -- Of a deal: open, won or lost, by the stages of the source; what the stage is called there; what it is worth, in minor
  -- units.
  status TEXT CHECK (status IN ('open', 'won', 'lost')),
  stage TEXT NOT NULL,
  amount INTEGER,
  currency TEXT NOT NULL,
  -- JSON: external ids of what it is associated with.
  companies TEXT NOT NULL,
  contacts TEXT NOT NULL,
  -- By the source's clock: of two copies the later one holds.
  modified TEXT NOT NULL,
  read_at TEXT NOT NULL,
  PRIMARY KEY (connection_id, kind, external_id),
  CHECK ((status IS NULL) = (kind <> 'deal'))
) STRICT, WITHOUT ROWID;

-- What became of deals: each time one is won, lost or open again is a fact, which never changes.
CREATE TABLE crm_facts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  source TEXT NOT NULL,
  external_id TEXT NOT NULL,
  fact TEXT NOT NULL CHECK (fact IN ('deal_won', 'deal_lost', 'deal_reopened')),
  -- When the source had it so, and when we heard.
  at TEXT NOT NULL,
  heard_at TEXT NOT NULL,
  UNIQUE (connection_id, external_id, fact, at)
) STRICT;
CREATE INDEX crm_facts_by_account ON crm_facts (account_id, id);
CREATE TRIGGER crm_facts_no_update BEFORE UPDATE ON crm_facts
BEGIN SELECT RAISE(ABORT, 'crm_facts is append-only'); END;
