-- What a person said became of a payment, when nobody else could: a payout is settled by hand once. Why is in the audit.
ALTER TABLE payouts ADD COLUMN settled_as TEXT CHECK (settled_as IN ('paid', 'not_paid'));
ALTER TABLE payouts ADD COLUMN settled_by TEXT;
ALTER TABLE payouts ADD COLUMN settled_at TEXT;
