-- Tax: what a person said of how an expense is taxed. Without a row, its document says it.

CREATE TABLE expense_tax (
  expense_id TEXT PRIMARY KEY REFERENCES expenses (id),
  -- A Treatment of src/tillroll/tax/rules.py.
  treatment TEXT NOT NULL CHECK (
    treatment IN (
      'domestic', 'eu_services', 'other_services', 'domestic_reverse', 'eu_goods', 'import', 'foreign_tax', 'no_tax'
    )
  ),
  -- How much of the tax is deducted, in percent.
  deductible INTEGER NOT NULL CHECK (deductible BETWEEN 0 AND 100),
  -- At which rate (percent, a decimal string) the company owes the tax; NULL where the seller charges it.
  rate TEXT,
  decided_by TEXT NOT NULL,
  decided_at TEXT NOT NULL,
  CHECK ((treatment IN ('eu_services', 'other_services', 'domestic_reverse', 'eu_goods')) = (rate IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- How it is taxed goes to the books, so the expense is another from then on.
CREATE TRIGGER expense_tax_added AFTER INSERT ON expense_tax
BEGIN UPDATE expenses SET version = version + 1 WHERE id = NEW.expense_id; END;
CREATE TRIGGER expense_tax_changed AFTER UPDATE ON expense_tax
WHEN (OLD.treatment, OLD.deductible, OLD.rate) IS NOT (NEW.treatment, NEW.deductible, NEW.rate)
BEGIN UPDATE expenses SET version = version + 1 WHERE id = NEW.expense_id; END;
CREATE TRIGGER expense_tax_removed AFTER DELETE ON expense_tax
BEGIN UPDATE expenses SET version = version + 1 WHERE id = OLD.expense_id; END;
