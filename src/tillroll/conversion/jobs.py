"""Jobs of exchange rates."""

from typing import Final

from tillroll.conversion.expenses import JOB
from tillroll.conversion.rates_update import update_rates
from tillroll.jobs.job import Job

JOBS: Final = (Job(JOB, update_rates, 10),)
