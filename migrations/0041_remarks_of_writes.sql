-- What people are to know of a document that was written, such as that its month was closed.
ALTER TABLE books_writes ADD COLUMN remark TEXT;
