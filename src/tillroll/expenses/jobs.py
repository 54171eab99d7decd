"""Jobs of expenses."""

from tillroll.expenses.search.index import JOB as WORDS
from tillroll.expenses.search.index import TextsOf, index_waiting
from tillroll.expenses.sorting.acts import JOB as ACTS
from tillroll.expenses.sorting.acts import PLANS, continue_acts
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform


def expense_jobs(texts_of: TextsOf) -> tuple[Job, ...]:
    """`texts_of`: see there."""

    async def index(platform: Platform) -> int:
        return await index_waiting(platform, texts_of)

    async def go_on(platform: Platform) -> int:
        return await continue_acts(platform, PLANS)

    return (Job(WORDS, index, 40), Job(ACTS, go_on, 20))
