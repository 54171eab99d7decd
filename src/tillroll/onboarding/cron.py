"""What the cron does for customers of accounts. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job

JOBS: Final = (
    Job(
        "stray customers", At("tillroll.onboarding.billing:end_strays"), 5, due_in="billing_undone"
    ),
)
