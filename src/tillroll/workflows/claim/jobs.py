"""Jobs of claims."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.workflows.claim.mailing.telling import tell_mailed
from tillroll.workflows.claim.rows.files import WRITING_NOTES
from tillroll.workflows.claim.rows.mails import TELLING_MAILED
from tillroll.workflows.claim.service.changing import TELLING, tell_changes
from tillroll.workflows.claim.service.noting import write_notes

JOBS: Final = (
    Job(TELLING, tell_changes, 20),
    Job(TELLING_MAILED, tell_mailed, 15),
    Job(WRITING_NOTES, write_notes, 15),
)
