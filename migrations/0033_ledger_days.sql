-- The day on which a transfer happened elsewhere, such as that on which the bank booked it.
-- NULL: nobody said one, or it was recorded before this column was; then `at` is all that is known.
ALTER TABLE ledger_transfers ADD COLUMN day TEXT CHECK (day IS NULL OR length(day) = 10);
