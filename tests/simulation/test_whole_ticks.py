"""Whole ticks over an account book of trouble: every job of the deployment, many accounts, fifty
stuck rows each, and a database that refuses at its limit. A healthy row that is due is served
within a few ticks, whatever else is stuck.
"""

import base64
import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import LiteralString

import pytest

from each_minute import JOBS
from tests.simulation.populations import of_arrivals, of_banks, of_books, of_payments, of_runs
from tests.simulation.populations.many import open_accounts
from tests.simulation.populations.rows import (
    ACCOUNTS,
    HEALTHY,
    STUCK,
    Poisoned,
    PoisonedObjects,
    Population,
    account,
)
from tests.support.host_platform import WEBHOOK_SECRET, assemble, migrated_database, product_pieces
from tests.support.watching import WatchedDatabase
from tillroll.mail.provider import MailSettings
from tillroll.notifications.push.messages import PushSettings
from tillroll.observability.settings import AlertSettings
from tillroll.onboarding.provider import BillingSettings
from tillroll.payouts.settings import PaymentSettings
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.jobs.job import Job, list_jobs
from tillroll_durable.jobs.tick import budget_of, tick
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.limits import PAID, Plan, Spending
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing.settings import ArchiveSettings
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.host.signing import new_push_key
from tillroll_testing.simulation.engine import SimulatedInstances
from tillroll_testing.simulation.faults import Crash, Faults

FEW_TICKS = 12
STUCK_ROWS = 50
POPULATIONS = tuple(
    each
    for of in (of_runs, of_arrivals, of_payments, of_books, of_banks)
    for each in of.POPULATIONS
)
# Jobs without a row that could be stuck and keep others from their turn, and why.
_WITHOUT_ROWS = {
    "words of clients": "a SELECT and a batch; a name is folded without asking anything",
    "setbacks": "one DELETE by time; it looks at no row by itself",
    "ai calls": "one UPDATE by time, of all calls that were started long ago",
    "idempotency keys": "DELETEs by time, 500 keys each; nothing is read or asked of a key",
    "old notices": "two DELETEs by time in one batch, of the oldest 500",
    "old mail": "four DELETEs and UPDATEs by time in one batch, of the oldest 500",
    "old sign-ins": "two DELETEs by time, of the oldest",
    "old deliveries": "two DELETEs by time in one batch, of the oldest 200",
    "unmatched bank entries": "one SELECT, and what it tells in a batch an account, by turns",
    "list of payments": "one page of the provider's list; a page that fails is set aside",
    "chasing": "one SELECT, and one batch a person; one that fails is set aside",
    "silent bank accounts": (
        "one SELECT, and what it tells in one batch; nothing is asked of an account by itself"
    ),
    "seals": "a chain: a seal is of all events behind the last one, so "
    "that none may be passed over. What "
    "is wrong "
    "with a seal is a finding, and the round goes on behind it; tests/unit/audit plays that",
}


@dataclass
class Deployment:
    host: HostPlatform
    database: Poisoned
    spent: list[Spending] = field(default_factory=list[Spending])

    async def tick(self, plan: Plan = PAID, jobs: tuple[Job, ...] = JOBS) -> None:
        """One tick, a minute after the one before; what it spent is kept."""
        self.host.pieces.clock.advance(timedelta(minutes=1))

        async def spend(platform: Platform) -> None:
            self.spent.append(platform.spending)

        await tick(
            self.host.platform, (*jobs, Job("what it spends", spend, 0, comes_last=True)), plan
        )

    async def is_served(self, population: Population) -> bool:
        name = _name(population, HEALTHY, STUCK_ROWS)
        if not population.served:
            sent = [str(message) for message in self.host.pieces.queue.messages]
            return any(name in asked for asked in (*self.database.asked, *sent))
        return bool(await self.host.database.all(statement(population.served, [name])))


def _name(population: Population, what: str, number: int) -> str:
    """Stuck rows come before the healthy one, in the order of ids too."""
    order = "1" if what == STUCK else "2"
    return f"{order}_{what}_{population.job.replace(' ', '_')}_{number:03}"


