"""Jobs of expenses."""

from typing import Final

from tillroll.expenses.search.words import JOB as WORDS
from tillroll.expenses.search.words import index_waiting
from tillroll.expenses.sorting.acts import JOB as ACTS
from tillroll.expenses.sorting.acts import continue_acts
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform
from tillroll.workflows.registry import read_texts


async def index(platform: Platform) -> int:
    """Make the words of expenses that were changed."""
    return await index_waiting(platform, read_texts)


JOBS: Final = (Job(WORDS, index, 40), Job(ACTS, continue_acts, 20))
