"""What the cron does for claims. Importing it imports none of the work."""

from typing import Final

from tillroll_durable import ObjectsInUse
from tillroll_durable.jobs.job import At, Job

NOTIFYING: Final = "claims"
NOTIFYING_MAILED: Final = "claims by mail"
WRITING_NOTES: Final = "credit notes"
JOBS: Final = (
    Job(
        NOTIFYING,
        At("tillroll.claims.service:notify_changes"),
        20,
        due_in="claims WHERE told < version",
    ),
    Job(
        NOTIFYING_MAILED,
        At("tillroll.claims.letters:notify_mailed"),
        15,
        due_in="runs WHERE kind = 'claim' AND state = 'mailing'",
    ),
    Job(
        WRITING_NOTES,
        At("tillroll.claims.documents:write_notes"),
        14,
        due_in="claim_events WHERE number IS NOT NULL",
    ),
)
# By the account, the word, the run and the name.
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/claims/run_[^/]+/[^/]+",
    query="""
      SELECT object_key FROM claim_files WHERE object_key IN (SELECT value FROM json_each(?1))
      UNION ALL SELECT object_key FROM claim_note_files
      WHERE object_key IN (SELECT value FROM json_each(?1))
    """,
)
