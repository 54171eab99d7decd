"""What the cron does for the books. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job
from tillroll_durable.platform.encryption import KeptSecrets

SYNCING: Final = "syncs of books"
JOBS: Final = (
    Job(
        SYNCING,
        At("tillroll.books.jobs:begin_syncs"),
        10,
        due_in="books_items WHERE changed > looked",
    ),
)
GRANTS: Final = KeptSecrets("books_grants", "kept")
CONNECTIONS: Final = KeptSecrets("books_connections", "secret")
SECRETS: Final = (GRANTS, CONNECTIONS)
