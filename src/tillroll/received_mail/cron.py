"""What the cron does for mail that comes in. Importing it imports none of the work."""

from datetime import timedelta
from typing import Final

from tillroll_durable import ObjectsInUse
from tillroll_durable.jobs.job import At, Job, ago

FORGETTING: Final = "raw mail"
KEPT: Final = timedelta(days=30)
JOBS: Final = (
    Job(
        "received mail",
        At("tillroll.received_mail.jobs:sweep"),
        30,
        due_in="received_mail WHERE state = 'stored' AND next_attempt_at <= ?1",
    ),
    Job(
        FORGETTING,
        At("tillroll.received_mail.repository:forget_raw_mail"),
        share=10,
        period=timedelta(minutes=10),
        due_in=f"received_mail WHERE deleted_at IS NULL AND settled_at < {ago(KEPT)}",
    ),
)
# Raw mail: {account}/mail/{id}, as long as its row says that it is kept.
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/mail/.+",
    query="""
      SELECT keys.value AS object_key FROM json_each(?1) AS keys
      WHERE EXISTS (SELECT 1 FROM received_mail WHERE object_key = keys.value
          AND deleted_at IS NULL)
    """,
)
