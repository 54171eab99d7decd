-- What the Worker knows of the keys that its secrets are encrypted under. The keys themselves are in ENCRYPTION_KEYS.

-- The keys that the Worker has, as its last tick saw them. `place` 0 is the newest, which encrypts.
CREATE TABLE encryption_keys (
  -- Version and check value, such as 1-3fa9c2d1.
  name TEXT PRIMARY KEY,
  place INTEGER NOT NULL
) STRICT;

-- The id of the secret that was looked at last, for each column that keeps secrets.
CREATE TABLE secret_looks (
  sort TEXT PRIMARY KEY,
  position TEXT NOT NULL
) STRICT;

-- What the last tick could not read, until it can.
CREATE TABLE unreadable_secrets (
  -- table.column
  sort TEXT NOT NULL,
  -- `key` and the name of a key that the Worker does not have, or `row` and the id of a row that was changed.
  cause TEXT NOT NULL,
  secrets INTEGER NOT NULL,
  since TEXT NOT NULL,
  PRIMARY KEY (sort, cause)
) STRICT;
