-- Expenses, what people say of them, how they are sorted and approved. Numbers of rows within an expense count from 1.

-- Whom expenses are billed to. Expenses select a client and a project by their ids.
CREATE TABLE clients (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- The name as it is compared.
  word TEXT NOT NULL,
  street TEXT,
  postal_code TEXT,
  city TEXT,
  country TEXT,
  vat_id TEXT,
  registration_id TEXT,
  -- Where claims are sent.
  mail TEXT,
  language TEXT,
  currency TEXT,
  terms_days INTEGER,
  -- The client's own, which public buyers ask for.
  reference TEXT,
  -- The CRM that it comes from, and its company, contact or deal there; NULL for one that a person added.
  source TEXT,
  external_id TEXT,
  opened_at TEXT NOT NULL,
  -- Since when it is offered no more; the client that stands in its place.
  archived_at TEXT,
  merged_into TEXT REFERENCES clients (id),
  UNIQUE (account_id, source, external_id),
  CHECK ((source IS NULL) = (external_id IS NULL)),
  CHECK (merged_into IS NULL OR archived_at IS NOT NULL)
) STRICT;
CREATE INDEX clients_by_account ON clients (account_id, id);
CREATE INDEX clients_by_word ON clients (account_id, word);
CREATE INDEX clients_by_merge ON clients (merged_into) WHERE merged_into IS NOT NULL;

-- A project of a client: a person's, or one deal that was won.
CREATE TABLE projects (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  client_id TEXT NOT NULL REFERENCES clients (id),
  source TEXT,
  external_id TEXT,
  name TEXT NOT NULL,
  -- What the deal is worth, in minor units; NULL where nobody says.
  amount INTEGER,
  currency TEXT,
  opened_at TEXT NOT NULL,
  -- Since when it is archived, or its deal is won no more.
  closed_at TEXT,
  UNIQUE (account_id, source, external_id),
  CHECK ((source IS NULL) = (external_id IS NULL)),
  CHECK ((amount IS NULL) = (currency IS NULL))
) STRICT;
CREATE INDEX projects_by_account ON projects (account_id, id);
CREATE INDEX projects_by_client ON projects (client_id);
CREATE INDEX projects_by_name ON projects (account_id, name);

