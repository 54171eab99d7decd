"""Measuring on a machine that others use too: what was disturbed least is kept, and how much it
was, is told.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Self, TypeVar

from bench.measuring import TICKS_PER_SECOND, processes

Result = TypeVar("Result")

# Others may use this share of all cores while something is measured.
TOLERATED_SHARE = 0.1
_LONGEST_WAIT_SECONDS = 20.0
_GLANCE_SECONDS = 0.3


@dataclass(frozen=True)
class Measurement(Generic[Result]):
    """A result, and the share of all cores that other processes used meanwhile (0 to 1)."""

    result: Result
    foreign_share: float


def least_disturbed(
    measure: Callable[[], Result], groups: Callable[[], Sequence[int]], wanted: int, attempts: int
) -> list[Measurement[Result]]:
    """Measure until `wanted` results are undisturbed, at most `attempts` times; return the least
    disturbed ones.

    `groups` gives the process groups whose work is part of the measurement.
    """
    done: list[Measurement[Result]] = []
    while (
        len(done) < attempts
        and sum(item.foreign_share <= TOLERATED_SHARE for item in done) < wanted
    ):
        _wait_for_quiet(groups())
        before = _Snapshot.take(groups())
        result = measure()
        done.append(Measurement(result, before.foreign_share_until(_Snapshot.take(groups()))))
    return sorted(done, key=lambda item: item.foreign_share)[:wanted]


def _wait_for_quiet(groups: Sequence[int]) -> None:
    """Wait until others use little, but not for ever."""
    deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
    while time.monotonic() < deadline:
        before = _Snapshot.take(groups)
        time.sleep(_GLANCE_SECONDS)
        if before.foreign_share_until(_Snapshot.take(groups)) <= TOLERATED_SHARE:
            return


@dataclass(frozen=True)
class _Snapshot:
    """CPU seconds since boot, at a time of the monotonic clock: of all, and of each process of
    ours.
    """

    at: float
    all: float
    ours: dict[int, float]

    @classmethod
    def take(cls, groups: Sequence[int]) -> Self:
        # cpu user nice system idle iowait irq softirq steal … (proc(5)), in ticks over all cores
        ticks = [
            int(word) for word in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        ]
        user, nice, system, _idle, _iowait, irq, softirq, steal = ticks
        own = {os.getpgid(0), *groups}
        ours = {process.id: process.cpu_seconds for process in processes() if process.group in own}
        return cls(
            time.monotonic(),
            (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND,
            ours,
        )

    def foreign_share_until(self, later: Self) -> float:
        """What others used between the two, of all cores. A process of ours that has ended
        meanwhile counts as idle.
        """
        ours = sum(cpu - self.ours.get(process, 0.0) for process, cpu in later.ours.items())
        foreign = later.all - self.all - ours
        return max(0.0, foreign / (later.at - self.at) / (os.cpu_count() or 1))
