"""What the cron does for expenses. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job

INDEXING: Final = "words"
ACTING: Final = "acts"
JOBS: Final = (
    Job(
        INDEXING,
        At("tillroll.expenses.jobs:index_words"),
        30,
        due_in="expense_finds WHERE words_since IS NOT NULL",
    ),
    Job(
        ACTING,
        At("tillroll.expenses.sorting.acts:continue_acts"),
        20,
        due_in="bulk_acts WHERE state IN ('applying', 'undoing')",
    ),
)
