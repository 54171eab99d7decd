"""Ticks of a deployment with hundreds of accounts: what they ask where nothing is due, and that all
have their turn before any has another.
"""

from dataclasses import replace

import pytest

from tests.simulation.populations.many import Minutes, Named, row_name, settle
from tests.simulation.populations.rows import Population
from tests.simulation.test_whole_ticks import POPULATIONS, deployed

ACCOUNTS = 200
STUCK = 60
# With nothing due, a tick asks D1 for so many statements at most.
MOST_IDLE = 60
# One of each way in which jobs take their rows.
_JOBS = {
    "claims",
    "schedules",
    "waits",
    "inbound",
    "bank sources",
    "syncs of books",
    "quotas",
    "ledger",
    "raw mail",
}
BY_ROW = [each for each in POPULATIONS if each.job in _JOBS]


async def _minutes(*populations: Population, stuck: int = 0) -> Minutes:
    here = await deployed()
    database = Named(here.host.database)
    here.host.platform = replace(here.host.platform, database=database)
    await settle(here.host, populations, ACCOUNTS, stuck)
    return Minutes(here.host, database)


async def test_a_tick_with_nothing_due_asks_little_whatever_the_accounts() -> None:
    minutes = await _minutes()
    for _ in range(61):
        assert await minutes.pass_one() == 1
    # The first one notes all jobs.
    assert max(sum(each.values()) for each in minutes.invocations[1:]) <= MOST_IDLE


@pytest.mark.parametrize("population", BY_ROW, ids=lambda each: each.job)
async def test_each_account_has_its_turn_before_any_has_another(population: Population) -> None:
    minutes = await _minutes(population)
    waiting = {row_name(population, number) for number in range(ACCOUNTS)}
    turns: list[set[str]] = []
    while waiting:
        assert len(turns) < 3, f"{len(waiting)} accounts wait after three minutes"
        await minutes.pass_one()
        turns = minutes.turns[population.job]
        waiting -= set().union(*turns, *minutes.turns["queue"])
    again = [
        name
        for at, some in enumerate(turns[:-1])
        for name in some
        if any(name in later for later in turns[at + 1 :])
    ]
    assert again == []


@pytest.mark.parametrize("population", BY_ROW, ids=lambda each: each.job)
async def test_accounts_whose_work_fails_hold_up_no_other(population: Population) -> None:
    minutes = await _minutes(population, stuck=STUCK)
    waiting = {row_name(population, number) for number in range(STUCK, ACCOUNTS)}
    for _ in range(3):
        await minutes.pass_one()
        waiting -= set().union(*minutes.turns[population.job], *minutes.turns["queue"])
    assert waiting == set()
