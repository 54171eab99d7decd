-- What the warehouse has, by the version that was loaded last.
CREATE TABLE loaded (
  id TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  run_id TEXT NOT NULL
) STRICT;
