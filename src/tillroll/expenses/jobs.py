"""Work of the cron that reads what other modules know of an expense."""

from tillroll.expenses.search import words
from tillroll.platform.services import Platform
from tillroll.workflows.registry import read_texts


async def index_words(platform: Platform) -> int:
    return await words.index_waiting(platform, read_texts)
