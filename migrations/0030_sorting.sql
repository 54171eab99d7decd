-- What an account sorts its expenses by: categories, rules, and acts that change many expenses at once.

CREATE TABLE categories (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  -- As the account's chart of accounts and its tax software have it; NULL where nobody said.
  ledger_code TEXT,
  tax_code TEXT,
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

-- The categories that expenses have already. An expense has one, so the first expense's id makes a category's.
INSERT INTO categories (id, account_id, name, created_at)
SELECT 'cat_' || substr(MIN(id), 5), account_id, MIN(category), MIN(created_at)
FROM expenses WHERE category IS NOT NULL GROUP BY account_id, category COLLATE NOCASE;
INSERT INTO category_names (account_id, name, category_id) SELECT account_id, name, id FROM categories;

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

-- An expense's merchant by its key, which is the first part of the key of duplicates.
CREATE INDEX expenses_by_merchant_key
  ON expenses (account_id, substr(duplicate_key, 1, instr(duplicate_key, '|') - 1), id);
CREATE INDEX expense_parts_by_category ON expense_parts (category, expense_id) WHERE category IS NOT NULL;