CREATE TABLE expenses (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  receipt_id TEXT NOT NULL UNIQUE REFERENCES receipts (id),
  -- One expense a run: the id is the run's, and what is looked for by its run is looked for by that.
  run_id TEXT NOT NULL GENERATED ALWAYS AS ('run_' || substr(id, 5)) VIRTUAL,
  merchant TEXT NOT NULL,
  date TEXT NOT NULL,
  -- Minor units of the currency: 1590 is 15.90 MYR, 1590 is 1590 JPY.
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  currency TEXT NOT NULL,
  -- The same for the same merchant, date, total and currency; see tillroll_documents.reading.recognition.
  duplicate_key TEXT NOT NULL,
  created_at TEXT NOT NULL,
  category TEXT,
  -- Who chose or approved it; empty for one that was proposed and taken without a person.
  category_by TEXT,
  -- When they did; NULL for what was there when the expense was made.
  category_at TEXT,
  -- JSON of a category that is likely, with its reason: shown while the expense has none, and counted nowhere.
  proposed_category TEXT,
  -- 'now', or the day (YYYY-MM-DD) whose rates are missing; NULL once there is nothing to do.
  awaits_conversion TEXT DEFAULT 'now',
  -- The firm that sold, beside the merchant's name: the legal entity as it is printed. NULL where none is.
  registered_name TEXT,
  -- Of invoices and credit notes: what they are, and what a payer needs to know. NULL where the document says nothing. The
  -- amount due is in minor units of the expense's currency.
  document_kind TEXT,
  receipt_number TEXT,
  due_date TEXT,
  amount_due_minor INTEGER,
  buyer TEXT,
  -- ready, in_review (a person sent it back), approved (locked), voided (counts nowhere, and is kept).
  status TEXT NOT NULL DEFAULT 'ready' CHECK (status IN ('ready', 'in_review', 'approved', 'voided')),
  -- Grows with every change of what is said here; it may grow by more than one.
  version INTEGER NOT NULL DEFAULT 1,
  -- NULL: as it was created.
  updated_at TEXT,
  -- What it was made from: receipt, voucher (a statement in place of a receipt), mileage, per_diem.
  origin TEXT NOT NULL DEFAULT 'receipt' CHECK (origin IN ('receipt', 'voucher', 'mileage', 'per_diem')),
  note TEXT,
  -- Whom it is billed to, and what for; beside each, its name now.
  client_id TEXT REFERENCES clients (id),
  client TEXT,
  project_id TEXT REFERENCES projects (id),
  project TEXT,
  -- What it is booked on, as bookkeepers name it.
  cost_center TEXT,
  -- cash, card, transfer, direct_debit, other; NULL where nobody knows.
  payment_method TEXT,
  -- Who paid: of an employee's money, the company owes it back.
  paid_by TEXT NOT NULL DEFAULT 'company' CHECK (paid_by IN ('company', 'employee')),
  billable INTEGER NOT NULL DEFAULT 0,
  -- The user whose it is: who handed it in. They see it, beside those who see all of the account.
  person TEXT,
  -- 1 while the rows of expense_parts hold: see its triggers.
  is_split INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
-- Its receipt, and the runs of that, are of the same person.
CREATE TRIGGER expenses_of_persons AFTER INSERT ON expenses WHEN NEW.person IS NOT NULL
BEGIN UPDATE receipts SET person = NEW.person WHERE id = NEW.receipt_id AND person IS NOT NEW.person; END;
CREATE TRIGGER expenses_of_other_persons AFTER UPDATE OF person ON expenses WHEN NEW.person IS NOT OLD.person
BEGIN UPDATE receipts SET person = NEW.person WHERE id = NEW.receipt_id AND person IS NOT NEW.person; END;
CREATE INDEX expenses_by_account ON expenses (account_id, id);
CREATE INDEX expenses_by_person ON expenses (account_id, person, id) WHERE person IS NOT NULL;
-- What people paid themselves, and the company owes them: also journeys at a rate.
CREATE INDEX expenses_own_paid ON expenses (account_id, person, id)
  WHERE status = 'approved' AND (paid_by = 'employee' OR origin IN ('mileage', 'per_diem'));
-- The key begins with that of the merchant, and |.
CREATE INDEX expenses_duplicates ON expenses (account_id, duplicate_key);
CREATE INDEX expenses_categories ON expenses (account_id, category) WHERE category IS NOT NULL;
CREATE INDEX expenses_to_convert ON expenses (awaits_conversion) WHERE awaits_conversion IS NOT NULL;
CREATE INDEX expenses_by_day ON expenses (account_id, date, id);
CREATE INDEX expenses_to_approve ON expenses (account_id, created_at, id) WHERE status = 'ready';
CREATE INDEX expenses_by_status ON expenses (account_id, status, id) WHERE status <> 'ready';
CREATE INDEX expenses_by_total ON expenses (account_id, currency, total_minor, date);
CREATE INDEX expenses_by_number ON expenses (account_id, receipt_number) WHERE receipt_number IS NOT NULL;

CREATE TABLE expense_tags (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (expense_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX expense_tags_by_tag ON expense_tags (tag, expense_id);
CREATE TRIGGER expense_tags_added AFTER INSERT ON expense_tags
BEGIN UPDATE expenses SET version = version + 1 WHERE id = NEW.expense_id; END;
CREATE TRIGGER expense_tags_removed AFTER DELETE ON expense_tags
BEGIN UPDATE expenses SET version = version + 1 WHERE id = OLD.expense_id; END;

-- The tax at each rate. Amounts in minor units of the expense's currency; the rate in percent, as a decimal number.
CREATE TABLE expense_tax_lines (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  number INTEGER NOT NULL,
  rate TEXT,
  base_minor INTEGER,
  tax_minor INTEGER NOT NULL,
  -- The VAT category of EN 16931 (BT-118), which an e-invoice names; NULL where nobody says.
  vat_category TEXT CHECK (vat_category IN ('S', 'Z', 'E', 'AE', 'K', 'G', 'O', 'L', 'M')),
  PRIMARY KEY (expense_id, number)
) STRICT, WITHOUT ROWID;

-- What was bought, as the document lists it: a JSON array of [description, quantity, unit price, amount in minor units].
-- They are read and written all at once, so they have one row.
CREATE TABLE expense_items (
  expense_id TEXT PRIMARY KEY REFERENCES expenses (id),
  items TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- An expense that belongs to several categories. Its parts add up to its total and its tax.
CREATE TABLE expense_parts (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  number INTEGER NOT NULL,
  category TEXT,
  amount_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  note TEXT,
  PRIMARY KEY (expense_id, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER expense_parts_no_insert BEFORE INSERT ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = NEW.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;
CREATE TRIGGER expense_parts_no_update BEFORE UPDATE ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = OLD.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;
CREATE TRIGGER expense_parts_no_delete BEFORE DELETE ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = OLD.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;
CREATE INDEX expense_parts_by_category ON expense_parts (category, expense_id) WHERE category IS NOT NULL;
-- Parts are written while is_split is 0 and counted while it is 1, and it becomes 1 only where they add up.
CREATE TRIGGER expense_parts_add_up BEFORE UPDATE OF is_split, total_minor, tax_minor ON expenses
WHEN NEW.is_split = 1 AND EXISTS (
  SELECT 1 FROM (
    SELECT COUNT(*) AS parts, SUM(amount_minor) AS total, SUM(COALESCE(tax_minor, 0)) AS tax
    FROM expense_parts WHERE expense_id = NEW.id
  ) WHERE parts < 2 OR total <> NEW.total_minor OR tax <> COALESCE(NEW.tax_minor, 0)
)
BEGIN SELECT RAISE(ABORT, 'the parts of an expense add up to it'); END;
-- Nobody who changes an expense has to think of its version. What conversion notes for itself is no change of it.
CREATE TRIGGER expenses_versioned AFTER UPDATE OF status, origin, merchant, registered_name, date, total_minor, tax_minor,
  currency, category, category_by, document_kind, receipt_number, due_date, amount_due_minor, buyer, note, project, client,
  project_id, client_id, cost_center, payment_method, paid_by, billable, person, is_split, updated_at ON expenses
WHEN NEW.version = OLD.version
BEGIN UPDATE expenses SET version = OLD.version + 1 WHERE id = NEW.id; END;

-- What people changed of an expense. Values stand here and only here, so that erasing a person's data deletes them while
-- the audit, which names a change by its id, stays as it was sealed.
CREATE TABLE expense_changes (
  id TEXT NOT NULL PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  -- edited, sent_back, confirmed, voided, restored, undone.
  kind TEXT NOT NULL,
  -- One change leads on from a version: of two at once, the second is refused.
  from_version INTEGER NOT NULL,
  version INTEGER NOT NULL,
  -- Why, in the person's words: asked for where money changes.
  reason TEXT,
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  -- The change that this one takes back; each is taken back once.
  undoes TEXT UNIQUE REFERENCES expense_changes (id),
  UNIQUE (expense_id, from_version)
) STRICT;

-- A field of a change by the API's name, before and after, as JSON.
CREATE TABLE expense_change_values (
  change_id TEXT NOT NULL REFERENCES expense_changes (id),
  field TEXT NOT NULL,
  old TEXT NOT NULL,
  new TEXT NOT NULL,
  PRIMARY KEY (change_id, field)
) STRICT, WITHOUT ROWID;

-- How the merchant of an expense was printed. Which merchants are known is asked of these rows, so that marking one as
-- undone takes back what it taught. Rows are never changed otherwise, but for a confirmation that comes later.
CREATE TABLE merchant_sightings (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- The name as it was read, and its key; see tillroll_documents.reading.recognition.
  spelling TEXT,
  look_key TEXT,
  tax_id TEXT,
  -- Where an e-invoice says that the seller is (ISO 3166).
  country TEXT,
  -- The account that an invoice is to be paid into.
  iban TEXT,
  -- A web address or telephone number; see tillroll_documents.reading.merchants.contacts.
  contact TEXT,
  merchant TEXT NOT NULL,
  merchant_key TEXT NOT NULL,
  -- Who approved or corrected it; empty where no person looked.
  confirmed_by TEXT,
  at TEXT NOT NULL,
  undone_at TEXT,
  undone_by TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX merchant_sightings_by_look ON merchant_sightings (account_id, look_key) WHERE undone_at IS NULL;
CREATE INDEX merchant_sightings_by_tax_id ON merchant_sightings (account_id, tax_id)
  WHERE undone_at IS NULL AND tax_id IS NOT NULL;
CREATE INDEX merchant_sightings_by_iban ON merchant_sightings (account_id, iban)
  WHERE undone_at IS NULL AND iban IS NOT NULL;
CREATE INDEX merchant_sightings_by_contact ON merchant_sightings (account_id, contact)
  WHERE undone_at IS NULL AND contact IS NOT NULL;
-- A merchant is found by look where both keys are the same, as they are of most: see OF_MERCHANT of expenses/writes.py.
CREATE INDEX merchant_sightings_by_merchant ON merchant_sightings (account_id, merchant_key)
  WHERE undone_at IS NULL AND merchant_key IS NOT look_key;

-- One euro in a currency on a day. What is stored stays: expenses were converted with it.
CREATE TABLE exchange_rates (
  date TEXT NOT NULL,
  currency TEXT NOT NULL,
  -- A decimal number as it was published; REAL would change it.
  rate TEXT NOT NULL,
  -- Where it was read: host and path of the address, or the name of an imported file.
  source TEXT NOT NULL,
  PRIMARY KEY (date, currency)
) STRICT, WITHOUT ROWID;

-- What a person entered where no rate was published: one `currency` is worth `rate` of `base_currency` on these days.
CREATE TABLE entered_rates (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  currency TEXT NOT NULL,
  base_currency TEXT NOT NULL,
  -- A decimal number; REAL would change it.
  rate TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day TEXT NOT NULL,
  source TEXT NOT NULL,
  entered_by TEXT NOT NULL,
  created_at TEXT NOT NULL,
  -- NULL while it counts.
  withdrawn_at TEXT,
  CHECK (first_day <= last_day)
) STRICT;
CREATE INDEX entered_rates_by_account ON entered_rates (account_id, currency, last_day);

-- Counts only while its base currency is the account's: after a change it is replaced, expense by expense.
CREATE TABLE expense_conversions (
  expense_id TEXT PRIMARY KEY REFERENCES expenses (id),
  base_currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  rate TEXT NOT NULL,
  rate_date TEXT NOT NULL,
  source TEXT NOT NULL,
  -- The one in entered_rates; NULL where the rate was published.
  entered_rate TEXT REFERENCES entered_rates (id),
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX expense_conversions_by_entered_rate ON expense_conversions (entered_rate) WHERE entered_rate IS NOT NULL;

-- What an account sorts its expenses by.
CREATE TABLE categories (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- As the account's chart of accounts and its tax software have it; NULL where nobody said.
  ledger_code TEXT,
  tax_code TEXT,
  -- The account knows its tax, as DATEV's automatic accounts do: a booking on it has no tax code.
  account_is_automatic INTEGER NOT NULL DEFAULT 0 CHECK (account_is_automatic IN (0, 1)),
  -- archived: not offered, and still shown where it is used; merged: expenses of it are the other one's.
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'archived', 'merged')),
  merged_into TEXT REFERENCES categories (id),
  -- Which of a starter set it was; NULL for an own one.
  starter TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT
) STRICT;
CREATE INDEX categories_by_account ON categories (account_id, name);

-- Every name that leads to a category: its own, and those it had, so that what still has one of these is not another.
CREATE TABLE category_names (
  account_id TEXT NOT NULL,
  name TEXT NOT NULL COLLATE NOCASE,
  category_id TEXT NOT NULL REFERENCES categories (id),
  PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
-- A category that is typed in for the first time is there from then on; one by a name that it had gets its own.
CREATE TRIGGER expenses_name_category AFTER INSERT ON expenses
WHEN NEW.category IS NOT NULL
BEGIN
  INSERT INTO categories (id, account_id, name, created_at, created_by)
  SELECT 'cat_' || hex(randomblob(13)), NEW.account_id, NEW.category, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NEW.category_by
  WHERE NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = NEW.account_id AND name = NEW.category);
  INSERT INTO category_names (account_id, name, category_id)
  SELECT c.account_id, c.name, c.id FROM categories c
  WHERE c.account_id = NEW.account_id AND c.name = NEW.category AND c.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = NEW.account_id AND name = NEW.category);
  UPDATE expenses SET category = (
    SELECT c.name FROM category_names n JOIN categories c ON c.id = n.category_id
    WHERE n.account_id = NEW.account_id AND n.name = NEW.category
  ) WHERE id = NEW.id AND NOT EXISTS (
    SELECT 1 FROM categories WHERE account_id = NEW.account_id AND name = NEW.category AND state <> 'merged');
END;
CREATE TRIGGER expenses_rename_category AFTER UPDATE OF category ON expenses
WHEN NEW.category IS NOT NULL AND NEW.category IS NOT OLD.category
BEGIN
  INSERT INTO categories (id, account_id, name, created_at, created_by)
  SELECT 'cat_' || hex(randomblob(13)), NEW.account_id, NEW.category, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NEW.category_by
  WHERE NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = NEW.account_id AND name = NEW.category);
  INSERT INTO category_names (account_id, name, category_id)
  SELECT c.account_id, c.name, c.id FROM categories c
  WHERE c.account_id = NEW.account_id AND c.name = NEW.category AND c.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = NEW.account_id AND name = NEW.category);
  UPDATE expenses SET category = (
    SELECT c.name FROM category_names n JOIN categories c ON c.id = n.category_id
    WHERE n.account_id = NEW.account_id AND n.name = NEW.category
  ) WHERE id = NEW.id AND NOT EXISTS (
    SELECT 1 FROM categories WHERE account_id = NEW.account_id AND name = NEW.category AND state <> 'merged');
END;
CREATE TRIGGER expense_parts_name_category AFTER INSERT ON expense_parts
WHEN NEW.category IS NOT NULL
BEGIN
  INSERT INTO categories (id, account_id, name, created_at, created_by)
  SELECT 'cat_' || hex(randomblob(13)), (SELECT account_id FROM expenses WHERE id = NEW.expense_id), NEW.category, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), NULL
  WHERE NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = (SELECT account_id FROM expenses WHERE id = NEW.expense_id) AND name = NEW.category);
  INSERT INTO category_names (account_id, name, category_id)
  SELECT c.account_id, c.name, c.id FROM categories c
  WHERE c.account_id = (SELECT account_id FROM expenses WHERE id = NEW.expense_id) AND c.name = NEW.category AND c.state = 'active'
    AND NOT EXISTS (SELECT 1 FROM category_names WHERE account_id = (SELECT account_id FROM expenses WHERE id = NEW.expense_id) AND name = NEW.category);
  UPDATE expense_parts SET category = (
    SELECT c.name FROM category_names n JOIN categories c ON c.id = n.category_id
    WHERE n.account_id = (SELECT account_id FROM expenses WHERE id = NEW.expense_id) AND n.name = NEW.category
  ) WHERE expense_id = NEW.expense_id AND number = NEW.number;
END;

-- Which category an expense gets. The first that matches decides; see tillroll.expenses.sorting.rules.
CREATE TABLE category_rules (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  position INTEGER NOT NULL,
  -- JSON: what it asks for, and what it gives.
  conditions TEXT NOT NULL,
  gives TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'deleted')),
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL
) STRICT;
CREATE INDEX category_rules_in_order ON category_rules (account_id, position, id) WHERE state <> 'deleted';

