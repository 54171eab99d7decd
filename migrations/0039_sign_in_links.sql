-- A code knows what it was made for: whoever comes by an invitation or a recovery is asked to make a passkey.
ALTER TABLE sign_in_codes ADD COLUMN purpose TEXT NOT NULL DEFAULT 'sign_in'
  CHECK (purpose IN ('sign_in', 'invitation', 'recovery'));
CREATE INDEX sign_in_codes_unused ON sign_in_codes (user_id) WHERE used_at IS NULL;
