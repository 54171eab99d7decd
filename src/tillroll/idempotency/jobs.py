"""Jobs of requests that may be sent again."""

from datetime import timedelta
from typing import Final

from tillroll.idempotency.keys import sweep_keys
from tillroll.jobs.job import Job

JOBS: Final = (Job("idempotency keys", sweep_keys, 5, timedelta(minutes=10)),)