-- A proposal that a person does not want to see again.
CREATE TABLE proposals_dismissed (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  merchant_key TEXT NOT NULL,
  category TEXT NOT NULL,
  dismissed_at TEXT NOT NULL,
  dismissed_by TEXT NOT NULL,
  PRIMARY KEY (account_id, merchant_key, category)
) STRICT, WITHOUT ROWID;

-- One act of a person that changes many expenses, some at a time, and can be undone as a whole.
CREATE TABLE bulk_acts (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  begin_key TEXT NOT NULL,
  -- JSON: what was asked for, in the values of that moment.
  asked TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'applying' CHECK (state IN ('applying', 'applied', 'undoing', 'undone')),
  -- Counts the batches, so that each is written once; the last expense that was looked at.
  step INTEGER NOT NULL DEFAULT 0,
  cursor TEXT NOT NULL DEFAULT '',
  changed INTEGER NOT NULL DEFAULT 0,
  left_out INTEGER NOT NULL DEFAULT 0,
  restored INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  finished_at TEXT,
  undone_at TEXT,
  undone_by TEXT,
  -- The person whose expenses alone it reaches, where whoever began it sees no others; NULL: it reaches all.
  only TEXT,
  UNIQUE (account_id, begin_key)
) STRICT;
CREATE INDEX bulk_acts_by_account ON bulk_acts (account_id, id);
CREATE INDEX bulk_acts_unfinished ON bulk_acts (id) WHERE state IN ('applying', 'undoing');

