"""What the cron does for payouts. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job
from tillroll_durable.platform.encryption import KeptSecrets

BY_FILE: Final = "payments by file"
LATE: Final = "late payments"
CHANGES: Final = "payout changes"
BATCHES: Final = "payout batches"
AUDIT: Final = "audit of payments"
LIST: Final = "list of payments"
LIST_CURSOR: Final = "payments: list"
"""Where the reading of the list stands: the day whose list is read, and the path of its next page.
"""
LIST_IS_READ: Final = "~"
"""In place of the path."""
# As the index of the migration has it.
UNBOOKED_ONES: Final = """
  (payment_status = 'posted' AND delivered_by IS NULL
   OR payment_status = 'processing' AND delivered_by IS NOT NULL
   OR payment_status = 'processing' AND payment_reason = 'unproven' AND debited_by IS NULL
   OR payment_status IN ('failed', 'returned', 'canceled') AND debited_by IS NOT NULL)
"""
# The list of today is not read to its end, and the provider answered, or may do so again. A backup
# may be older than the first payee.
_LIST_IS_DUE: Final = f"""
  accounts WHERE NOT EXISTS (
    SELECT 1 FROM reconciler_cursors
    WHERE name = '{LIST_CURSOR}' AND position = substr(?1, 1, 10) || '|{LIST_IS_READ}'
  ) AND NOT EXISTS (
    SELECT 1 FROM reconciler_setbacks WHERE part = '{LIST}' AND until > ?1
  )
"""
_IS_LIVE: Final = "status IN ('processing', 'needs_review', 'failed')"
JOBS: Final = (
    Job("payments", At("tillroll.payouts.settlement:look_after_payments"), 23, due_in="payouts"),
    Job(
        BY_FILE,
        At("tillroll.payouts.bank_files.service:notify_ended_payouts"),
        20,
        due_in="payment_instructions WHERE is_told = 0 AND status <> 'processing'",
    ),
    Job("stray payments", At("tillroll.payouts.settlement:call_back_strays"), 18, due_in="payouts"),
    Job(
        LATE,
        At("tillroll.payouts.postings:book_all_late"),
        20,
        due_in=f"payouts WHERE {UNBOOKED_ONES}",
    ),
    Job(
        CHANGES,
        At("tillroll.payouts.changes:settle_changes"),
        20,
        due_in="payout_changes WHERE outcome IS NULL",
    ),
    Job(AUDIT, At("tillroll.payouts.settlement:audit_payments"), 20, due_in="payouts"),
    Job(
        LIST,
        At("tillroll.payouts.strange_payments:list_payments"),
        5,
        due_in=_LIST_IS_DUE,
    ),
    Job(
        BATCHES,
        At("tillroll.payouts.batches.workflow:notify_ended_batches"),
        10,
        due_in=f"runs WHERE kind = 'payout-batch' AND {_IS_LIVE}",
    ),
)
KEYS: Final = KeptSecrets("payee_keys", "kept")
PAYEES: Final = KeptSecrets("payees", "iban")
FILES: Final = KeptSecrets(
    "payment_files", "content", copy=At("tillroll.payouts.bank_files.recovered_files:renew_copy")
)
SECRETS: Final = (KEYS, PAYEES, FILES)
