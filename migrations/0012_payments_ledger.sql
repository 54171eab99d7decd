-- Money that moves: the ledger, payouts to people outside, claims for money back, and what accounts pay for this.

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
-- Facts by time, and those of a kind; `number`, behind which pages go on, is the rowid that each index ends with.
CREATE INDEX ledger_transfers_by_time ON ledger_transfers (account_id, at);
CREATE INDEX ledger_transfers_by_kind ON ledger_transfers (account_id, kind, at);
CREATE TRIGGER ledger_transfers_no_update BEFORE UPDATE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_transfers_no_delete BEFORE DELETE ON ledger_transfers
BEGIN SELECT RAISE(ABORT, 'ledger_transfers is append-only'); END;
CREATE TRIGGER ledger_transfers_no_replace BEFORE INSERT ON ledger_transfers
WHEN EXISTS (SELECT 1 FROM ledger_transfers WHERE number = NEW.number OR (account_id = NEW.account_id AND id = NEW.id))
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_transfers.id; ledger_transfers is append-only'); END;
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
-- What was resolved after a time, by account: balances of the past ask for it.
CREATE INDEX ledger_transfers_resolved_debits ON ledger_transfers (account_id, debit_id, at)
  WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfers_resolved_credits ON ledger_transfers (account_id, credit_id, at)
  WHERE pending_id IS NOT NULL;

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
-- Two questions: one with OR would look through all entries of the account.
WHEN EXISTS (SELECT 1 FROM ledger_entries
             WHERE account_id = NEW.account_id AND ledger_account_id = NEW.ledger_account_id AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM ledger_entries
             WHERE account_id = NEW.account_id AND transfer_id = NEW.transfer_id AND side = NEW.side)
BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_entries; ledger_entries is append-only'); END;

-- The pending transfers that nothing has resolved: no fact of its own, the triggers of ledger_transfers keep it.
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

