"""The cron in several databases: each has its tick, and none waits for another."""

from dataclasses import replace

import pytest

from tests.support.host_platform import assemble, migrated_database
from tests.support.two_databases import SilentDatabase
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.minute import do_in_all_databases
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import SHARD, QueueMissing
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.memory import MemoryQueue


class _NoQueue:
    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        del message, delay_seconds
        raise QueueMissing("no queue is bound")


class _Work:
    """Asks as often as it may, and notes in which database and how often."""

    def __init__(self) -> None:
        self.asked: dict[int, int] = {}

    @property
    def jobs(self) -> list[Job]:
        return [Job("greedy", self, share=10)]

    async def __call__(self, platform: Platform) -> None:
        for _ in platform.turn.take(range(5_000)):
            await platform.database.all(statement("SELECT 1"))
            self.asked[platform.shard] = self.asked.get(platform.shard, 0) + 1


async def _three() -> Platform:
    host = assemble(await migrated_database(), {})
    databases = {1: host.database, 2: await migrated_database(), 3: await migrated_database()}
    return replace(host.platform, databases=databases)


async def test_each_further_database_has_an_invocation_of_its_own() -> None:
    ticks = MemoryQueue()
    platform = replace(await _three(), ticks=ticks)
    work = _Work()
    await do_in_all_databases(platform, work.jobs)
    assert [*work.asked] == [1]
    # What is left in the first goes on by a message too, which names no database.
    assert [each.get(SHARD) for each in ticks.messages] == [2, 3, None]


async def test_without_a_queue_each_has_as_much_of_the_one_invocation() -> None:
    platform = replace(await _three(), ticks=_NoQueue())
    work = _Work()
    await do_in_all_databases(platform, work.jobs)
    assert [*work.asked] == [1, 2, 3]
    fewest, *_, most = sorted(work.asked.values())
    assert fewest > 200
    assert most - fewest <= 10
    assert sum(work.asked.values()) < 1_000


@pytest.mark.parametrize("broken", [1, 2])
async def test_one_that_does_not_answer_holds_up_no_other(broken: int) -> None:
    platform = replace(await _three(), ticks=_NoQueue())
    databases = {**platform.databases, broken: SilentDatabase()}
    work = _Work()
    await do_in_all_databases(
        replace(platform, database=databases[1], databases=databases), work.jobs
    )
    assert {*work.asked} == {1, 2, 3} - {broken}
