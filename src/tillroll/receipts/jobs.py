"""Jobs of receipts."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.receipts.originals import JOB, make_bare

JOBS: Final = (Job(JOB, make_bare, 10),)
