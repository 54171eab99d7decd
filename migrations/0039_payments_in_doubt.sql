-- What a bank's answers leave open of a payment in a file: a person is asked. `accepted_as` is the code by which the bank took it
-- on, which a later answer does not take away. `in_doubt` is what is asked, with the code of the bank's reason and the status that
-- stood; it is open while the payment is on its way, or stands as it did then.
ALTER TABLE payment_instructions ADD COLUMN accepted_as TEXT;
ALTER TABLE payment_instructions ADD COLUMN in_doubt TEXT
  CHECK (in_doubt IS NULL OR in_doubt IN ('copy', 'refused_late', 'taken_late'));
ALTER TABLE payment_instructions ADD COLUMN in_doubt_reason TEXT;
ALTER TABLE payment_instructions ADD COLUMN in_doubt_status TEXT;
UPDATE payment_instructions SET accepted_as = bank_status
WHERE bank_status IN ('ACCP', 'ACFC', 'ACPD', 'ACSP', 'ACWC', 'ACWP');
-- These ended since the bank refused a copy of them. Whether another copy was paid is asked now; nothing is booked by it.
UPDATE payment_instructions SET in_doubt = 'copy', in_doubt_reason = reason, in_doubt_status = status
WHERE status = 'failed' AND bank_status = 'RJCT'
  AND reason IN ('AM05', 'DU01', 'DU02', 'DU03', 'DU04', 'DU05', 'DUPL', 'RF01');
CREATE INDEX payment_instructions_in_doubt ON payment_instructions (account_id) WHERE in_doubt IS NOT NULL;