async def deployed(*populations: Population) -> Deployment:
    """All kinds on one engine, which cannot say how the stuck runs are; and the rows of these
    populations.
    """
    pieces = product_pieces(objects=PoisonedObjects())
    now = pieces.clock.now() + timedelta(days=3)
    pieces.clock.advance(timedelta(days=3))
    database = await migrated_database()
    poisoned = Poisoned(database)
    instances = SimulatedInstances(pieces.clock, Faults())
    host = assemble(database, dict.fromkeys(REGISTRY.newest, instances), pieces, seen_as=poisoned)
    settings = host.platform.settings.changed(
        PaymentSettings("sk", "fa_1", account(0), "https://pay.test")
    )
    settings = settings.changed(BillingSettings("sk"))
    settings = settings.changed(
        MailSettings("tillroll@a.test", "key", "https://mail.test", "https://a.test")
    )
    settings = settings.changed(ArchiveSettings(365)).changed(
        EncryptionSettings({2: of_banks.NEWEST_KEY, 1: of_books.EARLIER_KEY})
    )
    settings = settings.changed(PushSettings(base64.b64decode(new_push_key())))
    settings = settings.changed(AlertSettings("https://alerts.test", WEBHOOK_SECRET))
    host.platform = replace(host.platform, settings=settings)
    past = to_text(now - timedelta(days=9))
    await open_accounts(database, map(account, range(ACCOUNTS)), past)
    # Rows stand here without all that they refer to in a real book.
    database.connection.execute("PRAGMA defer_foreign_keys = ON")
    for population in populations:
        for number in range(STUCK_ROWS + 1):
            what = HEALTHY if number == STUCK_ROWS else STUCK
            name = _name(population, what, number)
            # The healthy row is the newest: each stuck one was due before.
            when = now - timedelta(seconds=0 if what == HEALTHY else 30)
            for row in population.rows(name, account(number), when):
                await database.batch([row])
            for key in population.objects(name, account(number)):
                await pieces.objects.put_bytes(key, b"", "text/plain")
            if what == STUCK:
                instances.troubled.add(f"run_{name}")
    return Deployment(host, poisoned)


def test_every_job_is_played_or_has_no_rows() -> None:
    names = [job.name for job in JOBS]
    assert len({*names}) == len(names)
    played = {population.job for population in POPULATIONS}
    assert played | {*_WITHOUT_ROWS} == {*names}
    assert not played & {*_WITHOUT_ROWS}


def test_the_shares_fit_into_one_invocation() -> None:
    """So every due job has its turn in each tick, unless a single row takes more than its job's
    share.
    """
    assert sum(job.share for job in JOBS) <= budget_of(PAID)


@pytest.mark.parametrize("population", POPULATIONS, ids=lambda each: each.job)
async def test_stuck_rows_keep_no_healthy_one_from_its_turn(population: Population) -> None:
    here = await deployed(population)
    for _ in range(FEW_TICKS):
        await here.tick()
        if await here.is_served(population):
            return
    pytest.fail(f"{population.job}: not served within {FEW_TICKS} ticks")


async def test_all_of_it_at_once_fits_into_the_limits_of_an_invocation(
    caplog: pytest.LogCaptureFixture,
) -> None:
    here = await deployed(*POPULATIONS)
    waiting = [*POPULATIONS]
    # All stuck rows of all jobs share what one job's have above.
    for _ in range(3 * FEW_TICKS):
        await here.tick()
        waiting = [each for each in waiting if not await here.is_served(each)]
    assert [each.job for each in waiting] == []
    assert "limit.reached" not in caplog.text
    # By both readings of what D1 counts.
    assert max(each.queries for each in here.spent) < PAID.queries
    assert max(each.statements for each in here.spent) < PAID.queries
    assert max(each.subrequests for each in here.spent) < PAID.subrequests
    listed = await list_jobs([here.host.platform])
    # Where the store does not give a file of the archive, the job says so, and a person is called.
    assert [job.name for job in listed.items if job.is_overdue] == ["archive's files"]


# Tables that more receipts, runs and mails make longer: what a tick asks of them is led by an
# index.
_GROWS = (
    "runs",
    "run_steps",
    "audit_events",
    "receipts",
    "expenses",
    "outbox",
    "messages",
    "outside_messages",
    "payouts",
)


