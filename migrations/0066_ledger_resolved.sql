-- What was resolved after a time, by account: balances of the past ask for it.

CREATE INDEX ledger_transfers_resolved_debits ON ledger_transfers (account_id, debit_id, at)
  WHERE pending_id IS NOT NULL;
CREATE INDEX ledger_transfers_resolved_credits ON ledger_transfers (account_id, credit_id, at)
  WHERE pending_id IS NOT NULL;
