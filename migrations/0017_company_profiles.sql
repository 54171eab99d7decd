-- What an account says of its company, entered once. NULL is what nobody has entered.
CREATE TABLE company_profiles (
  account_id TEXT PRIMARY KEY REFERENCES accounts (id),
  name TEXT,
  street TEXT,
  postal_code TEXT,
  city TEXT,
  country TEXT,
  vat_id TEXT,
  -- That of the local tax office, which an invoice names where there is no VAT id.
  tax_number TEXT,
  vat_scheme TEXT CHECK (vat_scheme IN ('standard', 'small_business')),
  -- Whether VAT is owed with the invoice or with what is paid of it; NULL is with the invoice.
  vat_due_on TEXT CHECK (vat_due_on IN ('issue', 'payment')),
  registration_id TEXT,
  mail TEXT,
  iban TEXT,
  bic TEXT,
  -- The logo without what its file told beside the pixels; bytes and pixels as they are kept.
  logo_key TEXT,
  logo_media_type TEXT,
  logo_width INTEGER,
  logo_height INTEGER,
  logo_size INTEGER,
  logo_sha256 TEXT,
  updated_at TEXT NOT NULL
) STRICT;
