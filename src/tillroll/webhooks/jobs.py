"""Jobs of webhook endpoints."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.webhooks.sweeping import sweep_deliveries
from tillroll.webhooks.telling import JOB, tell_of_disabled

JOBS: Final = (
    Job(JOB, tell_of_disabled, 10),
    Job("old deliveries", sweep_deliveries, 5),
)
