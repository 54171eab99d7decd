-- Of invoices and credit notes: what they are, and what a payer needs to know. NULL where the document says nothing, and
-- of earlier expenses. The amount due is in minor units of the expense's currency.

ALTER TABLE expenses ADD COLUMN document_kind TEXT;
ALTER TABLE expenses ADD COLUMN receipt_number TEXT;
ALTER TABLE expenses ADD COLUMN due_date TEXT;
ALTER TABLE expenses ADD COLUMN amount_due_minor INTEGER;
ALTER TABLE expenses ADD COLUMN buyer TEXT;

-- What the account calls itself on paper, each a JSON array of texts: it is never its own merchant.
ALTER TABLE accounts ADD COLUMN company_names TEXT;
ALTER TABLE accounts ADD COLUMN tax_ids TEXT;
