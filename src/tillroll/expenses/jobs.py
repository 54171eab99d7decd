"""Jobs of expenses."""

from typing import Final

from tillroll.expenses.search import words
from tillroll.expenses.sorting import acts
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform
from tillroll.workflows.registry import read_texts


async def index(platform: Platform) -> int:
    """Make the words of expenses that were changed."""
    return await words.index_waiting(platform, read_texts)


JOBS: Final = (Job(words.JOB, index, 40), Job(acts.JOB, acts.continue_acts, 20))
