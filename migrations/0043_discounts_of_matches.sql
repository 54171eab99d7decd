-- The tax report asks for the discounts of an account: a few of many matches.
CREATE INDEX bank_matches_discounts ON bank_matches (account_id) WHERE kind = 'discount';
