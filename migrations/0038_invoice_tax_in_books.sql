-- Until now, invoices went to the books without their VAT. Nobody rewrites these: a person decides on each, and `correction`
-- says what. accepted: the next sync writes it over what is there. declined: it stays as it is.
ALTER TABLE books_items ADD COLUMN correction TEXT CHECK (correction IN ('accepted', 'declined'));

-- What the books have, or may have, without VAT that its invoice charges is looked at once more, so that it is counted. What
-- is being moved refuses writes.
UPDATE books_items SET changed = found.place FROM (
  SELECT i.id, (SELECT MAX(m.changed) FROM books_items m WHERE m.connection_id = i.connection_id)
    + row_number() OVER (PARTITION BY i.connection_id ORDER BY i.changed) AS place
  FROM books_items i
  JOIN claims c ON c.run_id = iif(i.kind = 'claim', i.subject_id, substr(i.subject_id, 1, instr(i.subject_id, ':') - 1))
  JOIN runs r ON r.id = c.run_id
  WHERE i.kind IN ('claim', 'credit_note') AND i.revision > 0 AND i.state <> 'credited' AND c.has_invoice = 1
    AND COALESCE(r.params ->> '$.invoice.vat_category', 'S') = 'S'
) AS found
WHERE books_items.id = found.id
  AND NOT EXISTS (SELECT 1 FROM moved_accounts WHERE account_id = books_items.account_id AND stands <> 'here');

-- The one word of this kind that was ever asked for is that of a document without tax. All others would now stand for VAT.
UPDATE books_mapping SET word = 'none' WHERE what = 'output_tax' AND word = '*'
  AND NOT EXISTS (
    SELECT 1 FROM books_mapping o
    WHERE o.connection_id = books_mapping.connection_id AND o.what = 'output_tax' AND o.word = 'none');
DELETE FROM books_mapping WHERE what = 'output_tax' AND word = '*';
