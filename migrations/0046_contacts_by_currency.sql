-- Contacts of books whose contacts have one currency each are kept by that, too. `currency` is empty where they have any.
ALTER TABLE books_contacts RENAME TO former_contacts;
CREATE TABLE books_contacts (
  connection_id TEXT NOT NULL REFERENCES books_connections (id),
  role TEXT NOT NULL CHECK (role IN ('supplier', 'customer')),
  -- The name as it is compared.
  word TEXT NOT NULL,
  currency TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  external_id TEXT NOT NULL,
  PRIMARY KEY (connection_id, role, word, currency)
) STRICT, WITHOUT ROWID;

-- What QuickBooks has of a contact shows its currency. Without any document it is the company's: no other was asked for.
INSERT INTO books_contacts (connection_id, role, word, currency, name, external_id)
WITH shown AS MATERIALIZED (
  SELECT connection_id, json_extract(written, '$.fields.contact') AS contact,
    CASE WHEN json_extract(written, '$.kind') IN ('bill', 'credit_note') THEN 'supplier' ELSE 'customer' END AS role,
    MIN(json_extract(written, '$.fields.currency')) AS currency
  FROM books_items WHERE written IS NOT NULL GROUP BY 1, 2, 3
)
SELECT c.connection_id, c.role, c.word,
  CASE WHEN b.provider = 'quickbooks' THEN COALESCE(s.currency, json_extract(b.chart, '$.currency'), '') ELSE '' END,
  c.name, c.external_id
FROM former_contacts AS c
JOIN books_connections AS b ON b.id = c.connection_id
LEFT JOIN shown AS s ON s.connection_id = c.connection_id AND s.role = c.role AND s.contact = c.external_id;

DROP TABLE former_contacts;
CREATE INDEX books_contacts_by_external_id ON books_contacts (connection_id, external_id);
