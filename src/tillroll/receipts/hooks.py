"""What receipts answer where other modules ask: the text of a run, and what is archived with it."""

from typing import Final

from tillroll.archiving import ARCHIVED as ARCHIVED_TABLES
from tillroll.expenses.search.words import TEXTS
from tillroll.receipts import repository, transcripts

LINES: Final = TEXTS.fill(transcripts.read_lines)
ARCHIVED: Final = ARCHIVED_TABLES.fill(repository.ARCHIVED)