-- What an act changed of an expense: JSON of the values before and after.
CREATE TABLE bulk_act_changes (
  act_id TEXT NOT NULL REFERENCES bulk_acts (id),
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  PRIMARY KEY (act_id, expense_id)
) STRICT, WITHOUT ROWID;
-- An expense's history has the acts on many expenses that changed it.
CREATE INDEX bulk_act_changes_by_expense ON bulk_act_changes (expense_id, act_id);

-- Why an act left an expense as it is.
CREATE TABLE bulk_act_refusals (
  act_id TEXT NOT NULL REFERENCES bulk_acts (id),
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  reason TEXT NOT NULL,
  PRIMARY KEY (act_id, expense_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX bulk_act_refusals_by_expense ON bulk_act_refusals (expense_id);

-- What an account asks of an expense before it is approved.
CREATE TABLE approval_policies (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- Which expenses it is about; NULL for all. The amount in minor units of its currency, without sign: above it.
  category TEXT,
  person TEXT REFERENCES users (id),
  currency TEXT,
  above_minor INTEGER,
  -- refuse: not approved; four_eyes: not by whoever handed it in; warn: shown.
  effect TEXT NOT NULL CHECK (effect IN ('refuse', 'four_eyes', 'warn')),
  deleted_at TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  -- approval: before an expense is approved. claim: before what was approved is claimed.
  held_at TEXT NOT NULL DEFAULT 'approval' CHECK (held_at IN ('approval', 'claim')),
  -- 1: it is about expenses without a receipt alone.
  without_receipt INTEGER NOT NULL DEFAULT 0 CHECK (without_receipt IN (0, 1)),
  -- A role, or a user's id: it is not about what they approve, or approved. NULL: whoever approves, it holds.
  unless_approved_by TEXT,
  CHECK ((currency IS NULL) = (above_minor IS NULL))
) STRICT;
CREATE INDEX approval_policies_by_account ON approval_policies (account_id, id) WHERE deleted_at IS NULL;

-- What was decided on an expense, each leading on from a version of it: of two at once, the second is refused.
CREATE TABLE approval_decisions (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  from_version INTEGER NOT NULL,
  decision TEXT NOT NULL CHECK (decision IN ('approved', 'unapproved', 'rejected', 'unrejected')),
  -- Why, in the person's words.
  reason TEXT,
  actor TEXT NOT NULL,
  at TEXT NOT NULL,
  -- The roles of the person who decided, by spaces, as they were then: losing one later takes no approval back, gaining
  -- one gives none.
  roles TEXT,
  PRIMARY KEY (expense_id, from_version)
) STRICT, WITHOUT ROWID;

-- What people said of two expenses that looked like one: the older id first.
CREATE TABLE duplicate_verdicts (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  first_id TEXT NOT NULL REFERENCES expenses (id),
  second_id TEXT NOT NULL REFERENCES expenses (id),
  -- apart: two purchases, which is not asked again; merged: one, of which kept_id stays and the other is voided.
  verdict TEXT NOT NULL CHECK (verdict IN ('apart', 'merged')),
  kept_id TEXT REFERENCES expenses (id),
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  PRIMARY KEY (first_id, second_id),
  CHECK ((verdict = 'merged') = (kept_id IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_verdicts_second ON duplicate_verdicts (second_id);
CREATE INDEX duplicate_verdicts_kept ON duplicate_verdicts (kept_id) WHERE kept_id IS NOT NULL;
