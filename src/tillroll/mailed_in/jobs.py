"""Jobs of receipts by mail."""

from datetime import timedelta

from tillroll.jobs.job import Job
from tillroll.mailed_in.door import Check
from tillroll.mailed_in.forgetting import JOB, forget_raw_mail
from tillroll.mailed_in.working import sweep
from tillroll.platform.services import Platform


def mailed_in_jobs(check: Check) -> tuple[Job, ...]:
    async def work_off_overdue(platform: Platform) -> int:
        return await sweep(platform, check)

    return (Job("received mail", work_off_overdue, 40), Job(JOB, forget_raw_mail, 10, timedelta(minutes=10)))
