"""What the cron does for the agreement of views. Importing it imports none of the work."""

from datetime import timedelta
from typing import Final

from tillroll_durable.jobs.job import At, Job

AGREEMENT: Final = "audit of views"
JOBS: Final = (
    Job(
        AGREEMENT,
        At("tillroll.agreement.service:compare_changed"),
        share=5,
        period=timedelta(minutes=5),
        due_in="accounts",
    ),
)
