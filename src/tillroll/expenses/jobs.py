"""Work of the cron that reads what other modules know of an expense."""

from tillroll.expenses.search import words
from tillroll_durable.platform.services import Platform


async def index_words(platform: Platform) -> int:
    return await words.index_waiting(platform, words.read_texts)
