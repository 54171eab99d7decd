"""Jobs of mail."""

from datetime import timedelta

from tillroll.durable.registry import Registry
from tillroll.jobs.job import Job
from tillroll.platform.services import Platform
from tillroll.workflows.mail.service.notices import JOB, mail_notices
from tillroll.workflows.mail.service.sweeping import forget_old_mail


def mail_jobs(registry: Registry) -> tuple[Job, ...]:
    async def mail(platform: Platform) -> None:
        await mail_notices(platform, registry)

    return (Job(JOB, mail, 25), Job("old mail", forget_old_mail, 6, timedelta(minutes=10)))
