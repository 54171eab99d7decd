CREATE TABLE customers (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  company TEXT NOT NULL,
  workspace TEXT NOT NULL,
  is_active INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1))
) STRICT;
