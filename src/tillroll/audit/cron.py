"""The job that archives old runs, with all that modules keep of them."""

from typing import Final

from tillroll.archiving import archiving
from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.jobs import archive_old


async def archive(platform: Platform) -> None:
    await archive_old(platform, archiving())


JOBS: Final = (Job("archive", archive, 30),)
