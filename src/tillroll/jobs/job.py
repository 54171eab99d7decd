"""What a feature declares to have work done by the cron."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Job:
    """One job of the cron.

    Attributes:
        name: how operators know it; unique.
        work: does it. It takes its rows by `platform.turn.take`, which ends when the share is used: what is left is
            taken in the next tick. Whatever it raises stops no other job.
        share: statements that a turn has for itself. One that needs more uses what the others leave.
        period: how often it is due; 0 is each tick.
        comes_last: it looks at what the other jobs of the tick did.
    """

    name: str
    work: Callable[[Platform], Awaitable[object]]
    share: int
    period: timedelta = timedelta(0)
    comes_last: bool = False
