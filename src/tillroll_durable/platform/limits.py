"""Cloudflare's limits, each with the page that states it, and what an invocation has spent of
them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, TypeVar

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError


@dataclass(frozen=True)
class Plan:
    """What a plan allows one invocation: queries of D1, subrequests of any kind, and steps of one
    workflow instance."""

    name: str
    queries: int
    subrequests: int
    steps: int


# https://developers.cloudflare.com/d1/platform/limits/ for queries, /workers/platform/limits/ for
# subrequests, /workflows/reference/limits/ for steps. Both of the latter are the defaults, which
# wrangler.jsonc leaves as they are.
PAID: Final = Plan("Workers Paid", queries=1_000, subrequests=10_000, steps=10_000)
FREE: Final = Plan("Workers Free", queries=50, subrequests=50, steps=1_024)

# https://developers.cloudflare.com/workers/platform/limits/ : on every plan since September 2026.
SCRIPT_BYTES: Final = 64 * 2**20
"""Uncompressed."""

# https://developers.cloudflare.com/d1/platform/limits/
DATABASE_BYTES: Final = 10_000_000_000
"""What a database holds, of Workers Paid."""
NEARLY_FULL_PERCENT: Final = 70
"""From here on somebody is to make room."""
PARAMETERS: Final = 100
STATEMENT_BYTES: Final = 100_000
ROW_BYTES: Final = 2_000_000
"""Also of one text or BLOB."""
COLUMNS: Final = 100
FUNCTION_ARGUMENTS: Final = 32
LIKE_PATTERN_BYTES: Final = 50

# https://developers.cloudflare.com/workflows/reference/limits/ ; lengths of names as wrangler's own
# engine has them.
STEP_OUTPUT_BYTES: Final = 2**20
EVENT_BYTES: Final = 2**20
"""Also of the parameters of an instance."""
INSTANCE_ID_LENGTH: Final = 100
STEP_NAME_LENGTH: Final = 256
EVENT_TYPE_LENGTH: Final = 100
SLEEP_SECONDS: Final = 365 * 24 * 60 * 60
NAME_PATTERN: Final = r"[a-zA-Z0-9_][a-zA-Z0-9-_]*"
"""Names of instances and types of events match this."""

# https://developers.cloudflare.com/queues/platform/limits/
MESSAGE_BYTES: Final = 128_000
# https://developers.cloudflare.com/r2/platform/limits/
OBJECT_KEY_BYTES: Final = 1_024


def bytes_of(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    if text.isascii():
        return len(text)
    return len(text.encode())


Row = TypeVar("Row")

# Subrequests that a job leaves to those behind it.
_SUBREQUESTS_LEFT: Final = 1_000


class QueriesSpent(DatabaseError):
    """The invocation has asked D1 as often as its plan allows. Nothing was applied; the next
    invocation may go on."""


@dataclass
class Spending:
    """One invocation's counts: round trips to D1, the statements in them, and calls of all services
    with D1."""

    plan: Plan = PAID
    queries: int = 0
    statements: int = 0
    subrequests: int = 0

    @property
    def is_nearly_spent(self) -> bool:
        """Whether a fifth is left of what the plan allows, or less."""
        plan = self.plan
        return 5 * self.queries >= 4 * plan.queries or 5 * self.subrequests >= 4 * plan.subrequests

    def query(self, statements: int) -> None:
        """Count a round trip to D1. Raises QueriesSpent: the plan allows no more; it is not
        made."""
        if self.queries >= self.plan.queries:
            self._say("D1 queries", self.plan.queries)
            raise QueriesSpent(
                f"D1 takes {self.plan.queries:,} queries of one invocation ({self.plan.name}), "
                "and this is one more. Leave the rest to another invocation."
            )
        self.subrequest(DatabaseError)
        self.queries += 1
        self.statements += statements

    def subrequest(self, refused: type[Exception]) -> None:
        """Count a call of another service. Raises `refused`: the plan allows no more; it is not
        made."""
        if self.subrequests >= self.plan.subrequests:
            self._say("subrequests", self.plan.subrequests)
            raise refused(
                f"One invocation may make {self.plan.subrequests:,} subrequests "
                f"({self.plan.name}), and this is one more. Leave the rest to another invocation."
            )
        self.subrequests += 1

    def _say(self, what: str, count: int) -> None:
        log.error("limit.reached", source=what, count=count)


@dataclass
class Turn:
    """How far a job may go: until the invocation has asked D1 for `until` statements. `is_cut`: it
    left rows to its next turn; `done` counts what jobs made good."""

    spending: Spending = field(default_factory=Spending)
    until: int | None = None
    is_cut: bool = False
    done: Counter[str] = field(default_factory=Counter[str])

    @property
    def has_room(self) -> bool:
        """Whether it may take another row; that it may not is noted."""
        if self.until is None:
            return True
        has_room = self.spending.statements < self.until and self.may_send
        self.is_cut = self.is_cut or not has_room
        return has_room

    @property
    def may_send(self) -> bool:
        """Whether a message may be sent: the invocation has subrequests beside those that others
        need."""
        if self.until is None:
            return True
        remaining = self.spending.plan.subrequests - self.spending.subrequests
        return remaining > min(_SUBREQUESTS_LEFT, self.spending.plan.subrequests // 10)

    def has_more(self, *, where: bool) -> None:
        """Note that rows are left, where that is so, although there was room."""
        self.is_cut = self.is_cut or where

    def half(self) -> "Turn":
        """A turn of its own, with half of what is left of this one."""
        if self.until is None:
            until = None
        else:
            until = (self.spending.statements + self.until) // 2
        return Turn(self.spending, until, done=self.done)

    def take(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The rows, while there is room. The first comes in any case: a job whose share is too
        small gets on too."""
        for number, row in enumerate(rows):
            if number and not self.has_room:
                return
            yield row
