-- The ledger: accounts, transactions, their transfers, and the entries that the database itself makes of them. Amounts are
-- whole minor units. Nothing here is changed or deleted; a mistake is put right by a further transfer.

CREATE TABLE ledger_accounts (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  -- What people call it: it may be personal, so it alone can be changed, to erase it.
  name TEXT NOT NULL,
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  normal_side TEXT NOT NULL CHECK (normal_side IN ('debit', 'credit')),
  -- What is available does not go below this; NULL where nothing limits it.
  least_available INTEGER CHECK (least_available <= 0),
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  PRIMARY KEY (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER ledger_accounts_no_update
BEFORE UPDATE OF account_id, id, currency, normal_side, least_available, created_by, created_at ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_accounts is append-only'); END;
CREATE TRIGGER ledger_accounts_no_delete BEFORE DELETE ON ledger_accounts
BEGIN SELECT RAISE(ABORT, 'ledger_accounts is append-only'); END;
CREATE TRIGGER ledger_accounts_no_replace BEFORE INSERT ON ledger_accounts
WHEN EXISTS (SELECT 1 FROM ledger_accounts WHERE account_id = NEW.account_id AND id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_accounts.id; ledger_accounts is append-only'); END;

-- What was asked for under an id, and what became of it. Refused ones stay too: their ids are used up.
CREATE TABLE ledger_transactions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  id TEXT NOT NULL,
  -- Canonical JSON of what was asked for, and its SHA-256: the same id with another body is no repetition.
  body TEXT NOT NULL,
  digest TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('applied', 'refused')),
  reason TEXT,
  -- The place of the transfer that was refused, from 0.
  refused_position INTEGER,
  actor TEXT NOT NULL,
  -- The database's clock, which never goes back here.
  at TEXT NOT NULL,
  UNIQUE (account_id, id),
  CHECK ((outcome = 'refused') = (reason IS NOT NULL))
) STRICT;
CREATE INDEX ledger_transactions_by_number ON ledger_transactions (account_id, number);
CREATE TRIGGER ledger_transactions_no_update BEFORE UPDATE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END;
CREATE TRIGGER ledger_transactions_no_delete BEFORE DELETE ON ledger_transactions
BEGIN SELECT RAISE(ABORT, 'ledger_transactions is append-only'); END;
CREATE TRIGGER ledger_transactions_no_replace BEFORE INSERT ON ledger_transactions
WHEN EXISTS (SELECT 1 FROM ledger_transactions
             WHERE number = NEW.number OR (account_id = NEW.account_id AND id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_transactions.id; ledger_transactions is append-only'); END;

-- The transfers of a transaction, also of a refused one. Where something that a transfer names is not there, what would
-- follow from it is NULL.
CREATE TABLE ledger_transfers (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  account_id TEXT NOT NULL,
  id TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('transfer', 'pending', 'post', 'void', 'expire', 'reversal')),
  debit_id TEXT,
  credit_id TEXT,
  currency TEXT,
  -- By how much the posted and the pending sums of both accounts change.
  posted INTEGER,
  pending INTEGER,
  -- The pending transfer that this one resolves; the transfer that this one reverses.
  pending_id TEXT,
  reverses_id TEXT,
  expires_at TEXT,
  -- Of an exchange: what one unit was worth in the other currency, and who says so.
  rate TEXT,
  rate_source TEXT,
  reference TEXT,
  at TEXT NOT NULL,
  UNIQUE (account_id, id),
  FOREIGN KEY (account_id, transaction_id) REFERENCES ledger_transactions (account_id, id),
  CHECK (debit_id <> credit_id),
  CHECK (kind NOT IN ('transfer', 'reversal') OR (posted > 0 AND pending = 0) OR posted IS NULL),
  CHECK (kind <> 'pending' OR (posted = 0 AND pending > 0)),
  CHECK (kind <> 'post' OR (posted > 0 AND pending < 0 AND posted + pending <= 0) OR pending IS NULL),
  CHECK (kind NOT IN ('void', 'expire') OR (posted = 0 AND pending < 0) OR pending IS NULL)
) STRICT;
CREATE INDEX ledger_transfers_by_transaction ON ledger_transfers (account_id, transaction_id, position);
CREATE INDEX ledger_transfers_resolving ON ledger_transfers (account_id, pending_id) WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfers_reversing ON ledger_transfers (account_id, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE INDEX ledger_transfers_expiring_debits ON ledger_transfers (account_id, debit_id, expires_at)
  WHERE expires_at IS NOT NULL;
CREATE INDEX ledger_transfers_expiring_credits ON ledger_transfers (account_id, credit_id, expires_at)
  WHERE expires_at IS NOT NULL;
CREATE TRIGGER ledger_transfers_no_update BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_transfers_no_delete BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_transfers_no_replace BEFORE INSERT ON ledger_transfers
WHEN EXISTS (SELECT 1 FROM ledger_transfers WHERE number = NEW.number OR (account_id = NEW.account_id AND id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_transfers.id; ledger_transfers is append-only'); END;

-- Both sides of each applied transfer, with the account's sums behind it.
CREATE TABLE ledger_entries (
  account_id TEXT NOT NULL,
  ledger_account_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  transfer_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
  posted INTEGER NOT NULL CHECK (posted >= 0),
  pending INTEGER NOT NULL,
  debits_posted INTEGER NOT NULL CHECK (debits_posted BETWEEN 0 AND 9007199254740991),
  credits_posted INTEGER NOT NULL CHECK (credits_posted BETWEEN 0 AND 9007199254740991),
  debits_pending INTEGER NOT NULL CHECK (debits_pending BETWEEN 0 AND 9007199254740991),
  credits_pending INTEGER NOT NULL CHECK (credits_pending BETWEEN 0 AND 9007199254740991),
  at TEXT NOT NULL,
  PRIMARY KEY (account_id, ledger_account_id, seq),
  UNIQUE (account_id, transfer_id, side),
  FOREIGN KEY (account_id, ledger_account_id) REFERENCES ledger_accounts (account_id, id),
  FOREIGN KEY (account_id, transfer_id) REFERENCES ledger_transfers (account_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_entries_by_time ON ledger_entries (account_id, ledger_account_id, at, seq);
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only'); END;
CREATE TRIGGER ledger_entries_no_replace BEFORE INSERT ON ledger_entries
WHEN EXISTS (SELECT 1 FROM ledger_entries
             WHERE account_id = NEW.account_id
               AND ((ledger_account_id = NEW.ledger_account_id AND seq = NEW.seq)
                    OR (transfer_id = NEW.transfer_id AND side = NEW.side)))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries; ledger_entries is append-only'); END;

-- The pending transfers that nothing has resolved: no fact of its own, the triggers below keep it.
CREATE TABLE ledger_open (
  account_id TEXT NOT NULL,
  transfer_id TEXT NOT NULL,
  debit_id TEXT NOT NULL,
  credit_id TEXT NOT NULL,
  pending INTEGER NOT NULL,
  expires_at TEXT,
  PRIMARY KEY (account_id, transfer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_open_debits ON ledger_open (account_id, debit_id, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX ledger_open_credits ON ledger_open (account_id, credit_id, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX ledger_open_due ON ledger_open (expires_at) WHERE expires_at IS NOT NULL;

-- Whoever writes a transfer past the statements of the ledger is refused as well.
CREATE TRIGGER ledger_transfers_checked BEFORE INSERT ON ledger_transfers
WHEN (SELECT outcome FROM ledger_transactions
      WHERE account_id = NEW.account_id AND id = NEW.transaction_id) = 'applied'
BEGIN
  SELECT RAISE(ABORT, 'a transfer stays within one currency')
  WHERE (SELECT COUNT(*) FROM ledger_accounts
         WHERE account_id = NEW.account_id AND id IN (NEW.debit_id, NEW.credit_id) AND currency = NEW.currency) <> 2;
  SELECT RAISE(ABORT, 'a pending transfer resolves once')
  WHERE NEW.kind IN ('post', 'void', 'expire')
    AND NOT EXISTS (SELECT 1 FROM ledger_open
                    WHERE account_id = NEW.account_id AND transfer_id = NEW.pending_id AND pending = -NEW.pending);
END;

-- Both entries come from the transfer, here and nowhere else: there is no way to write one side.
CREATE TRIGGER ledger_transfers_entered AFTER INSERT ON ledger_transfers
WHEN (SELECT outcome FROM ledger_transactions
      WHERE account_id = NEW.account_id AND id = NEW.transaction_id) = 'applied'
BEGIN
  INSERT INTO ledger_entries (account_id, ledger_account_id, seq, transfer_id, side, posted, pending,
                              debits_posted, credits_posted, debits_pending, credits_pending, at)
  SELECT NEW.account_id, NEW.debit_id, COALESCE(last.seq, 0) + 1, NEW.id, 'debit', NEW.posted, NEW.pending,
         COALESCE(last.debits_posted, 0) + NEW.posted, COALESCE(last.credits_posted, 0),
         COALESCE(last.debits_pending, 0) + NEW.pending, COALESCE(last.credits_pending, 0), NEW.at
  FROM (SELECT 1) LEFT JOIN ledger_entries last
    ON last.account_id = NEW.account_id AND last.ledger_account_id = NEW.debit_id
    AND last.seq = (SELECT MAX(seq) FROM ledger_entries
                    WHERE account_id = NEW.account_id AND ledger_account_id = NEW.debit_id);
  INSERT INTO ledger_entries (account_id, ledger_account_id, seq, transfer_id, side, posted, pending,
                              debits_posted, credits_posted, debits_pending, credits_pending, at)
  SELECT NEW.account_id, NEW.credit_id, COALESCE(last.seq, 0) + 1, NEW.id, 'credit', NEW.posted, NEW.pending,
         COALESCE(last.debits_posted, 0), COALESCE(last.credits_posted, 0) + NEW.posted,
         COALESCE(last.debits_pending, 0), COALESCE(last.credits_pending, 0) + NEW.pending, NEW.at
  FROM (SELECT 1) LEFT JOIN ledger_entries last
    ON last.account_id = NEW.account_id AND last.ledger_account_id = NEW.credit_id
    AND last.seq = (SELECT MAX(seq) FROM ledger_entries
                    WHERE account_id = NEW.account_id AND ledger_account_id = NEW.credit_id);
  INSERT INTO ledger_open (account_id, transfer_id, debit_id, credit_id, pending, expires_at)
  SELECT NEW.account_id, NEW.id, NEW.debit_id, NEW.credit_id, NEW.pending, NEW.expires_at WHERE NEW.kind = 'pending';
  DELETE FROM ledger_open
  WHERE account_id = NEW.account_id AND transfer_id = NEW.pending_id AND NEW.kind IN ('post', 'void', 'expire');
END;
