"""Jobs of the ledger."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.ledger.record.expiring import JOB, expire_due

JOBS: Final = (Job(JOB, expire_due, 40),)
