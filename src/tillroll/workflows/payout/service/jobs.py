"""Jobs of payouts."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.workflows.payout.by_file.answering import JOB as BY_FILE
from tillroll.workflows.payout.by_file.answering import tell_of_ended
from tillroll.workflows.payout.service.auditing import audit_payments
from tillroll.workflows.payout.service.changes import JOB as CHANGES
from tillroll.workflows.payout.service.changes import settle_changes
from tillroll.workflows.payout.service.late import JOB as LATE
from tillroll.workflows.payout.service.late import book_late
from tillroll.workflows.payout.service.settling import call_back_strays, look_after_payments

JOBS: Final = (
    Job("payments", look_after_payments, 25),
    Job(BY_FILE, tell_of_ended, 25),
    Job("stray payments", call_back_strays, 20),
    Job(LATE, book_late, 20),
    Job(CHANGES, settle_changes, 20),
    Job("audit of payments", audit_payments, 25),
)
