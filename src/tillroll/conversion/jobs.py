"""Jobs of exchange rates: each minute newer rates where they should be out, then the expenses that wait."""

from typing import Final

from tillroll.conversion.service import JOB, convert_expenses, fetch_rates
from tillroll.jobs.job import Job
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError
from tillroll.platform.services import Platform


async def update_rates(platform: Platform) -> None:
    """Fetch and convert. Both begin anew in the next minute, so a database that fails is logged and no more."""
    try:
        await fetch_rates(platform)
        await convert_expenses(platform)
    except DatabaseError as error:
        log.warning("conversion.failed", error=error)


JOBS: Final = (Job(JOB, update_rates, 10),)
