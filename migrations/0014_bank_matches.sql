-- What explains the entries of bank accounts. Amounts are whole minor units, signed as the entry.

-- Proposed until somebody, or the run where it is certain, accepts it; or declined; or undone after it was accepted.
CREATE TABLE bank_matches (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  state TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'undone')),
  kind TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('automatic', 'proposed', 'tie', 'by_hand')),
  -- From 0 to 1000.
  score INTEGER NOT NULL,
  -- JSON: why, in words; and the documents or entries that fit as well.
  reasons TEXT NOT NULL,
  twins TEXT NOT NULL DEFAULT '[]',
  created_at TEXT NOT NULL,
  decided_by TEXT,
  decided_at TEXT,
  said TEXT,
  -- The id of its fact in the ledger; empty until it is accepted.
  booked TEXT NOT NULL DEFAULT '',
  -- The match by which the bank took back an entry that this one explained, where that undid it.
  reversed_by TEXT
) STRICT;
CREATE INDEX bank_matches_reversed ON bank_matches (reversed_by) WHERE reversed_by IS NOT NULL;
CREATE INDEX bank_matches_by_account ON bank_matches (account_id, id);

-- A line (an entry, or a single payment of its batch) with what explains it.
CREATE TABLE bank_pairs (
  match_id TEXT NOT NULL REFERENCES bank_matches (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  entry_id TEXT NOT NULL REFERENCES bank_entries (id),
  -- The number of the single payment, from 1; 0: the whole entry.
  payment INTEGER NOT NULL,
  document_kind TEXT NOT NULL CHECK (document_kind IN ('expense', 'claim', 'payout', 'fee', 'own_account', 'entry')),
  -- It refers to no table, so that a document can be erased.
  document_id TEXT NOT NULL,
  amount INTEGER NOT NULL CHECK (amount <> 0),
  -- Of the document's remainder, in its currency; of a refund with the opposite sign of the document.
  settles INTEGER NOT NULL,
  -- 1 while its match is accepted.
  counts INTEGER NOT NULL DEFAULT 0 CHECK (counts IN (0, 1)),
  -- Of an expense: its total and currency when the match was accepted.
  total INTEGER,
  total_currency TEXT,
  PRIMARY KEY (match_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_pairs_by_entry ON bank_pairs (entry_id);
CREATE INDEX bank_pairs_by_document ON bank_pairs (account_id, document_id, counts);
-- What a payout pays back, no entry pays once more: the payout has it. A refund has the other sign.
CREATE TRIGGER bank_pairs_not_paid_back BEFORE UPDATE OF counts ON bank_pairs
WHEN NEW.counts = 1 AND OLD.counts = 0 AND NEW.document_kind = 'expense' AND EXISTS (
  SELECT 1 FROM payout_expenses x WHERE x.expense_id = NEW.document_id AND x.released_at IS NULL
    AND (x.of_amount > 0) = (NEW.settles < 0))
BEGIN SELECT RAISE(ABORT, 'a payout pays the expense back'); END;
-- All pairs of a match count at once, so what they explain of an entry is added once, with the last of them: of a card
-- processor's payout the gross amount is more than the entry has, and the fee takes the rest back.
CREATE TRIGGER bank_pairs_counted AFTER UPDATE OF counts ON bank_pairs
WHEN NEW.counts <> OLD.counts AND NEW.number = (
  SELECT MAX(l.number) FROM bank_pairs l WHERE l.match_id = NEW.match_id AND l.entry_id = NEW.entry_id)
BEGIN
  UPDATE bank_entries SET explained = explained + (NEW.counts - OLD.counts) * (
    SELECT SUM(o.amount) FROM bank_pairs o WHERE o.match_id = NEW.match_id AND o.entry_id = NEW.entry_id), doubt = (
    SELECT iif(x.status = 'voided', 'voided', 'changed')
    FROM bank_pairs p JOIN expenses x ON x.id = p.document_id
    WHERE p.entry_id = bank_entries.id AND p.counts = 1 AND p.document_kind = 'expense'
      AND (x.status = 'voided' OR x.total_minor <> p.total OR x.currency <> p.total_currency)
    ORDER BY x.status = 'voided' DESC LIMIT 1)
  WHERE id = NEW.entry_id;
END;
CREATE TRIGGER bank_entries_doubted AFTER UPDATE OF status, total_minor, currency ON expenses
WHEN NEW.total_minor <> OLD.total_minor OR NEW.currency <> OLD.currency
  OR (NEW.status = 'voided') <> (OLD.status = 'voided')
BEGIN
  UPDATE bank_entries SET doubt = (
    SELECT iif(x.status = 'voided', 'voided', 'changed')
    FROM bank_pairs p JOIN expenses x ON x.id = p.document_id
    WHERE p.entry_id = bank_entries.id AND p.counts = 1 AND p.document_kind = 'expense'
      AND (x.status = 'voided' OR x.total_minor <> p.total OR x.currency <> p.total_currency)
    ORDER BY x.status = 'voided' DESC LIMIT 1)
  WHERE id IN (SELECT entry_id FROM bank_pairs WHERE account_id = NEW.account_id AND document_id = NEW.id AND counts = 1);
END;

-- Pairs that a person declined, by line and document: they are proposed no more.
CREATE TABLE bank_declined (
  account_id TEXT NOT NULL,
  line_id TEXT NOT NULL,
  document_id TEXT NOT NULL,
  PRIMARY KEY (account_id, line_id, document_id)
) STRICT, WITHOUT ROWID;

-- What decisions teach: which payee of the bank is which merchant, by the keys of tillroll_documents.matching.payee_names.
CREATE TABLE bank_aliases (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  payee TEXT NOT NULL,
  merchant TEXT NOT NULL,
  accepted INTEGER NOT NULL DEFAULT 0,
  declined INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (account_id, payee, merchant)
) STRICT, WITHOUT ROWID;

-- What an accepted or undone match does elsewhere: a claim's payment or one that came back, what is known of a payout. Done
-- once by its id.
CREATE TABLE bank_effects (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  match_id TEXT NOT NULL REFERENCES bank_matches (id),
  what TEXT NOT NULL CHECK (what IN ('claim', 'payout')),
  -- Whether the match is undone.
  is_undone INTEGER NOT NULL CHECK (is_undone IN (0, 1)),
  document_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- Signed as the entry; and the same in the document's currency.
  amount INTEGER NOT NULL,
  settles INTEGER NOT NULL,
  day TEXT NOT NULL,
  said TEXT,
  by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  done_at TEXT,
  -- Of money of a claim that went back, what is done: `refund`; `reverse:3`, of the payment of that version; or `known:3`,
  -- where a person recorded it before, in the event of that version.
  plan TEXT,
  -- Why it is not done, as the other side says: a person looks there.
  refused TEXT
) STRICT;
CREATE INDEX bank_effects_due ON bank_effects (id) WHERE done_at IS NULL;
CREATE UNIQUE INDEX bank_effects_planned ON bank_effects (document_id, plan)
  WHERE is_undone = 0 AND (plan LIKE 'reverse:%' OR plan LIKE 'known:%');
CREATE INDEX bank_effects_by_document ON bank_effects (document_id);
CREATE INDEX bank_effects_by_match ON bank_effects (match_id);
CREATE INDEX bank_effects_open ON bank_effects (account_id, document_id) WHERE done_at IS NULL;

-- Accounts with entries, and whether documents came or changed since their entries were matched.
CREATE TABLE bank_matching (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  -- Counts such changes.
  is_due INTEGER NOT NULL DEFAULT 0,
  -- The day up to which entries are matched in this turn, the newest first; NULL: it begins.
  reached TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_matching_due ON bank_matching (account_id) WHERE is_due > 0;
CREATE TRIGGER bank_matching_by_new_expense AFTER INSERT ON expenses
BEGIN UPDATE bank_matching SET is_due = is_due + 1, reached = NULL WHERE account_id = NEW.account_id; END;
CREATE TRIGGER bank_matching_by_expense
AFTER UPDATE OF merchant, date, total_minor, currency, status, payment_method, paid_by ON expenses
BEGIN UPDATE bank_matching SET is_due = is_due + 1, reached = NULL WHERE account_id = NEW.account_id; END;
CREATE TRIGGER bank_matching_by_claim AFTER UPDATE OF claimed, applied, credited, written_off ON claims
BEGIN UPDATE bank_matching SET is_due = is_due + 1, reached = NULL WHERE account_id = NEW.account_id; END;
CREATE TRIGGER bank_matching_by_payout AFTER UPDATE OF debited_by, delivered_by ON payouts
BEGIN UPDATE bank_matching SET is_due = is_due + 1, reached = NULL WHERE account_id = NEW.account_id; END;
