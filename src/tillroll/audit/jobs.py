"""Jobs of the audit."""

from tillroll.audit.archiving.moving import archive_old
from tillroll.audit.sealing.rounds import seal_and_verify
from tillroll.durable.operating.archiving.choosing import NO_RUN
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform


def audit_jobs(*, left_alone: str = NO_RUN) -> tuple[Job, ...]:
    """`left_alone`: runs that are not archived, see `next_runs`."""

    async def archive(platform: Platform) -> None:
        await archive_old(platform, but=left_alone)

    return (Job("seals", seal_and_verify, 30), Job("archive", archive, 30))
