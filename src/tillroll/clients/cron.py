"""What the cron does for clients. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job

FOLDING: Final = "words of clients"
JOBS: Final = (
    Job(
        FOLDING,
        At("tillroll.clients.folding:fold_anew"),
        1,
        due_in="clients WHERE is_word_old = 1",
    ),
)
