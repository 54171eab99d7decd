-- Whose runs there are: of a deployment for one owner, a single row. `tillroll token` makes it.
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  created_at TEXT NOT NULL,
  -- Since when nothing is begun in it any more.
  closed_at TEXT
) STRICT;
