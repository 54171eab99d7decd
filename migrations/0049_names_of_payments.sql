-- What the provider is told to call a payment: by account and idempotency key, so that a payout which is asked for again where a
-- backup was restored is the same payment there. NULL of what began before: it is called by its run's id. Payouts of a batch
-- have the batch's name and their place in it.
ALTER TABLE payouts ADD COLUMN payment_name TEXT;
ALTER TABLE payout_batches ADD COLUMN payment_name TEXT;
CREATE INDEX payouts_by_payment_name ON payouts (payment_name) WHERE payment_name IS NOT NULL;