async def test_a_tick_goes_through_no_table_that_grows_with_the_work() -> None:
    """Neither the deployment's nor, by its account alone, an account's."""
    here = await deployed(*POPULATIONS)
    watched = WatchedDatabase(here.host.platform.database)
    here.host.platform = replace(here.host.platform, database=watched)
    for _ in range(FEW_TICKS // 2):
        await here.tick()
    # The plan of a new run has what foreign keys would look for if others had named it before it
    # was there.
    queries: dict[LiteralString, Statement] = {
        each.sql: each
        for each in watched.seen
        if not each.sql.lstrip().startswith("INSERT INTO runs")
    }
    assert any("outside_messages" in sql for sql in queries)
    partial = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '%WHERE%'"
    short = {row["name"] for row in await here.host.database.all(statement(partial))}
    found: list[str] = []
    for sql, query in queries.items():
        plan = await here.host.database.all(
            statement(f"EXPLAIN QUERY PLAN {sql}", [*query.parameters])
        )
        for line in (str(step["detail"]) for step in plan):
            whole = re.fullmatch(
                r"SCAN (\w+)|SEARCH (\w+) USING [A-Z ]*INDEX (\w+) \(account_id=\?\)", line
            )
            name = whole and whole[3] not in short and (whole[1] or whole[2])
            if name and any(_is(table, name, sql) for table in _GROWS):
                found.append(f"{line}\n{sql}")
    assert found == []


def _is(table: str, name: str, sql: str) -> bool:
    """Whether a plan's `name` is the table, by itself or as its other name in the statement."""
    return name == table or re.search(rf"\b{table} (AS )?{name}\b", sql) is not None


async def test_with_a_tenth_of_the_queries_every_job_still_comes_round() -> None:
    """Where one tick cannot give all of them a turn, the next begins with those that had none."""
    scarce = Plan(
        "a tenth", queries=PAID.queries // 10, subrequests=PAID.subrequests, steps=PAID.steps
    )
    here = await deployed(*POPULATIONS)
    served: set[str] = set()

    async def work(job: Job, platform: Platform) -> None:
        served.add(job.name)
        await job.work(platform)

    jobs = tuple(replace(job, work=partial(work, job), due_in="") for job in JOBS)
    for _ in range(3 * FEW_TICKS):
        await here.tick(scarce, jobs)
    assert served == {job.name for job in JOBS}
    assert max(each.queries for each in here.spent) <= scarce.queries


async def test_a_job_that_ends_the_isolate_takes_its_turn_from_no_other() -> None:
    served: set[str] = set()

    async def note(name: str, _: Platform) -> None:
        served.add(name)

    async def die(_: Platform) -> None:
        raise Crash("the isolate has used its memory")

    jobs = (
        *(Job(f"job {n}", partial(note, f"job {n}"), 5) for n in range(8)),
        Job("deadly", die, 5),
    )
    here = await deployed()
    for _ in jobs:
        with pytest.raises(Crash):
            await here.tick(PAID, jobs)
    assert served == {job.name for job in jobs[:-1]}


async def test_a_backlog_uses_what_the_others_leave() -> None:
    done: list[int] = []

    async def work(platform: Platform) -> None:
        for row in platform.turn.take(range(10_000)):
            await platform.database.all(statement("SELECT ?1 AS row", [row]))
            done.append(row)

    async def idle(platform: Platform) -> None:
        await platform.database.all(statement("SELECT 1 AS one"))

    jobs = (Job("backlog", work, 20), *(Job(f"idle {n}", idle, 20) for n in range(20)))
    here = await deployed()
    await here.tick(PAID, jobs)
    assert budget_of(PAID) - 60 < len(done) < PAID.queries
    listed = await list_jobs([here.host.platform])
    [shown] = [job for job in listed.items if job.behind_since]
    assert (shown.name, shown.outcome) == ("backlog", "more")


async def test_a_job_that_fails_is_overdue_and_the_alert_says_why() -> None:
    async def fail(_: Platform) -> None:
        raise ValueError("a fault")

    async def idle(_: Platform) -> None:
        """There is nothing to do."""

    jobs = (Job("payments", fail, 20), Job("claims", idle, 20))
    here = await deployed()
    for _ in range(20):
        await here.tick(PAID, jobs)
    listed = await list_jobs([here.host.platform])
    assert {job.name: (job.outcome, job.error, job.is_overdue) for job in listed.items} == {
        "claims": ("done", None, False),
        "payments": ("failed", "ValueError", True),
        "what it spends": ("done", None, False),
    }


async def test_a_job_with_a_period_has_its_turn_when_it_is_due() -> None:
    turns: list[int] = []

    async def work(_: Platform) -> None:
        turns.append(minute)

    jobs = (Job("sweep", work, 5, timedelta(minutes=10)),)
    here = await deployed()
    for minute in range(21):  # noqa: B007 - `work` reads it
        await here.tick(PAID, jobs)
    assert turns == [0, 10, 20]
