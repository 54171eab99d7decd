"""A bank's entries in an account of their own: people decide on them while everything dies. Then
the books must say what entries, claims and payouts do.
"""

import asyncio
import random
import threading
from typing import Final

import httpx

from tests.at_once.holding import check_money
from tests.at_once.playing import ask_at_once, prepare
from tests.at_once.stack import Office
from tests.support.running_stack import RunningStack

_BURSTS: Final = 3


class Matching:
    """Requests about matches, payouts and claims at once, again and again until the death cuts
    them.
    """

    def __init__(self, stack: RunningStack, seed: int) -> None:
        self._office = Office(stack.with_own_account())
        self._seed = seed
        self._round = 0
        self._thread: threading.Thread | None = None
        self.answers = 0
        self.cut = 0
        self._content = asyncio.run(self._prepare())

    async def _prepare(self) -> bytes:
        async with self._office.connected() as company:
            return await prepare(company, self._seed)

    def act_before_death(self) -> None:
        """Begin to ask; the death comes meanwhile."""
        self._round += 1
        self._thread = threading.Thread(target=self._ask, args=(self._round,))
        self._thread.start()

    def _ask(self, number: int) -> None:
        dice = random.Random(f"{self._seed} matching {number}")
        try:
            asyncio.run(self._ask_until_it_dies(dice, number))
        except httpx.HTTPError:
            self.cut += 1  # the death came while it read what there is to decide on

    async def _ask_until_it_dies(self, dice: random.Random, number: int) -> None:
        async with self._office.connected() as company:
            for burst in range(_BURSTS):
                answers = await ask_at_once(
                    company, dice, _BURSTS * number + burst, content=self._content
                )
                cut = sum(isinstance(each, Exception) for each in answers)
                self.cut += cut
                self.answers += len(answers) - cut
                if cut:
                    return

    def await_the_cut(self) -> None:
        """Wait until no request is under way any more."""
        assert self._thread is not None
        self._thread.join()

    def check(self) -> None:
        """Let everything end, and count. Raises AssertionError: books, entries, claims and payouts
        do not agree.
        """
        asyncio.run(self._check())

    async def _check(self) -> None:
        async with self._office.connected() as company:
            await company.settle()
            await check_money(company.rows)
