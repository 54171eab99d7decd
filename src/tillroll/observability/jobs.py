"""Jobs of observability."""

from tillroll.durable.record.versions import Contracts
from tillroll.jobs.job import Job
from tillroll.observability.observing import observe
from tillroll.observability.rollup import JOB
from tillroll.platform.services import Platform


def observability_jobs(contracts: Contracts) -> tuple[Job, ...]:
    async def watch(platform: Platform) -> None:
        await observe(platform, contracts, platform.turn.done)

    return (Job(JOB, watch, 50, comes_last=True),)
