-- Expenses as they are found: a row each in the order of every sort, the terms that lead to them, and sums by month. All of
-- it is derived from what stands elsewhere. Triggers keep it in the transaction of every change, but for words, which
-- SQL cannot make: an expense whose words are not up to date says since when it waits for them. Plain tables only, since
-- `wrangler d1 export` refuses virtual ones.
CREATE TABLE expense_finds (
  -- Small, and kept by export and import, unlike a rowid of its own making.
  n INTEGER PRIMARY KEY,
  expense_id TEXT NOT NULL UNIQUE,
  account_id TEXT NOT NULL,
  -- Days since 1970-01-01.
  day INTEGER NOT NULL,
  -- The total in ten-thousandths of its currency, so that amounts of all currencies compare by their digits.
  amount INTEGER NOT NULL,
  merchant TEXT NOT NULL,
  -- The merchant's name as names are sorted: see tillroll.expenses.search.words.
  sort_name TEXT NOT NULL,
  created_at TEXT NOT NULL,
  status TEXT NOT NULL,
  currency TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER,
  -- Of its conversion, also where that is in a currency that its account has no more; '' without one.
  base_currency TEXT NOT NULL,
  base_total_minor INTEGER,
  base_tax_minor INTEGER,
  -- JSON: the terms below that are no words.
  facets TEXT NOT NULL,
  -- While its words are not up to date: what changes with every change of the expense, so that words of an earlier one do
  -- not end the wait; and when it was changed: the last changed come first.
  words_mark TEXT,
  words_since TEXT
) STRICT;
-- Sums of a period by merchant read nothing but this index.
CREATE INDEX expense_finds_by_day ON expense_finds (
  account_id, day, n, status, merchant, currency, base_currency, total_minor, tax_minor, base_total_minor, base_tax_minor
);
CREATE INDEX expense_finds_by_amount ON expense_finds (account_id, amount, n);
CREATE INDEX expense_finds_by_name ON expense_finds (account_id, sort_name, n);
CREATE INDEX expense_finds_by_creation ON expense_finds (account_id, created_at, n);
CREATE INDEX expense_finds_without_words_by_account ON expense_finds (account_id, words_since)
  WHERE words_since IS NOT NULL;

-- What leads to expenses: 'word:coffee', 'category:Meals', 'tag:…', 'person:…', 'client:…', 'project:…', 'costCenter:…', 'merchant:…',
-- 'rate:…'; and one for all that has few values, which an account has in few combinations:
-- 'stands:;status:ready;currency:EUR;base:;missing:tax;missing:number;'. To how many is counted when it is asked, as far
-- as it matters: a number here would be one more write for each word of each expense.
CREATE TABLE expense_terms (
  id INTEGER PRIMARY KEY,
  account_id TEXT NOT NULL,
  term TEXT NOT NULL,
  UNIQUE (account_id, term)
) STRICT;

CREATE TABLE expense_postings (
  term INTEGER NOT NULL,
  day INTEGER NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (term, day, n)
) STRICT, WITHOUT ROWID;
-- A term that leads nowhere goes too: it may be somebody's name.
CREATE TRIGGER expense_postings_last AFTER DELETE ON expense_postings
BEGIN
  DELETE FROM expense_terms
  WHERE id = OLD.term AND NOT EXISTS (SELECT 1 FROM expense_postings WHERE term = OLD.term);
END;

-- An expense's words, by the ids of their terms.
CREATE TABLE expense_words (
  n INTEGER PRIMARY KEY,
  terms TEXT NOT NULL
) STRICT;

