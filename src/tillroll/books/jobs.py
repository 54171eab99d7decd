"""What the cron does for the books."""

from tillroll.books.syncs.starting import begin_changed
from tillroll.books.syncs.workflow import SYNC
from tillroll_durable.platform.services import Platform


async def begin_syncs(platform: Platform) -> int:
    """Begin syncs of books in which something changed; how many."""
    return await begin_changed(platform, SYNC)
