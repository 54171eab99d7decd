-- Objects that nothing refers to. They stay in the object store, and are deleted only after thirty days in here.

CREATE TABLE object_quarantine (
  object_key TEXT PRIMARY KEY,
  -- The object as it was seen: one that was uploaded anew since is another, with thirty days of its own.
  uploaded_at TEXT NOT NULL,
  etag TEXT NOT NULL,
  since TEXT NOT NULL,
  -- restored: a person wants it kept. deleting: its time is over; its deletion is under way.
  state TEXT NOT NULL CHECK (state IN ('quarantined', 'restored', 'deleting'))
) STRICT, WITHOUT ROWID;
