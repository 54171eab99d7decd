-- The audit, its seals, and the archive that old parts of it go to.

-- Append-only. A stream is a run, or account:{id} for what happens outside of runs.
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  stream TEXT NOT NULL,
  seq INTEGER NOT NULL,
  event_key TEXT CONSTRAINT a_guard_failed CHECK (event_key IS NOT NULL),
  account_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL,
  contract_version INTEGER,
  at TEXT NOT NULL,
  detail TEXT NOT NULL,
  -- SHA-256 of the canonical content; see tillroll_durable.audit.
  digest TEXT NOT NULL,
  UNIQUE (stream, seq)
) STRICT;
-- The key tells that something happened already. Of the events that every run has, the row that they tell of does.
CREATE UNIQUE INDEX audit_events_by_key ON audit_events (event_key)
  WHERE action NOT IN ('run.created', 'step.completed', 'delivery.delivered');
CREATE INDEX audit_events_by_account ON audit_events (account_id, id);
CREATE TRIGGER audit_events_no_update BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only'); END;
-- INSERT OR REPLACE fires no DELETE trigger, so an existing row is refused here.
CREATE TRIGGER audit_events_no_replace BEFORE INSERT ON audit_events
WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM audit_events WHERE stream = NEW.stream AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM audit_events WHERE event_key = NEW.event_key
             AND action NOT IN ('run.created', 'step.completed', 'delivery.delivered'))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: this event exists; audit_events is append-only'); END;
-- What people did, and what does not happen in every run: a search by who or what reads little. The events that every run
-- has are in no index of actions: one of a few events is one of them.
CREATE INDEX audit_events_by_actor ON audit_events (account_id, actor, id)
  WHERE substr(actor, 1, 9) <> 'workflow:' AND actor <> 'system:delivery';
CREATE INDEX audit_events_by_action ON audit_events (account_id, action, id)
  WHERE action NOT IN ('run.created', 'step.completed', 'delivery.delivered');

-- Seals over the audit. A seal says which events there were, in which order and with which content: it is signed, and
-- holds the hash of the seal before it. The same seal lies in the object store, under a key that is written once.

-- The public half of every key that ever signed. Verification trusts settings, not this table.
CREATE TABLE audit_keys (
  id TEXT PRIMARY KEY,
  -- The 32 bytes of an Ed25519 public key, base64.
  public_key TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_keys_no_update BEFORE UPDATE ON audit_keys
BEGIN SELECT RAISE(ABORT, 'audit_keys is append-only'); END;
CREATE TRIGGER audit_keys_no_delete BEFORE DELETE ON audit_keys
BEGIN SELECT RAISE(ABORT, 'audit_keys is append-only'); END;
CREATE TRIGGER audit_keys_no_replace BEFORE INSERT ON audit_keys
WHEN EXISTS (SELECT 1 FROM audit_keys WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: this key exists; audit_keys is append-only'); END;

-- The number is the primary key, so of two sealers at once one wins and the other's seal leaves no trace.
CREATE TABLE seals (
  number INTEGER PRIMARY KEY,
  from_id INTEGER NOT NULL,
  to_id INTEGER NOT NULL,
  count INTEGER NOT NULL,
  -- Which ids, as ranges: 1-57,59-400.
  ids TEXT NOT NULL,
  merkle_root TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  sealed_at TEXT NOT NULL,
  key_id TEXT NOT NULL REFERENCES audit_keys (id),
  hash TEXT NOT NULL,
  signature TEXT NOT NULL,
  -- The leaves of the Merkle tree, 32 bytes an event, base64: they name the event that was altered.
  leaves TEXT NOT NULL
) STRICT;
CREATE TRIGGER seals_no_update BEFORE UPDATE ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
-- INSERT OR REPLACE fires no DELETE trigger. A seal follows the last one, so it can replace none.
CREATE TRIGGER seals_only_follow BEFORE INSERT ON seals
WHEN NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM seals), 0)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: a seal follows the last one; seals is append-only'); END;

-- What is old lies in the object store, as files that are verified and read as the rows were.

-- A range of the audit: whole seals with all of their events, in one file. The row is there before the file is.
-- begun -> verified (the file was read back, and is what the rows are) -> archived (the rows are deleted that may go)
-- -> restored (its events are rows again) -> verified, and so on.
CREATE TABLE archive_ranges (
  number INTEGER PRIMARY KEY,
  from_seal INTEGER NOT NULL,
  to_seal INTEGER NOT NULL CHECK (to_seal >= from_seal),
  from_id INTEGER NOT NULL,
  to_id INTEGER NOT NULL CHECK (to_id >= from_id),
  count INTEGER NOT NULL,
  from_at TEXT NOT NULL,
  to_at TEXT NOT NULL,
  object_key TEXT NOT NULL UNIQUE,
  -- Of the text that the file unpacks to, hexadecimal.
  sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'verified', 'archived', 'restored')),
  -- The key of the audit event that tells of the state; no row goes before a seal covers that of `verified`.
  proof TEXT NOT NULL,
  updated_at TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX archive_ranges_by_event ON archive_ranges (from_id);
