"""Jobs of expenses."""

from typing import Final

from tillroll.expenses.search import words
from tillroll.expenses.sorting import acts
from tillroll.jobs.job import Job
from tillroll.workflows.registry import read_texts

JOBS: Final = (
    Job(
        words.JOB,
        lambda platform: words.index_waiting(platform, read_texts),
        30,
        due_in="expense_finds WHERE words_since IS NOT NULL",
    ),
    Job(acts.JOB, acts.continue_acts, 20, due_in="bulk_acts WHERE state IN ('applying', 'undoing')"),
)