-- An expense by its categories: one row, or one for each category of its parts. They add up to the expense.
CREATE TABLE expense_shares (
  n INTEGER NOT NULL,
  number INTEGER NOT NULL,
  account_id TEXT NOT NULL,
  month TEXT NOT NULL,
  currency TEXT NOT NULL,
  base_currency TEXT NOT NULL,
  status TEXT NOT NULL,
  person TEXT NOT NULL,
  category TEXT NOT NULL,
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  base_total_minor INTEGER NOT NULL,
  base_tax_minor INTEGER NOT NULL,
  PRIMARY KEY (n, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER expense_shares_counted AFTER INSERT ON expense_shares
BEGIN
  INSERT INTO expense_months
  VALUES (NEW.account_id, NEW.month, NEW.currency, NEW.base_currency, NEW.status, NEW.person, NEW.category,
          NEW.number = 0, 1, NEW.total_minor, NEW.tax_minor, NEW.base_total_minor, NEW.base_tax_minor)
  ON CONFLICT (account_id, month, currency, base_currency, status, person, category) DO UPDATE SET
    expenses = expenses + excluded.expenses, shares = shares + 1,
    total_minor = total_minor + excluded.total_minor, tax_minor = tax_minor + excluded.tax_minor,
    base_total_minor = base_total_minor + excluded.base_total_minor,
    base_tax_minor = base_tax_minor + excluded.base_tax_minor;
END;
CREATE TRIGGER expense_shares_discounted AFTER DELETE ON expense_shares
BEGIN
  UPDATE expense_months SET expenses = expenses - (OLD.number = 0), shares = shares - 1,
    total_minor = total_minor - OLD.total_minor, tax_minor = tax_minor - OLD.tax_minor,
    base_total_minor = base_total_minor - OLD.base_total_minor, base_tax_minor = base_tax_minor - OLD.base_tax_minor
  WHERE account_id = OLD.account_id AND month = OLD.month AND currency = OLD.currency
    AND base_currency = OLD.base_currency AND status = OLD.status AND person = OLD.person AND category = OLD.category;
  DELETE FROM expense_months
  WHERE account_id = OLD.account_id AND month = OLD.month AND currency = OLD.currency
    AND base_currency = OLD.base_currency AND status = OLD.status AND person = OLD.person AND category = OLD.category
    AND shares <= 0;
END;

-- Their sums; '' stands for none. `expenses` counts each expense once, `shares` its categories.
CREATE TABLE expense_months (
  account_id TEXT NOT NULL,
  month TEXT NOT NULL,
  currency TEXT NOT NULL,
  base_currency TEXT NOT NULL,
  status TEXT NOT NULL,
  person TEXT NOT NULL,
  category TEXT NOT NULL,
  expenses INTEGER NOT NULL,
  shares INTEGER NOT NULL,
  total_minor INTEGER NOT NULL,
  tax_minor INTEGER NOT NULL,
  base_total_minor INTEGER NOT NULL,
  base_tax_minor INTEGER NOT NULL,
  PRIMARY KEY (account_id, month, currency, base_currency, status, person, category)
) STRICT, WITHOUT ROWID;

-- Sums of all expenses of a period by merchant or tax rate, once a report has asked for them, as JSON: lists of key,
-- currency, base currency, place and sums. A change of an expense deletes those of its days. Where nothing was asked that
-- deletes nothing, and so writes nothing.
CREATE TABLE expense_kept_sums (
  account_id TEXT NOT NULL,
  made_by TEXT NOT NULL,
  base_currency TEXT NOT NULL,
  first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL,
  sums TEXT NOT NULL,
  PRIMARY KEY (account_id, made_by, base_currency, first_day, last_day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER expense_finds_added AFTER INSERT ON expense_finds
BEGIN
  DELETE FROM expense_kept_sums
  WHERE account_id = NEW.account_id AND NEW.day BETWEEN first_day AND last_day;
END;
-- Facets are set with all else, but not where words or the order of names alone are.
CREATE TRIGGER expense_finds_changed AFTER UPDATE OF facets ON expense_finds
BEGIN
  DELETE FROM expense_kept_sums
  WHERE account_id = NEW.account_id
    AND (NEW.day BETWEEN first_day AND last_day OR OLD.day BETWEEN first_day AND last_day);
END;
CREATE TRIGGER expense_finds_gone AFTER DELETE ON expense_finds
BEGIN
  DELETE FROM expense_kept_sums
  WHERE account_id = OLD.account_id AND OLD.day BETWEEN first_day AND last_day;
END;

-- A function: a row that is to be written here brings everything above up to date for one expense, and is not written.
-- No view, since an export of D1 has triggers before views, and could not be read in.
CREATE TABLE expense_found_anew (
  expense_id TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TRIGGER expense_found_anew_runs BEFORE INSERT ON expense_found_anew
BEGIN
  DELETE FROM expense_shares WHERE n = (SELECT n FROM expense_finds WHERE expense_id = NEW.expense_id);
  DELETE FROM expense_postings WHERE (term, day, n) IN (
    SELECT terms.id, finds.day, finds.n
    FROM expense_finds AS finds CROSS JOIN json_each(finds.facets) AS facet
    CROSS JOIN expense_terms AS terms ON terms.account_id = finds.account_id AND terms.term = facet.value
    WHERE finds.expense_id = NEW.expense_id
  );
  -- Words stay, on the day that the expense has now; the words of one that is gone do not.
  UPDATE expense_postings SET day = (SELECT unixepoch(date) / 86400 FROM expenses WHERE id = NEW.expense_id)
  WHERE EXISTS (SELECT 1 FROM expenses WHERE id = NEW.expense_id) AND (term, day, n) IN (
    SELECT CAST(word.value AS INTEGER), finds.day, finds.n
    FROM expense_finds AS finds JOIN expense_words AS words ON words.n = finds.n, json_each(words.terms) AS word
    WHERE finds.expense_id = NEW.expense_id
      AND finds.day <> (SELECT unixepoch(date) / 86400 FROM expenses WHERE id = NEW.expense_id)
  );
  DELETE FROM expense_postings
  WHERE NOT EXISTS (SELECT 1 FROM expenses WHERE id = NEW.expense_id) AND (term, day, n) IN (
    SELECT CAST(word.value AS INTEGER), finds.day, finds.n
    FROM expense_finds AS finds JOIN expense_words AS words ON words.n = finds.n, json_each(words.terms) AS word
    WHERE finds.expense_id = NEW.expense_id
  );
  DELETE FROM expense_words WHERE NOT EXISTS (SELECT 1 FROM expenses WHERE id = NEW.expense_id)
    AND n = (SELECT n FROM expense_finds WHERE expense_id = NEW.expense_id);
  DELETE FROM expense_finds
  WHERE expense_id = NEW.expense_id AND NOT EXISTS (SELECT 1 FROM expenses WHERE id = NEW.expense_id);

  INSERT INTO expense_finds (expense_id, account_id, day, amount, merchant, sort_name, created_at, status, currency,
    total_minor, tax_minor, base_currency, base_total_minor, base_tax_minor, words_mark, words_since, facets)
  SELECT e.id, e.account_id, unixepoch(e.date) / 86400,
    e.total_minor * iif(
      e.currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND',
                     'VUV', 'XAF', 'XOF', 'XPF'), 10000,
      iif(e.currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'), 10, 100)
    ) AS amount,
    e.merchant, lower(e.merchant), e.created_at, e.status, e.currency, e.total_minor, e.tax_minor,
    COALESCE(c.base_currency, ''), c.total_minor, c.tax_minor,
    lower(hex(randomblob(12))), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
    (SELECT json_group_array(DISTINCT term) FROM (
      -- D1 takes at most five of these SELECTs together.
      SELECT value AS term FROM json_each(json_array(
        'stands:;status:' || e.status || ';currency:' || e.currency || ';base:' || COALESCE(c.base_currency, '') || ';'
          || iif(e.is_split = 0 AND e.category IS NULL OR e.is_split = 1 AND EXISTS (
            SELECT 1 FROM expense_parts WHERE expense_id = e.id AND category IS NULL), 'missing:category;', '')
          || iif(e.tax_minor IS NULL, 'missing:tax;', '') || iif(e.origin <> 'receipt', 'missing:receipt;', '')
          || iif(e.receipt_number IS NULL, 'missing:number;', '')
          || iif(e.payment_method IS NULL, 'missing:payment;', ''),
        'merchant:' || e.merchant, 'person:' || e.person, 'client:' || e.client, 'project:' || e.project,
        'costCenter:' || e.cost_center,
        iif(e.is_split = 0, 'category:' || e.category, NULL)
      )) WHERE value IS NOT NULL
      UNION ALL SELECT 'tag:' || tag FROM expense_tags WHERE expense_id = e.id
      UNION ALL SELECT 'rate:' || rate FROM expense_tax_lines WHERE expense_id = e.id AND rate IS NOT NULL
      UNION ALL SELECT 'category:' || category FROM expense_parts
        WHERE e.is_split = 1 AND expense_id = e.id AND category IS NOT NULL
    ))
  FROM expenses AS e LEFT JOIN expense_conversions AS c ON c.expense_id = e.id
  WHERE e.id = NEW.expense_id
  ON CONFLICT (expense_id) DO UPDATE SET
    account_id = excluded.account_id, day = excluded.day, amount = excluded.amount,
    sort_name = iif(merchant = excluded.merchant, sort_name, excluded.sort_name),
    merchant = excluded.merchant, created_at = excluded.created_at, status = excluded.status,
    currency = excluded.currency, total_minor = excluded.total_minor, tax_minor = excluded.tax_minor,
    base_currency = excluded.base_currency, base_total_minor = excluded.base_total_minor,
    base_tax_minor = excluded.base_tax_minor, facets = excluded.facets,
    words_mark = excluded.words_mark, words_since = excluded.words_since;

  INSERT INTO expense_terms (account_id, term)
  SELECT finds.account_id, facet.value FROM expense_finds AS finds, json_each(finds.facets) AS facet
  WHERE finds.expense_id = NEW.expense_id
  ON CONFLICT (account_id, term) DO NOTHING;
  INSERT INTO expense_postings (term, day, n)
  SELECT terms.id, finds.day, finds.n
  FROM expense_finds AS finds CROSS JOIN json_each(finds.facets) AS facet
  CROSS JOIN expense_terms AS terms ON terms.account_id = finds.account_id AND terms.term = facet.value
  WHERE finds.expense_id = NEW.expense_id;

  -- What a part is in the base currency is rounded; the last one takes what is left of the whole.
  INSERT INTO expense_shares (n, number, account_id, month, currency, base_currency, status, person, category,
    total_minor, tax_minor, base_total_minor, base_tax_minor)
  SELECT finds.n, part.number, finds.account_id, substr(e.date, 1, 7), finds.currency, finds.base_currency,
    finds.status, COALESCE(e.person, ''), part.category, part.total, part.tax,
    iif(part.is_last, COALESCE(finds.base_total_minor, 0) - part.base_before, part.base),
    iif(part.is_last, COALESCE(finds.base_tax_minor, 0) - part.base_tax_before, part.base_tax)
  FROM expense_finds AS finds JOIN expenses AS e ON e.id = finds.expense_id,
  (
    SELECT number, category, total, tax, base, base_tax, number = MAX(number) OVER () AS is_last,
      SUM(base) OVER () - base AS base_before, SUM(base_tax) OVER () - base_tax AS base_tax_before
    FROM (
      SELECT ROW_NUMBER() OVER (ORDER BY COALESCE(parts.category, '')) - 1 AS number,
        COALESCE(parts.category, '') AS category,
        SUM(amount_minor) AS total, SUM(COALESCE(parts.tax_minor, 0)) AS tax,
        CAST(round(SUM(amount_minor) * 1.0 * COALESCE(found.base_total_minor, 0) / MAX(1, ABS(found.total_minor))
          * SIGN(found.total_minor)) AS INTEGER) AS base,
        CAST(round(SUM(COALESCE(parts.tax_minor, 0)) * 1.0 * COALESCE(found.base_tax_minor, 0)
          / MAX(1, ABS(COALESCE(found.tax_minor, 0))) * SIGN(COALESCE(found.tax_minor, 0))) AS INTEGER) AS base_tax
      FROM expense_finds AS found JOIN expenses AS whole ON whole.id = found.expense_id
      JOIN expense_parts AS parts ON parts.expense_id = found.expense_id
      WHERE found.expense_id = NEW.expense_id AND whole.is_split = 1
      GROUP BY COALESCE(parts.category, '')
    )
    UNION ALL
    SELECT 0, COALESCE(category, ''), total_minor, COALESCE(tax_minor, 0), 0, 0, 1, 0, 0
    FROM expenses WHERE id = NEW.expense_id AND is_split = 0
  ) AS part
  WHERE finds.expense_id = NEW.expense_id;
  SELECT RAISE(IGNORE);
END;
-- Every change of what is found raises an expense's version.
CREATE TRIGGER expenses_found AFTER INSERT ON expenses
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (NEW.id); END;
CREATE TRIGGER expenses_found_changed AFTER UPDATE OF version ON expenses
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (NEW.id); END;
CREATE TRIGGER expenses_found_gone AFTER DELETE ON expenses
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (OLD.id); END;
CREATE TRIGGER expense_conversions_found AFTER INSERT ON expense_conversions
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (NEW.expense_id); END;
CREATE TRIGGER expense_conversions_found_changed AFTER UPDATE ON expense_conversions
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (NEW.expense_id); END;
CREATE TRIGGER expense_conversions_found_gone AFTER DELETE ON expense_conversions
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (OLD.expense_id); END;
CREATE TRIGGER expense_tax_lines_found AFTER INSERT ON expense_tax_lines
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (NEW.expense_id); END;
CREATE TRIGGER expense_tax_lines_found_gone AFTER DELETE ON expense_tax_lines
BEGIN INSERT INTO expense_found_anew (expense_id) VALUES (OLD.expense_id); END;

-- Filters of expenses that people keep under a name.
CREATE TABLE expense_views (
  id TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  -- Who made it: they alone see it, unless it is shared with the account.
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  -- JSON: by the names of the API.
  filter TEXT NOT NULL,
  sort TEXT NOT NULL,
  is_shared INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  UNIQUE (account_id, user_id, name)
) STRICT;
CREATE INDEX expense_views_by_account ON expense_views (account_id, name);