-- By account, the key of its payees' fingerprints: encrypted, as the secrets of endpoints are.
CREATE TABLE payee_keys (
  id TEXT PRIMARY KEY REFERENCES accounts (id),
  kept TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX payee_keys_by_key ON payee_keys (substr(kept, 1, instr(kept, '.') - 1), id);

-- Who is paid. The provider knows the bank account; here stand only its ids of the recipient and of the account.
CREATE TABLE payees (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  recipient TEXT NOT NULL,
  method TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  archived_at TEXT,
  -- hand: a person who is paid outside of Tillroll; `recipient` is their name then, and `method` is empty.
  paid_by TEXT NOT NULL DEFAULT 'provider' CHECK (paid_by IN ('provider', 'file', 'hand')),
  -- Of a payee by file: `recipient` is the holder of the bank account, `method` its IBAN as it is shown, `iban` the whole,
  -- encrypted. `bic` is NULL where none is needed.
  bic TEXT,
  iban TEXT CHECK ((iban IS NOT NULL) = (paid_by = 'file')),
  -- Two payees are one where this is the same: the provider's recipient, or a fingerprint of the IBAN. Also archived ones.
  paid_to TEXT NOT NULL,
  -- The user whom it pays back; NULL for anybody else. Payees of one person are one, too.
  person TEXT CHECK (paid_by <> 'hand' OR person IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX payees_by_person ON payees (account_id, person, paid_by)
  WHERE person IS NOT NULL AND archived_at IS NULL;
CREATE INDEX payees_of_person ON payees (account_id, person) WHERE person IS NOT NULL;
CREATE INDEX payees_by_key ON payees (substr(iban, 1, instr(iban, '.') - 1), id);
CREATE UNIQUE INDEX payees_once ON payees (account_id, paid_to, CASE paid_by WHEN 'provider' THEN method ELSE '' END)
  WHERE archived_at IS NULL;
CREATE INDEX payees_by_paid_to ON payees (account_id, paid_to);

-- A payout above `above` minor units is decided on by somebody else than who asked for it.
CREATE TABLE payout_limits (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  above INTEGER NOT NULL CHECK (above >= 0),
  changed_by TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  PRIMARY KEY (account_id, currency)
) STRICT, WITHOUT ROWID;

-- Changes by which one person could pay alone: they wait for a second one. Where the account has nobody else who may confirm
-- it, a change takes effect by itself at `effective_at`.
CREATE TABLE payout_changes (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  what TEXT NOT NULL CHECK (what IN ('limit', 'ledger_account', 'ledger_transfer')),
  -- The limit's currency, or the id in the ledger.
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  effective_at TEXT,
  -- NULL while it waits.
  outcome TEXT CHECK (outcome IN ('confirmed', 'elapsed', 'rejected', 'replaced', 'refused')),
  ended_by TEXT,
  ended_at TEXT
) STRICT;
CREATE UNIQUE INDEX payout_changes_waiting ON payout_changes (account_id, what, subject) WHERE outcome IS NULL;
CREATE INDEX payout_changes_by_account ON payout_changes (account_id, id);

-- What a run pays.
CREATE TABLE payouts (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  payee_id TEXT NOT NULL REFERENCES payees (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  -- What was heard last of the payment: from the provider, the bank, or a person; NULL before. `heard` counts the changes, so
  -- that an older answer is not written over a newer one. `looked_at` is when it was asked for.
  payment_id TEXT,
  payment_status TEXT,
  payment_reason TEXT,
  heard INTEGER NOT NULL DEFAULT 0
    CONSTRAINT "something else was heard of the payment, or booked, meanwhile" CHECK (heard >= 0),
  looked_at TEXT,
  -- The transfers of the ledger that stand for it: its debit, and its delivery. NULL where there is none, or it was reversed.
  debited_by TEXT CONSTRAINT "the ledger refuses to book the payout" CHECK (debited_by <> 'refused'),
  delivered_by TEXT,
  created_at TEXT NOT NULL,
  -- An id of payout_batches. It refers to no table: a backup is loaded in the order in which tables were made, and that one
  -- is made later.
  batch_id TEXT,
  -- What a person said became of a payment, when nobody else could: a payout is settled by hand once. Why is in the audit.
  settled_as TEXT CHECK (settled_as IN ('paid', 'not_paid')),
  settled_by TEXT,
  settled_at TEXT,
  -- Where the nightly audit found that the books do not say what the provider has: how, until they agree.
  disagrees TEXT,
  -- Of one that was paid by hand: the day on which it was.
  paid_on TEXT,
  -- Of one that came to nothing since the payment was refused, or the company's account did not hold enough: why, in codes.
  refusal TEXT,
  refused_at TEXT
) STRICT;
CREATE INDEX payouts_refused ON payouts (refused_at) WHERE refused_at IS NOT NULL;
CREATE INDEX payouts_disagreeing ON payouts (account_id, run_id) WHERE disagrees IS NOT NULL;
CREATE INDEX payouts_by_account ON payouts (account_id, run_id);
CREATE INDEX payouts_by_payee ON payouts (payee_id);
CREATE INDEX payouts_by_batch ON payouts (batch_id) WHERE batch_id IS NOT NULL;
-- What was paid, by when it was asked for last: it may come back.
CREATE INDEX payouts_posted ON payouts (looked_at) WHERE payment_status = 'posted';
-- Where the books say something else than what was heard last.
CREATE INDEX payouts_unbooked ON payouts (run_id)
  WHERE (payment_status = 'posted' AND delivered_by IS NULL
         OR payment_status = 'processing' AND delivered_by IS NOT NULL
         OR payment_status = 'processing' AND payment_reason = 'unproven' AND debited_by IS NULL
         OR payment_status IN ('failed', 'returned', 'canceled') AND debited_by IS NOT NULL);

CREATE TABLE payment_files (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Of whoever asked, so that a file that is asked for twice is made once.
  request_key TEXT NOT NULL,
  execution_day TEXT NOT NULL,
  payments INTEGER NOT NULL CHECK (payments > 0),
  amount INTEGER NOT NULL CHECK (amount > 0),
  -- pain.001, the same bytes for whoever fetches it; encrypted, since it has IBANs.
  content TEXT NOT NULL,
  made_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- When it was taken up again that was made behind the backup which was restored; NULL where it was made here.
  recovered_at TEXT,
  UNIQUE (account_id, request_key)
) STRICT;
CREATE INDEX payment_files_by_account ON payment_files (account_id, id);
CREATE INDEX payment_files_by_key ON payment_files (substr(content, 1, instr(content, '.') - 1), id);

-- The payouts of such files: their runs may come to their payment only later. It refers to none, since some are lost.
CREATE TABLE payment_recovered (
  run_id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  file_id TEXT NOT NULL REFERENCES payment_files (id)
) STRICT, WITHOUT ROWID;
CREATE INDEX payment_recovered_by_file ON payment_recovered (file_id);

-- One for each payout that is paid by file; `file_id` is set once, and what is in a file cannot be cancelled here.
CREATE TABLE payment_instructions (
  id TEXT PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE REFERENCES payouts (run_id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  amount INTEGER NOT NULL CHECK (amount > 0),
  reference TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'processing'
    CHECK (status IN ('processing', 'posted', 'failed', 'returned', 'canceled')),
  file_id TEXT REFERENCES payment_files (id),
  -- What the bank said last: its code and the code of its reason, or `by hand`.
  bank_status TEXT,
  reason TEXT,
  created_at TEXT NOT NULL,
  answered_at TEXT,
  -- Whether its payout was told of `status`.
  is_told INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX payment_instructions_to_tell ON payment_instructions (answered_at) WHERE is_told = 0 AND status <> 'processing';
CREATE INDEX payment_instructions_by_file ON payment_instructions (file_id);
CREATE INDEX payment_instructions_waiting ON payment_instructions (account_id, id)
  WHERE file_id IS NULL AND status = 'processing';

-- What was reported of a payout's payment, by whom: a bank's report, a person, the provider, or entries of a bank account that
-- are matched with it. The newest that was not taken back holds.
CREATE TABLE payout_outcomes (
  run_id TEXT NOT NULL REFERENCES payouts (run_id),
  number INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('report', 'person', 'provider', 'match')),
  by TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('posted', 'failed', 'returned', 'canceled')),
  reason TEXT,
  at TEXT NOT NULL,
  taken_back_at TEXT,
  PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX payout_outcomes_by_account ON payout_outcomes (account_id);

-- Many payouts that were asked for, and approved, at once. Each is a payout of its own, by a child of the batch's run.
CREATE TABLE payout_batches (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  payments INTEGER NOT NULL CHECK (payments > 0),
  asked_by TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX payout_batches_by_account ON payout_batches (account_id, run_id);

-- What a payout pays back: expenses that people paid themselves. Amounts are whole minor units.
CREATE TABLE payout_expenses (
  -- The run that it was asked for with: the payout's, or its batch's.
  asked_in TEXT NOT NULL REFERENCES runs (id),
  -- It refers to no expense, so that one can be erased.
  expense_id TEXT NOT NULL,
  account_id TEXT NOT NULL,
  -- NULL, which the column refuses, where the expense is not owed any more as it was looked at.
  person TEXT NOT NULL,
  -- Which payout of the batch, from 0; and the payout's run, NULL until the batch begins it.
  place INTEGER NOT NULL,
  run_id TEXT,
  -- In the payout's currency; and in the expense's, with the rate between them where these are two.
  amount INTEGER NOT NULL,
  of_amount INTEGER NOT NULL CHECK (of_amount <> 0),
  of_currency TEXT NOT NULL,
  rate TEXT,
  rate_day TEXT,
  rate_source TEXT,
  -- How much of the expense other payouts covered before: of two at once, the second finds its key taken.
  covered_before INTEGER NOT NULL,
  created_at TEXT NOT NULL,
  -- When it was paid; when it came to nothing, so that the expense is owed again. The triggers below keep both.
  paid_at TEXT,
  released_at TEXT,
  PRIMARY KEY (asked_in, expense_id),
  CHECK ((rate IS NULL) = (rate_day IS NULL) AND (rate IS NULL) = (rate_source IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX payout_expenses_once ON payout_expenses (expense_id, covered_before) WHERE released_at IS NULL;
CREATE INDEX payout_expenses_by_expense ON payout_expenses (expense_id);
CREATE INDEX payout_expenses_by_payout ON payout_expenses (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX payout_expenses_by_account ON payout_expenses (account_id);
-- Whatever ends a payout, its expenses follow in the same transaction. The outcomes are those of
-- tillroll.payouts.repository.OUTCOME, which a test compares.
CREATE TRIGGER payout_expenses_by_run AFTER UPDATE OF status, state, failure_class ON runs WHEN NEW.kind = 'payout'
BEGIN
  UPDATE payout_expenses SET
    paid_at = iif(
      NEW.failure_class IS NOT 'rollback_failed' AND NEW.status NOT IN ('processing', 'needs_review')
        AND (SELECT delivered_by FROM payouts WHERE run_id = NEW.id) IS NOT NULL,
      COALESCE(paid_at, NEW.updated_at), NULL),
    released_at = iif(
      NEW.failure_class IS NOT 'rollback_failed'
        AND (NEW.status IN ('complete', 'rejected', 'cancelled') OR NEW.status = 'failed' AND NEW.state = 'reversed')
        AND (SELECT COALESCE(delivered_by, debited_by) FROM payouts WHERE run_id = NEW.id) IS NULL,
      COALESCE(released_at, NEW.updated_at), NULL)
  WHERE run_id = NEW.id AND (released_at IS NULL OR NOT EXISTS (
    SELECT 1 FROM payout_expenses o WHERE o.expense_id = payout_expenses.expense_id
      AND o.covered_before = payout_expenses.covered_before AND o.released_at IS NULL));
END;
CREATE TRIGGER payout_expenses_by_payout AFTER UPDATE OF delivered_by, debited_by ON payouts
WHEN NEW.delivered_by IS NOT OLD.delivered_by OR NEW.debited_by IS NOT OLD.debited_by
BEGIN
  UPDATE payout_expenses SET
    paid_at = iif(NEW.delivered_by IS NOT NULL, COALESCE(paid_at, r.updated_at), NULL),
    released_at = iif(
      NEW.delivered_by IS NULL AND NEW.debited_by IS NULL
        AND (r.status IN ('complete', 'rejected', 'cancelled') OR r.status = 'failed' AND r.state = 'reversed'),
      COALESCE(released_at, r.updated_at), NULL)
  FROM runs r
  WHERE r.id = NEW.run_id AND payout_expenses.run_id = NEW.run_id
    AND r.failure_class IS NOT 'rollback_failed' AND r.status NOT IN ('processing', 'needs_review')
    AND (released_at IS NULL OR NOT EXISTS (
      SELECT 1 FROM payout_expenses o WHERE o.expense_id = payout_expenses.expense_id
        AND o.covered_before = payout_expenses.covered_before AND o.released_at IS NULL));
END;
-- What a batch that has ended never began.
CREATE TRIGGER payout_expenses_by_batch AFTER UPDATE OF status ON runs
WHEN NEW.kind = 'payout-batch' AND NEW.status IN ('complete', 'rejected', 'cancelled')
BEGIN
  UPDATE payout_expenses SET released_at = NEW.updated_at
  WHERE asked_in = NEW.id AND run_id IS NULL AND released_at IS NULL;
END;

-- Claims for money back: what is claimed of whom, which expenses are in it, and what became of it.
CREATE TABLE claims (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- company: pays back what a person spent; customer: is charged what was spent for them.
  payer_kind TEXT NOT NULL CHECK (payer_kind IN ('company', 'customer')),
  -- The client that is charged, NULL of a company's; its name and language as they were then.
  client_id TEXT,
  payer_name TEXT NOT NULL,
  language TEXT,
  sent_by TEXT NOT NULL CHECK (sent_by IN ('hand', 'webhook', 'mail')),
  terms_days INTEGER NOT NULL,
  -- An invoice to a client, with numbers of its own.
  has_invoice INTEGER NOT NULL DEFAULT 0 CHECK (has_invoice IN (0, 1)),
  asked_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- Each change is a row of claim_events under the next version. What is below says what they come to.
  version INTEGER NOT NULL DEFAULT 0,
  -- The version that the run was told of last.
  told INTEGER NOT NULL DEFAULT 0,
  items INTEGER NOT NULL DEFAULT 0,
  year INTEGER,
  number INTEGER,
  issued_on TEXT,
  due_on TEXT,
  -- Minor units of the currency.
  claimed INTEGER NOT NULL DEFAULT 0,
  applied INTEGER NOT NULL DEFAULT 0,
  credited INTEGER NOT NULL DEFAULT 0,
  -- The tax that an invoice charges, without what credit notes took back.
  tax INTEGER NOT NULL DEFAULT 0,
  is_disputed INTEGER NOT NULL DEFAULT 0,
  is_withdrawn INTEGER NOT NULL DEFAULT 0,
  -- Where the payer of a claim that is sent by mail gets it.
  payer_mail TEXT,
  -- What is not waited for any more, although it is owed.
  written_off INTEGER NOT NULL DEFAULT 0 CHECK (written_off >= 0),
  CHECK ((sent_by = 'mail') = (payer_mail IS NOT NULL)),
  CHECK (claimed - credited - applied - written_off >= 0)
) STRICT;
CREATE UNIQUE INDEX claims_numbered ON claims (account_id, has_invoice, year, number)
  WHERE number IS NOT NULL;
CREATE INDEX claims_by_account ON claims (account_id, run_id);
CREATE INDEX claims_by_client ON claims (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX claims_to_tell ON claims (run_id) WHERE told < version;

-- What was claimed of an expense, as it was then. It refers to no expense, so that one can be erased.
CREATE TABLE claim_items (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  expense_id TEXT NOT NULL,
  expense_version INTEGER NOT NULL,
  place INTEGER NOT NULL,
  amount INTEGER NOT NULL,
  tax INTEGER,
  -- When it was let go, by a credit note or since the claim was withdrawn: it can be claimed again.
  released_at TEXT,
  -- The version of the event that let it go: two credit notes may be of one millisecond.
  released_in INTEGER,
  PRIMARY KEY (run_id, expense_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claim_items_live ON claim_items (expense_id) WHERE released_at IS NULL;
-- What a payout covers, no claim asks the company for as well.
CREATE TRIGGER claim_items_not_paid_back BEFORE INSERT ON claim_items
WHEN NEW.released_at IS NULL AND EXISTS (
  SELECT 1 FROM payout_expenses x WHERE x.expense_id = NEW.expense_id AND x.released_at IS NULL)
  AND (SELECT payer_kind FROM claims WHERE run_id = NEW.run_id) = 'company'
BEGIN SELECT RAISE(ABORT, 'a payout pays the expense back'); END;

-- What happened to a claim, once by key: of two at once, the second finds its version taken.
CREATE TABLE claim_events (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  version INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  -- Of a payment or a credit note, in minor units of its currency; how much of it belongs to the claim.
  currency TEXT,
  amount INTEGER,
  applied INTEGER,
  -- The day of a payment, as whoever recorded it says.
  day TEXT,
  -- A reference, or a reason.
  said TEXT,
  -- Of a credit note.
  year INTEGER,
  number INTEGER,
  -- The version of the payment that was taken back.
  reverses INTEGER,
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, version),
  UNIQUE (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claim_credit_notes_numbered ON claim_events (account_id, year, number) WHERE number IS NOT NULL;
CREATE INDEX claim_events_credited ON claim_events (at) WHERE kind = 'credited';

-- The files of a claim, as it was issued: the statement in PDF, and the e-invoice where a customer is to pay.
CREATE TABLE claim_files (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  name TEXT NOT NULL CHECK (name IN ('statement', 'invoice', 'invoice_pdf')),
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_files_by_object ON claim_files (object_key);

-- Links by which whoever is to pay a claim sees it, and answers, until they expire.
CREATE TABLE claim_links (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  -- SHA-256 of the token, which is shown once.
  hash TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT
) STRICT;
CREATE INDEX claim_links_by_claim ON claim_links (run_id, id);

-- The e-invoice of a credit note, once for the event that it is of: CreditNote in UBL, as it was written.
CREATE TABLE claim_note_files (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  version INTEGER NOT NULL,
  name TEXT NOT NULL CHECK (name IN ('credit_note', 'credit_note_pdf')),
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, version, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_note_files_by_object ON claim_note_files (object_key);

-- Who sets up an account's billing, then what the provider calls it: an account has one customer there.
CREATE TABLE account_billing (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  run_id TEXT NOT NULL REFERENCES runs (id),
  plan TEXT NOT NULL,
  customer_id TEXT,
  subscription_id TEXT,
  set_up_at TEXT,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX account_billing_by_run ON account_billing (run_id);

-- Runs that have undone an account's billing: a customer who comes to be behind that is looked for, for two days.
CREATE TABLE billing_undone (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  undone_at TEXT NOT NULL,
  looked_at TEXT
) STRICT;
CREATE INDEX billing_undone_by_account ON billing_undone (account_id);
