"""Jobs of receipts by mail."""

from datetime import timedelta

from tillroll.jobs.job import Job
from tillroll.platform.services import Platform
from tillroll.receipts.upload_checks import Check
from tillroll.received_mail.repository import JOB, forget_raw_mail
from tillroll.received_mail.work import sweep


def mailed_in_jobs(check: Check) -> tuple[Job, ...]:
    async def work_off_overdue(platform: Platform) -> int:
        return await sweep(platform, check)

    return (Job("received mail", work_off_overdue, 40), Job(JOB, forget_raw_mail, 10, timedelta(minutes=10)))
