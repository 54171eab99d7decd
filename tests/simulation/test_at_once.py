"""25 requests about money at once, drawn by a seed; `make at-once` plays many more."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import pytest

from tests.at_once.host import host_company
from tests.at_once.playing import play
from tests.support.campaigns import only_whole
from tillroll.bank.decisions import deciding
from tillroll_durable import Statement


async def test_requests_at_once_leave_money_as_it_was_decided() -> None:
    await _hold(seed=5)


@only_whole
@pytest.mark.parametrize("seed", range(10, 16))
async def test_more_requests_at_once_leave_it_so(seed: int) -> None:
    await _hold(seed)


@only_whole
async def test_a_guard_that_is_left_out_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    original: Callable[..., Any] = vars(deciding)["accept"]

    async def unguarded(*given: Any, **named: Any) -> Sequence[Statement]:
        statements = await original(*given, **named)
        return [each for each in statements if "INTO guards" not in each.sql]

    monkeypatch.setattr(deciding, "accept", unguarded)
    with pytest.raises(AssertionError, match="seed"):
        await _play_each(range(1, 9))


async def _hold(seed: int) -> None:
    async with host_company() as company:
        figures = await play(company, seed, rounds=2)
    assert figures.broken == []
    assert figures.requests == 50


async def _play_each(seeds: Iterable[int]) -> None:
    for seed in seeds:
        async with host_company() as company:
            await play(company, seed, rounds=2)
