"""Jobs of events of other systems."""

from tillroll.inbound.effects import Inbound
from tillroll.inbound.working import sweep
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform


def inbound_jobs(inbound: Inbound) -> tuple[Job, ...]:
    async def work_off_overdue(platform: Platform) -> int:
        return await sweep(platform, inbound)

    return (Job("inbound", work_off_overdue, 60),)
