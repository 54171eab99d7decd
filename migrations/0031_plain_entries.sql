-- What a search looks through: the words of `counterparty`, of `words`, and of the names and words in `payments`, each
-- once, without case and accents. NULL: the entry was stored before, or says nothing.
ALTER TABLE bank_entries ADD COLUMN counterparty_plain TEXT;
ALTER TABLE bank_entries ADD COLUMN words_plain TEXT;
ALTER TABLE bank_entries ADD COLUMN payments_plain TEXT;
