-- Names are compared by their width and by what prints nothing, too. SQL cannot fold them so: a job does it for those that may
-- have another word now. An ASCII word stays what it is.
ALTER TABLE clients ADD COLUMN is_word_old INTEGER NOT NULL DEFAULT 0 CHECK (is_word_old IN (0, 1));
UPDATE clients SET is_word_old = 1 WHERE word GLOB '*[^ -~]*';
CREATE INDEX clients_by_old_word ON clients (id) WHERE is_word_old = 1;
