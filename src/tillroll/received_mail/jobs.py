"""Jobs of receipts by mail."""

from datetime import timedelta
from typing import Final

from tillroll.jobs.job import Job
from tillroll.platform.services import Platform
from tillroll.receipts.upload_checks import check_paper
from tillroll.received_mail.repository import JOB, forget_raw_mail
from tillroll.received_mail.work import sweep


async def work_off_overdue(platform: Platform) -> int:
    """Work off the mails whose nudge was lost."""
    return await sweep(platform, check_paper)


JOBS: Final = (Job("received mail", work_off_overdue, 40), Job(JOB, forget_raw_mail, 10, timedelta(minutes=10)))
