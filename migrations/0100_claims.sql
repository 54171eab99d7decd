-- Claims for money back: what is claimed of whom, which expenses are in it, and what became of it.

CREATE TABLE claims (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- company: pays back what a person spent; customer: is charged what was spent for them.
  payer_kind TEXT NOT NULL CHECK (payer_kind IN ('company', 'customer')),
  payer_name TEXT NOT NULL,
  sent_by TEXT NOT NULL CHECK (sent_by IN ('hand', 'webhook', 'mail')),
  terms_days INTEGER NOT NULL,
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
  is_disputed INTEGER NOT NULL DEFAULT 0,
  is_withdrawn INTEGER NOT NULL DEFAULT 0,
  CHECK (claimed - credited - applied >= 0)
) STRICT;
CREATE UNIQUE INDEX claims_numbered ON claims (account_id, year, number) WHERE number IS NOT NULL;
CREATE INDEX claims_by_account ON claims (account_id, run_id);
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
  PRIMARY KEY (run_id, expense_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claim_items_live ON claim_items (expense_id) WHERE released_at IS NULL;

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
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  PRIMARY KEY (run_id, version),
  UNIQUE (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claim_credit_notes_numbered ON claim_events (account_id, year, number) WHERE number IS NOT NULL;
