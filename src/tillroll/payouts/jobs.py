"""Jobs of payouts."""

from typing import Final

from tillroll.jobs.job import Job
from tillroll.payouts.bank_files.answers import JOB as BY_FILE
from tillroll.payouts.bank_files.answers import tell_of_ended
from tillroll.payouts.books import JOB as LATE
from tillroll.payouts.books import book_late
from tillroll.payouts.changes import JOB as CHANGES
from tillroll.payouts.changes import settle_changes
from tillroll.payouts.settlement import audit_payments, call_back_strays, look_after_payments

JOBS: Final = (
    Job("payments", look_after_payments, 25),
    Job(BY_FILE, tell_of_ended, 25),
    Job("stray payments", call_back_strays, 20),
    Job(LATE, book_late, 20),
    Job(CHANGES, settle_changes, 20),
    Job("audit of payments", audit_payments, 25),
)
