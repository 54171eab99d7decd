"""Jobs of payout batches."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.workflows.payout_batch.asking import JOB, tell_of_ended_batches

JOBS: Final = (Job(JOB, tell_of_ended_batches, 10),)
