-- Runs that an operator has to see to are found as one list: failed ones, and those that ended otherwise while a rollback
-- failed. The words are those of durable/operating/choosing.py.
CREATE INDEX runs_unresolved ON runs (account_id, id)
  WHERE status = 'failed' OR failure_class = 'rollback_failed' AND escalated_at IS NOT NULL;

-- What a person said became of a payment, when nobody else could: a payout is settled by hand once. Why is in the audit.
ALTER TABLE payouts ADD COLUMN settled_as TEXT CHECK (settled_as IN ('paid', 'not_paid'));
ALTER TABLE payouts ADD COLUMN settled_by TEXT;
ALTER TABLE payouts ADD COLUMN settled_at TEXT;
