"""Jobs of exchange rates."""

from typing import Final

from tillroll.conversion.rates_update import update_rates
from tillroll.jobs.job import Job

JOBS: Final = (Job("rates", update_rates, 10),)
