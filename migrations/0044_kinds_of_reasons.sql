-- What an entry is that words explain, so that it has an account in the books; NULL where nobody chose one. And when that was
-- written: a batch of days that are closed is repeated without it.
ALTER TABLE bank_entries ADD COLUMN reason_kind TEXT
  CHECK (reason_kind IN ('interest', 'tax_office', 'wages', 'private', 'other'));
ALTER TABLE bank_entries ADD COLUMN reason_at TEXT;
