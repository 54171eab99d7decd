"""Jobs of signing in."""

from datetime import timedelta
from typing import Final

from tillroll.api.accounts.sweeping import sweep_sign_ins
from tillroll.jobs.job import Job

JOBS: Final = (Job("old sign-ins", sweep_sign_ins, 5, timedelta(minutes=10)),)
