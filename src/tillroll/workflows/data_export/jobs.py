"""Jobs of data exports."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.workflows.data_export.service.sweeping import JOB, sweep_data_exports

JOBS: Final = (Job(JOB, sweep_data_exports, 10),)
