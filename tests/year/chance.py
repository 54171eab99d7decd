"""Faults that are drawn: at each point and call of a process, dice say what goes wrong."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tillroll_testing.simulation.faults import ATTEMPT, Crash, Faults

_BURSTS: Final = (1, 1, 1, 2, 3, 6)
"""How often in a row an adapter errs: six times is more than a step has attempts."""


@dataclass(frozen=True)
class Rates:
    """How likely something is at each point or call: a death, an attempt that hangs, an error.

    The database is asked a hundred times for each call of another adapter, so those fail more
    often: `elsewhere` is how much.
    """

    death: float = 1 / 8_000
    hanging: float = 1 / 8_000
    error: float = 1 / 8_000
    elsewhere: float = 60

    def at(self, name: str, rate: float) -> float:
        """The rate of a point or call by its name."""
        if name.startswith("database: read"):
            return rate
        if name.startswith("database"):
            return rate * self.elsewhere / 10
        return rate * self.elsewhere


class DrawnFaults(Faults):
    """Nothing happens while it is `is_calm`. `told` hears of each fault: what, and of which run."""

    def __init__(self, dice: random.Random, rates: Rates) -> None:
        super().__init__()
        self.is_calm = True
        self.told: Callable[[str, str], None] = _nobody
        self._dice = dice
        self._rates = rates
        self._errs: Counter[str] = Counter()

    def may_err(self, name: str, error: Exception) -> None:
        if self.is_calm:
            return
        adapter = name.partition(":")[0]
        if self._dice.random() < self._rates.at(name, self._rates.error):
            self._errs[adapter] += self._dice.choice(_BURSTS)
        if not self._errs[adapter]:
            return
        self._errs[adapter] -= 1
        self.raised.append(error)
        self._tell(f"{_short(name)} errs")
        raise error

    async def point(self, name: str) -> None:
        for item in [item for item in self.when if item[0](name)]:
            self.when.remove(item)
            await item[1]()
        if self.is_calm:
            return
        drawn = self._dice.random()
        death = self._rates.at(name, self._rates.death)
        hanging = self._rates.at(name, self._rates.hanging)
        if drawn < death:
            self._tell(f"dies at {_short(name)}")
            self.has_died = True
            raise Crash(name)
        if drawn < death + hanging and ATTEMPT.get() is not None:
            self._tell(f"hangs at {_short(name)}")
            await self._hang()

    def forget_errors(self) -> None:
        """Nobody asks any more whether one of these errors was planned."""
        self.raised.clear()
        self.attempts.clear()
        self.when.clear()
        self.has_stalled = False
        self._errs.clear()

    async def _hang(self) -> None:
        """The attempt hangs: until the next one begins, until that has answered, or to the end of
        the hour.
        """
        how = self._dice.randrange(3)
        if how == 0:
            self.when.append((lambda name: ": before attempt" in name, self.let_go))
        if how == 1:
            self.when.append((lambda name: name.endswith(": after the response"), self.release))
        await self.stall()

    def _tell(self, what: str) -> None:
        attempt = ATTEMPT.get()
        self.told(what, "" if attempt is None else attempt.run)


def _nobody(_what: str, _run: str) -> None:
    """Nobody listens."""


def _short(name: str) -> str:
    """A point without the SQL, or the name of the step, that is in it."""
    adapter, _, what = name.partition(": ")
    if adapter == "database" and what.startswith(("read ", "write ", "answer to ")):
        return f"database: {what.partition(' ')[0]}"
    if adapter in _ADAPTERS:
        return name
    return f"engine: {name.rpartition(': ')[2]}"


_ADAPTERS: Final = frozenset(
    {"bank", "database", "engine", "event", "images", "instance", "model", "objects", "queue",
     "vectors", "webhook"}
)  # fmt: skip
