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
CREATE TRIGGER seals_no_delete BEFORE DELETE ON seals
BEGIN SELECT RAISE(ABORT, 'seals is append-only'); END;
-- INSERT OR REPLACE fires no DELETE trigger. A seal follows the last one, so it can replace none.
CREATE TRIGGER seals_only_follow BEFORE INSERT ON seals
WHEN NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM seals), 0)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: a seal follows the last one; seals is append-only'); END;

-- What people and the system did, and what is not the completion of a step: few events a run, so that a search by who or
-- what reads little, and a step's own event is in neither.
CREATE INDEX audit_events_by_actor ON audit_events (account_id, actor, id) WHERE substr(actor, 1, 9) <> 'workflow:';
CREATE INDEX audit_events_by_action ON audit_events (account_id, action, id) WHERE action <> 'step.completed';
