"""Jobs of notices."""

from collections.abc import Mapping
from datetime import timedelta

from tillroll.jobs.job import Job
from tillroll.notifications.sweeping import sweep_notices
from tillroll.notifications.topics import NoticeTopic
from tillroll.notifications.watching import JOB, tell_of_events
from tillroll.platform.services import Platform


def notice_jobs(failures: Mapping[str, NoticeTopic]) -> tuple[Job, ...]:
    """`failures`: see `tell_of_events`."""

    async def tell(platform: Platform) -> None:
        await tell_of_events(platform, failures)

    return (Job(JOB, tell, 40), Job("old notices", sweep_notices, 5, timedelta(minutes=10)))
