"""Jobs of claims."""

from typing import Final

from tillroll.claims.files import WRITING_NOTES
from tillroll.claims.letters import TELLING_MAILED, tell_mailed
from tillroll.claims.service import TELLING, tell_changes, write_notes
from tillroll.jobs.job import Job

JOBS: Final = (
    Job(TELLING, tell_changes, 20),
    Job(TELLING_MAILED, tell_mailed, 15),
    Job(WRITING_NOTES, write_notes, 15),
)
