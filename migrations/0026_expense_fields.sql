-- What people say of an expense beyond its receipt, and the version that a change names. Each table below counts from 1.

-- ready, in_review (a person sent it back), approved (locked), voided (counts nowhere, and is kept).
ALTER TABLE expenses ADD COLUMN status TEXT NOT NULL DEFAULT 'ready'
  CHECK (status IN ('ready', 'in_review', 'approved', 'voided'));
-- Grows with every change of what is said here; it may grow by more than one.
ALTER TABLE expenses ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
-- NULL: as it was created.
ALTER TABLE expenses ADD COLUMN updated_at TEXT;
-- What it was made from: receipt, voucher (a statement in place of a receipt), mileage, per_diem.
ALTER TABLE expenses ADD COLUMN origin TEXT NOT NULL DEFAULT 'receipt'
  CHECK (origin IN ('receipt', 'voucher', 'mileage', 'per_diem'));
ALTER TABLE expenses ADD COLUMN note TEXT;
ALTER TABLE expenses ADD COLUMN project TEXT;
ALTER TABLE expenses ADD COLUMN client TEXT;
-- cash, card, transfer, direct_debit, other; NULL where nobody knows.
ALTER TABLE expenses ADD COLUMN payment_method TEXT;
-- Who paid: of an employee's money, the company owes it back.
ALTER TABLE expenses ADD COLUMN paid_by TEXT NOT NULL DEFAULT 'company' CHECK (paid_by IN ('company', 'employee'));
ALTER TABLE expenses ADD COLUMN billable INTEGER NOT NULL DEFAULT 0;
-- The user who handed it in.
ALTER TABLE expenses ADD COLUMN person TEXT;
UPDATE expenses SET person = (SELECT uploaded_by FROM receipts WHERE receipts.id = expenses.receipt_id);
-- 1 while the parts below hold: see the triggers.
ALTER TABLE expenses ADD COLUMN is_split INTEGER NOT NULL DEFAULT 0;
CREATE INDEX expenses_by_status ON expenses (account_id, status, id) WHERE status <> 'ready';

CREATE TABLE expense_tags (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  tag TEXT NOT NULL,
  PRIMARY KEY (expense_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX expense_tags_by_tag ON expense_tags (tag, expense_id);

-- The tax at each rate. Amounts in minor units of the expense's currency; the rate in percent, as a decimal number.
CREATE TABLE expense_tax_lines (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  number INTEGER NOT NULL,
  rate TEXT,
  base_minor INTEGER,
  tax_minor INTEGER NOT NULL,
  PRIMARY KEY (expense_id, number)
) STRICT, WITHOUT ROWID;

-- What was bought, as the document lists it.
CREATE TABLE expense_items (
  expense_id TEXT NOT NULL REFERENCES expenses (id),
  number INTEGER NOT NULL,
  description TEXT NOT NULL,
  quantity TEXT,
  unit_price TEXT,
  amount_minor INTEGER NOT NULL,
  PRIMARY KEY (expense_id, number)
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

-- Parts are written while is_split is 0 and counted while it is 1, and it becomes 1 only where they add up.
CREATE TRIGGER expense_parts_add_up BEFORE UPDATE OF is_split, total_minor, tax_minor ON expenses
WHEN NEW.is_split = 1 AND EXISTS (
  SELECT 1 FROM (
    SELECT COUNT(*) AS parts, SUM(amount_minor) AS total, SUM(COALESCE(tax_minor, 0)) AS tax
    FROM expense_parts WHERE expense_id = NEW.id
  ) WHERE parts < 2 OR total <> NEW.total_minor OR tax <> COALESCE(NEW.tax_minor, 0)
)
BEGIN SELECT RAISE(ABORT, 'the parts of an expense add up to it'); END;
CREATE TRIGGER expense_parts_no_insert BEFORE INSERT ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = NEW.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;
CREATE TRIGGER expense_parts_no_update BEFORE UPDATE ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = OLD.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;
CREATE TRIGGER expense_parts_no_delete BEFORE DELETE ON expense_parts
WHEN (SELECT is_split FROM expenses WHERE id = OLD.expense_id) = 1
BEGIN SELECT RAISE(ABORT, 'parts are written while the expense is not split'); END;

-- Nobody who changes an expense has to think of its version. What conversion notes for itself is no change of it.
CREATE TRIGGER expenses_versioned AFTER UPDATE OF status, origin, merchant, registered_name, date, total_minor, tax_minor,
  currency, category, category_by, document_kind, receipt_number, due_date, amount_due_minor, buyer, note, project, client,
  payment_method, paid_by, billable, person, is_split, updated_at ON expenses
WHEN NEW.version = OLD.version
BEGIN UPDATE expenses SET version = OLD.version + 1 WHERE id = NEW.id; END;
CREATE TRIGGER expense_tags_added AFTER INSERT ON expense_tags
BEGIN UPDATE expenses SET version = version + 1 WHERE id = NEW.expense_id; END;
CREATE TRIGGER expense_tags_removed AFTER DELETE ON expense_tags
BEGIN UPDATE expenses SET version = version + 1 WHERE id = OLD.expense_id; END;
