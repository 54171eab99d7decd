-- The largest numbers that were given out in a place whose backup was restored here: those that follow are larger.
CREATE TABLE claim_number_floors (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  series TEXT NOT NULL CHECK (series IN ('claim', 'invoice', 'credit_note')),
  year INTEGER NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  PRIMARY KEY (account_id, series, year)
) STRICT, WITHOUT ROWID;
