"""What the cron does for webhooks. Importing it imports none of the work."""

from datetime import timedelta
from typing import Final

from tillroll_durable.jobs.job import At, Job, ago

TELLING: Final = "endpoints"
REPLAYING: Final = "replays"
KEPT_FOR: Final = timedelta(days=30)
# As the index of the migration has it. One that was given up can be sent again, and is then done; a
# test cannot.
IS_DONE: Final = "(state IN ('delivered', 'cancelled') OR payload IS NOT NULL)"
JOBS: Final = (
    Job(
        TELLING,
        At("tillroll.webhooks.service:tell_of_disabled"),
        10,
        due_in="endpoints WHERE disabled_why IN ('gone', 'failing') AND told_at IS NULL",
    ),
    Job(
        REPLAYING,
        At("tillroll.webhooks.replays:go_on_with_replays"),
        4,
        due_in="endpoint_replays WHERE state = 'running'",
    ),
    Job(
        "old deliveries",
        At("tillroll.webhooks.deliveries:sweep_deliveries"),
        5,
        due_in=f"deliveries WHERE {IS_DONE} AND settled_at < {ago(KEPT_FOR)}",
    ),
)
