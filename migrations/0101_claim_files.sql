-- The files of a claim, as it was issued: the statement in PDF, and the e-invoice where a customer is to pay.

CREATE TABLE claim_files (
  run_id TEXT NOT NULL REFERENCES claims (run_id),
  name TEXT NOT NULL CHECK (name IN ('statement', 'invoice')),
  object_key TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_files_by_object ON claim_files (object_key);
