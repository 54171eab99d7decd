"""Jobs of the calls to models: those that were started and never heard of again."""

from datetime import timedelta
from typing import Final

from tillroll.ai.ledger import interrupt_before
from tillroll.jobs.job import Job
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

# Longer than any step's attempt lasts; one that comes back all the same corrects its row.
_PATIENCE = timedelta(minutes=15)


async def settle_interrupted(platform: Platform) -> None:
    """Mark calls as failed that were started long ago and have no end: their outcome is unknown."""
    now = platform.clock.now()
    await platform.database.batch([interrupt_before(to_text(now), to_text(now - _PATIENCE))])


JOBS: Final = (Job("ai calls", settle_interrupted, 3),)
