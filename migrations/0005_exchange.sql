-- What an expense is worth in the account's base currency, by published reference rates.

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

ALTER TABLE accounts ADD COLUMN base_currency TEXT;

-- Counts only while its base currency is the account's: after a change it is replaced, expense by expense.
CREATE TABLE expense_conversions (
  expense_id TEXT PRIMARY KEY REFERENCES expenses (id),
  base_currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  rate TEXT NOT NULL,
  rate_date TEXT NOT NULL,
  source TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- 'now', or the day (YYYY-MM-DD) whose rates are missing; NULL once there is nothing to do.
ALTER TABLE expenses ADD COLUMN awaits_conversion TEXT DEFAULT 'now';
CREATE INDEX expenses_to_convert ON expenses (awaits_conversion) WHERE awaits_conversion IS NOT NULL;
