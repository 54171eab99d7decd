"""How long what is kept stands in one table: each sweep has its row, and the docs and the page say
what that says.
"""

from datetime import timedelta

import pytest

from cli.pages.docs import PRIVACY_PAGE, RETENTION_MODULE
from cli.pages.retention_page import RETENTION, retention_module, with_retention
from each_minute import JOBS
from tillroll.identity.refusals import sweep_refused, sweep_sessions
from tillroll_durable.jobs.job import At
from tillroll_durable.platform.tables import words
from tillroll_durable.upkeep.quarantine import sweep_objects

# Jobs of the cron that delete nothing of anybody, or by no time.
_DELETES_NOTHING = {
    "audit of bank books": "it compares, and stores what disagrees",
    "audit of views": "it compares, and stores what disagrees",
    "words of clients": "it folds names anew, once",
    "bank effects": "does what matches mean elsewhere",
    "bank matching": "matches entries again",
    "schedules": "it begins runs; of a schedule's times the last hundred stay",
    "lines": "it lets runs go on",
    "instances never created": "it creates instances",
    "instances lost": "it resumes runs",
    "deadlines": "it calls people",
    "events out": "it sends messages",
    "decisions": "it wakes runs",
    "waits": "it wakes runs",
    "children": "it cancels runs",
    "setbacks": "it forgets ids of what was mended",
    "ai calls": "it settles calls",
    "seals": "it seals",
    "rates": "it fetches published rates",
    "words": "it makes an index",
    "ledger": "what was reserved is released, by a fact",
    "acts": "it goes on with acts",
    "notices": "it tells",
    "quotas": "it tells",
    "mail": "it mails",
    "browsers": "it sends messages",
    "inbound": "it works off events",
    "received mail": "it works off mail",
    "endpoints": "it tells",
    "secrets": "it encrypts anew",
    "claims": "it tells",
    "claims by mail": "it sends signals",
    "credit notes": "it writes files",
    "payments": "it asks after payments and sends signals",
    "payments by file": "it sends signals",
    "payout batches": "it sends signals",
    "syncs of books": "it begins runs",
    "stray payments": "it calls payments back",
    "late payments": "it books what was heard late of payments",
    "audit of payments": "it compares, and keeps what disagrees",
    "list of payments": "it compares, and notes what nobody asked for",
    "payout changes": "it lets changes take effect, and keeps them",
    "stray customers": "it ends what a provider has of nobody's account",
    "bank sources": "it begins fetches",
    "bank fetches": "it fetches",
    "bank consents": "it tells",
    "silent bank accounts": "it tells",
    "chasing": "it asks people, and counts how often",
    "unmatched bank entries": "it tells",
    "replays": (
        'it queues events for one endpoint; how long deliveries are kept, "old deliveries" says'
    ),
    "archive": "it moves what is old into the object store, from where it is read and erased",
    "archive's files": "it only reads files, and keeps which are not as they were written",
    "originals": "it replaces photos by what the account chose",
    "observability": "it counts; counts are of nobody",
}
# Sweeps that are a part of a job's work.
_PART_OF = {
    sweep_refused: "old sign-ins",
    sweep_sessions: "old sign-ins",
    sweep_objects: "objects",
}


def test_each_sweep_has_its_row() -> None:
    """A new job of the cron gets a row, or is said to delete nothing."""
    job_of = {job.work.load() if isinstance(job.work, At) else job.work: job.name for job in JOBS}
    swept = {
        _PART_OF.get(each.sweep) or job_of[each.sweep]
        for each in RETENTION
        if each.sweep is not None
    }
    names = {job.name for job in JOBS}
    assert names - _DELETES_NOTHING.keys() == swept
    assert _DELETES_NOTHING.keys() <= names


def test_each_row_with_a_sweep_says_its_period() -> None:
    for kept in RETENTION:
        assert (kept.period is not None) == ("{}" in kept.how_long), kept.what
        assert kept.sweep is None or kept.period is not None, kept.what
    assert len({kept.what for kept in RETENTION}) == len(RETENTION)


@pytest.mark.parametrize(
    ("period", "said"),
    [(timedelta(days=1), "a day"), (timedelta(hours=24), "a day"), (timedelta(days=30), "30 days")],
)
def test_periods_in_words(period: timedelta, said: str) -> None:
    assert words(period) == said


def test_the_docs_and_the_page_are_made_of_it() -> None:
    page = PRIVACY_PAGE.read_text(encoding="utf-8")
    assert with_retention(page) == page, "run `make docs` and commit the page"
    assert RETENTION_MODULE.read_text(encoding="utf-8") == retention_module(), (
        "run `make docs` and commit the module"
    )
