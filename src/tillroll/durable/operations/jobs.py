"""Jobs of the core."""

from tillroll.durable.operations.archive_checks import verify_files
from tillroll.durable.operations.reconciliation import reconciler_jobs
from tillroll.durable.operations.schedule_ticks import begin_due
from tillroll.durable.registry import Registry
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform


def durable_jobs(registry: Registry) -> tuple[Job, ...]:
    async def begin_scheduled(platform: Platform) -> int:
        return await begin_due(platform, registry)

    return (
        Job("schedules", begin_scheduled, 40),
        *reconciler_jobs(registry.contracts, registry.objects_in_use),
        Job("archive's files", verify_files, 15),
    )
