"""Jobs of quotas."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.quotas.telling import JOB, tell_of_quotas

JOBS: Final = (Job(JOB, tell_of_quotas, 20),)
