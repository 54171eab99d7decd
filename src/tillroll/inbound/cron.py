"""What the cron does for events of other systems. Importing it imports none of the work."""

from typing import Final

from tillroll_durable.jobs.job import At, Job
from tillroll_durable.platform.encryption import KeptSecrets

JOBS: Final = (
    Job(
        "inbound",
        At("tillroll.inbound.jobs:sweep"),
        36,
        due_in="inbound_events WHERE state = 'stored' AND next_attempt_at <= ?1",
    ),
)
SIGNING: Final = KeptSecrets("inbound_secrets", "secret")
SECRETS: Final = (SIGNING,)
