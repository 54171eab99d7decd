"""A short, fixed part of `make pairs`, and that the search goes through all of them and finds what
does not end.
"""

import asyncio
import multiprocessing
from itertools import islice

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tillroll_testing.stories.deadline import NoEnd, run_within
from tillroll_testing.stories.search import all_pairs, order_of, search

_SEED, _PAIRS = 1, 60
_PATIENCE_SECONDS = 120.0


def test_two_things_in_one_run_break_nothing() -> None:
    searched = search(all_pairs([*RECEIPTS, *PAYOUTS]), _SEED, seconds=600, count=_PAIRS)
    assert not searched.findings, "\n".join(map(str, searched.findings.values()))
    assert searched.played == _PAIRS


@pytest.mark.parametrize("total", [3, 12, 1000])
def test_the_order_has_every_pair_once(total: int) -> None:
    assert sorted(order_of(total, _SEED)) == list(range(total))
    assert list(order_of(1000, 1)) != list(order_of(1000, 2))


def test_every_pair_has_a_number_of_its_own() -> None:
    pairs = all_pairs([PAYOUTS[0]])
    some = [pairs[number] for number in islice(order_of(len(pairs), 1), 40_000)]
    numbered = {
        (tuple((at, item.name) for at, item in each.disturbances.items()), each.errors)
        for each in some
    }
    assert len(numbered) == len(some) == 40_000


async def _hang() -> None:
    await asyncio.Event().wait()


async def _take_turns() -> None:
    while True:  # noqa: ASYNC110 - that is the point
        await asyncio.sleep(0)


async def _spin() -> None:
    while True:
        pass


def _end_each() -> None:
    for play in (_hang, _take_turns):
        with pytest.raises(TimeoutError):
            run_within(0.1, play)
    with pytest.raises(NoEnd):
        run_within(0.1, _spin)


def test_a_play_that_hangs_or_spins_is_ended() -> None:
    """In a process of its own, as `make pairs` has it: after thousands of tests an alarm ended the
    worker sometimes.
    """
    process = multiprocessing.get_context("spawn").Process(target=_end_each)
    process.start()
    try:
        process.join(_PATIENCE_SECONDS)
        assert process.exitcode == 0
    finally:
        process.kill()
        process.join()
