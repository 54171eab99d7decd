CREATE TABLE bookings (
  run_id TEXT PRIMARY KEY REFERENCES runs (id),
  slot TEXT NOT NULL,
  reservation TEXT NOT NULL
) STRICT;
