"""What the cron does for the ledger. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job

EXPIRING: Final = "ledger"
JOBS: Final = (
    Job(
        EXPIRING,
        At("tillroll.ledger.posting:expire_due"),
        30,
        due_in="ledger_open WHERE expires_at IS NOT NULL",
    ),
)