CREATE UNIQUE INDEX archive_ranges_by_seal ON archive_ranges (from_seal);
CREATE TRIGGER archive_ranges_only_follow BEFORE INSERT ON archive_ranges
WHEN NEW.state <> 'begun' OR NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM archive_ranges), 0)
  OR NEW.from_seal <> 1 + COALESCE((SELECT MAX(to_seal) FROM archive_ranges), 0)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: a range follows the last one; archive_ranges is append-only'); END;
CREATE TRIGGER archive_ranges_as_written BEFORE UPDATE ON archive_ranges
WHEN NEW.number <> OLD.number OR NEW.from_seal <> OLD.from_seal OR NEW.to_seal <> OLD.to_seal
  OR NEW.from_id <> OLD.from_id OR NEW.to_id <> OLD.to_id OR NEW.count <> OLD.count
  OR NEW.object_key <> OLD.object_key OR NEW.sha256 <> OLD.sha256
  OR OLD.state || ' ' || NEW.state NOT IN
    ('begun verified', 'verified archived', 'verified restored', 'archived restored', 'restored verified')
BEGIN SELECT RAISE(ABORT, 'archive_ranges says what was written; only its state goes on'); END;
CREATE TRIGGER archive_ranges_no_delete BEFORE DELETE ON archive_ranges
BEGIN SELECT RAISE(ABORT, 'archive_ranges is append-only'); END;

-- A file with what runs of one account left, each packed by itself. begun -> archived, in the batch that deletes the rows;
-- or dropped: nothing refers to the file, and it is to be deleted.
CREATE TABLE archive_bundles (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  object_key TEXT NOT NULL UNIQUE,
  sha256 TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('begun', 'archived', 'dropped')),
  -- The file in whose place this one came, until it is deleted.
  former_key TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX archive_bundles_by_account ON archive_bundles (account_id);
CREATE INDEX archive_bundles_unfinished ON archive_bundles (id) WHERE state <> 'archived' OR former_key IS NOT NULL;

-- A run whose steps, attempts, waits, signals and events lie in a bundle: where in it, and the number of the last event.
-- Of a run that was erased the bundle is empty, and the row stays: the audit's numbers go on behind it.
CREATE TABLE archived_runs (
  run_id TEXT PRIMARY KEY,
  bundle_id INTEGER REFERENCES archive_bundles (id),
  place INTEGER NOT NULL,
  size INTEGER NOT NULL,
  last_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX archived_runs_by_bundle ON archived_runs (bundle_id) WHERE bundle_id IS NOT NULL;
-- An event may be deleted where its range was read back and verified, a seal covers that this was so, and the number of
-- the last event of its stream is not lost by it. What tells of the archive itself stays.
CREATE TRIGGER audit_events_no_delete BEFORE DELETE ON audit_events
WHEN substr(OLD.event_key, 1, 8) = 'archive.'
  OR NOT EXISTS (
    SELECT 1 FROM archive_ranges r JOIN audit_events proof ON proof.event_key = r.proof
      AND proof.action NOT IN ('run.created', 'step.completed', 'delivery.delivered')
    WHERE r.from_id = (SELECT MAX(from_id) FROM archive_ranges WHERE from_id <= OLD.id)
      AND r.to_id >= OLD.id AND r.state IN ('verified', 'archived')
      AND proof.id <= (SELECT to_id FROM seals ORDER BY number DESC LIMIT 1)
  )
  OR NOT (
    EXISTS (SELECT 1 FROM archived_runs WHERE run_id = OLD.stream AND last_seq >= OLD.seq)
    OR (substr(OLD.stream, 1, 8) = 'account:'
        AND EXISTS (SELECT 1 FROM audit_events later WHERE later.stream = OLD.stream AND later.seq > OLD.seq))
  )
BEGIN SELECT RAISE(ABORT, 'audit_events is append-only, but for what an archived range holds'); END;
-- A seal may be deleted where its range was.
CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals
WHEN NOT EXISTS (
  SELECT 1 FROM archive_ranges r JOIN audit_events proof ON proof.event_key = r.proof
      AND proof.action NOT IN ('run.created', 'step.completed', 'delivery.delivered')
  WHERE r.from_seal = (SELECT MAX(from_seal) FROM archive_ranges WHERE from_seal <= OLD.number)
    AND r.to_seal >= OLD.number AND r.state IN ('verified', 'archived')
    AND proof.id <= (SELECT to_id FROM seals ORDER BY number DESC LIMIT 1)
)
BEGIN SELECT RAISE(ABORT, 'seals is append-only, but for what an archived range holds'); END;

-- A file of the archive that is not in the object store as it was written, until it is again.
CREATE TABLE archive_flaws (
  object_key TEXT PRIMARY KEY,
  -- Of a range of the audit, or of a bundle with its account.
  range_number INTEGER REFERENCES archive_ranges (number),
  bundle_id INTEGER,
  account_id TEXT,
  flaw TEXT NOT NULL CHECK (flaw IN ('missing', 'differs')),
  found_at TEXT NOT NULL,
  checked_at TEXT NOT NULL,
  CHECK ((range_number IS NULL) = (bundle_id IS NOT NULL AND account_id IS NOT NULL))
) STRICT;
CREATE INDEX archive_flaws_by_account ON archive_flaws (account_id) WHERE account_id IS NOT NULL;
