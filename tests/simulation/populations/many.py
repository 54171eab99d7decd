"""Many accounts, each with a row that is due of each job; and minutes of the cron, with all
invocations of each.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

import each_minute
from local.config import read_deployed
from tests.simulation.populations.rows import HEALTHY, STUCK, Poisoned, Population
from tillroll_durable.jobs.job import Job
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement
from tillroll_durable.platform.bindings.engine import JOB, TICK
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.host.sqlite import SqliteDatabase

# What a whole invocation takes: a thousand statements, one after the other.
INVOCATION_SECONDS: Final = 3
# How many invocations go on at the same time.
[AT_ONCE] = [
    each["max_concurrency"]
    for each in read_deployed()["queues"]["consumers"]
    if each["queue"].endswith("-ticks")
]
_NAME: Final = re.compile(rf"[12]_(?:{HEALTHY}|{STUCK})_.+?_\d{{5}}")


def account(number: int) -> str:
    return f"acc_of_{number:05}"


class Named(Poisoned):
    """A database that notes which rows the statements of an invocation name, by the job that is at
    work.
    """

    def __init__(self, inner: SqliteDatabase) -> None:
        super().__init__(inner)
        self.job = ""
        self.statements: defaultdict[str, int] = defaultdict(int)
        self.named: defaultdict[str, set[str]] = defaultdict(set)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.statements[self.job] += len(statements)
        for each in statements:
            self._note(each)
        return await super().batch(statements)

    def _note(self, asked: Statement) -> None:
        """A row is taken up by what is asked of it alone, or written; not by a read of many, or
        where it is left.
        """
        texts = [
            value
            for value in asked.parameters
            if isinstance(value, str) and (HEALTHY in value or STUCK in value)
        ]
        names = {name for text in texts for name in _NAME.findall(text)}
        if asked.sql.startswith("DELETE FROM reconciler_setbacks"):
            self.named[self.job] -= names
        elif not (asked.sql.lstrip().startswith(("SELECT", "WITH")) and "json_each" in asked.sql):
            self.named[self.job] |= names


@dataclass
class Minutes:
    """Minutes of the cron. `turns`: by the job, the names of rows that each of its invocations took
    up, in order.
    """

    host: HostPlatform
    database: Named
    turns: defaultdict[str, list[set[str]]] = field(default_factory=lambda: defaultdict(list))
    invocations: list[dict[str, int]] = field(default_factory=list[dict[str, int]])
    """The statements of each, by the job; those of no job are under an empty name."""

    async def pass_one(self) -> int:
        """One minute, until no invocation has another go on; how many there were."""
        clock, queue, before = self.host.pieces.clock, self.host.pieces.queue, len(self.invocations)
        ends = clock.now() + timedelta(minutes=1)
        await self._invoke()
        while going_on := [message for message in queue.messages if TICK in message]:
            at_once, behind = going_on[:AT_ONCE], going_on[AT_ONCE:]
            queue.messages[:] = [message for message in queue.messages if TICK not in message]
            clock.advance(timedelta(seconds=INVOCATION_SECONDS))
            for message in at_once:
                await self._invoke(str(message[TICK]), [str(message[JOB])])
            queue.messages[:0] = behind
        self._note_sent()
        clock.advance(ends - clock.now())
        return len(self.invocations) - before

    def _note_sent(self) -> None:
        self.turns["queue"].append(
            {name for each in self.host.pieces.queue.messages for name in _NAME.findall(str(each))}
        )
        self.host.pieces.queue.messages.clear()

    async def _invoke(self, began: str | None = None, only: Sequence[str] | None = None) -> None:
        self.database.named.clear()
        self.database.statements.clear()
        jobs, each_minute.JOBS = each_minute.JOBS, tuple(map(self._watched, each_minute.JOBS))
        try:
            await each_minute.do_each_minute(self.host.platform, began, only)
        finally:
            each_minute.JOBS = jobs
        for name, rows in self.database.named.items():
            self.turns[name].append(set(rows))
        if self.database.statements:  # one whose minute is over asks nothing
            self.invocations.append(dict(self.database.statements))

    def _watched(self, job: Job) -> Job:
        async def work(platform: Platform) -> None:
            self.database.job = job.name
            try:
                await job.work(platform)
            finally:
                self.database.job = ""

        return replace(job, work=work)


async def open_accounts(database: Database, ids: Iterable[str], at: str) -> None:
    """Accounts, each with a payee."""
    for id_ in ids:
        await database.batch(
            [
                statement(
                    "INSERT INTO accounts (id, name, created_at, originals) "
                    "VALUES (?, 'A', ?, 'bare')",
                    [id_, at],
                ),
                statement(
                    "INSERT INTO payees (id, account_id, name, recipient, method, created_by, "
                    "created_at, paid_to) "
                    "VALUES ('pay_' || ?1, ?1, 'Ann', 'acct_ann', 'usba_ann', 'user:usr_first', "
                    "?2, 'acct_ann')",
                    [id_, at],
                ),
            ]
        )


async def settle(
    host: HostPlatform, populations: Sequence[Population], accounts: int, stuck: int = 0
) -> None:
    """So many accounts, each with a row of each population; the first ones' rows are stuck, and due
    for longer.
    """
    database, now = host.database, host.pieces.clock.now()
    past = to_text(now - timedelta(days=9))
    await open_accounts(database, map(account, range(accounts)), past)
    database.connection.execute("PRAGMA defer_foreign_keys = ON")
    for population in populations:
        for number in range(accounts):
            name = row_name(population, number, is_stuck=number < stuck)
            when = now - timedelta(seconds=60 if number < stuck else 0)
            for row in population.rows(name, account(number), when):
                await database.batch([row])
            for key in population.objects(name, account(number)):
                await host.pieces.objects.put_bytes(key, b"", "text/plain")


def row_name(population: Population, number: int, *, is_stuck: bool = False) -> str:
    """Stuck rows come first in the order of ids too."""
    kind = f"1_{STUCK}" if is_stuck else f"2_{HEALTHY}"
    return f"{kind}_{population.job.replace(' ', '_')}_{number:05}"
