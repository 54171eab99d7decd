"""Jobs of the calls to models."""

from typing import Final

from tillroll.ai.interrupted_calls import settle_interrupted
from tillroll.jobs.job import Job

JOBS: Final = (Job("ai calls", settle_interrupted, 3),)
