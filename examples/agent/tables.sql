-- What became of each call before it began. The library's record has when it was sent, and what came of it.
CREATE TABLE tool_events (
  run_id TEXT NOT NULL,
  call TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('asked for', 'offered', 'approved', 'forbidden')),
  tool TEXT NOT NULL,
  argument TEXT NOT NULL
) STRICT;
CREATE INDEX tool_events_by_run ON tool_events (run_id, call);
