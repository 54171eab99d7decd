"""What the cron does for the books."""

from typing import Final

from tillroll.books.starting import JOB, begin_changed
from tillroll.books.workflow import SYNC
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform


async def begin_syncs(platform: Platform) -> int:
    """Begin syncs of books in which something changed; how many."""
    return await begin_changed(platform, SYNC)


JOBS: Final = (Job(JOB, begin_syncs, 10, due_in="books_items WHERE changed > looked"),)
