"""Which database each account lives in, day by day: new ones go where there is room, and half of a
full database's accounts move to a new one.

Databases that have had the same fate are counted together, so that a thousand cost no more than
one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Final

from bench.scale.inputs import Assumed
from bench.scale.prices import GB

MONTHS: Final = 12
DAYS: Final = 30
DATABASE_BYTES: Final = 10 * GB


@dataclass(frozen=True)
class Alike:
    """Databases with the same content.

    Attributes:
        count: how many.
        accounts: accounts in each that still send receipts.
        receipts: receipts in each, by the month in which they came.
    """

    count: int
    accounts: float
    receipts: tuple[float, ...] = (0.0,) * MONTHS

    def half(self) -> "Alike":
        """Twice as many, with half of everything in each."""
        halves = tuple(each / 2 for each in self.receipts)
        return Alike(self.count * 2, self.accounts / 2, halves)

    def used(self, of_month: Sequence[float]) -> float:
        """Bytes in each, where a receipt of each month has so many."""
        return sum(
            receipts * bytes_ for receipts, bytes_ in zip(self.receipts, of_month, strict=True)
        )


@dataclass
class Moves:
    """What was moved within a month."""

    accounts: float = 0.0
    receipts: float = 0.0


@dataclass
class Placing:
    """All databases of a deployment. `bytes_at` says what a receipt has that is so many months
    old.
    """

    assumed: Assumed
    bytes_at: Callable[[int], float]
    databases: list[Alike] = field(default_factory=list[Alike])

    def begin(self, count: int, accounts: float) -> None:
        """Spread the accounts over so many databases."""
        self.databases = [Alike(count, accounts / count)]

    @property
    def count(self) -> int:
        return sum(each.count for each in self.databases)

    @property
    def accounts(self) -> float:
        return sum(each.count * each.accounts for each in self.databases)

    @property
    def receipts(self) -> float:
        return sum(each.count * sum(each.receipts) for each in self.databases)

    def fullest(self, month: int) -> float:
        """Part of the fullest database that is used."""
        of_month = self._bytes_of_months(month)
        return max(each.used(of_month) for each in self.databases) / DATABASE_BYTES

    def pass_month(self, month: int) -> Moves:
        """Thirty days: receipts come, accounts leave and come, full databases are halved."""
        moves = Moves()
        of_month = self._bytes_of_months(month)
        for _ in range(DAYS):
            self._take_receipts(month)
            self._exchange_accounts(of_month)
            self._halve_full(of_month, moves)
        return moves

    def _bytes_of_months(self, month: int) -> Sequence[float]:
        return [self.bytes_at(max(0, month - came)) for came in range(MONTHS)]

    def _take_receipts(self, month: int) -> None:
        a_day = self.assumed.receipts_an_account / DAYS
        taken: list[Alike] = []
        for each in self.databases:
            receipts = [*each.receipts]
            receipts[month] += each.accounts * a_day
            taken.append(replace(each, receipts=tuple(receipts)))
        self.databases = taken

    def _exchange_accounts(self, of_month: Sequence[float]) -> None:
        """Accounts leave wherever they are; as many come to databases with room. Where none has,
        some more are made.
        """
        leaving = self.assumed.leaving / DAYS
        coming = self.accounts * leaving
        if not coming:
            return
        stay = [replace(each, accounts=each.accounts * (1 - leaving)) for each in self.databases]
        room = self.assumed.filled * DATABASE_BYTES
        has_room = [each.used(of_month) < room for each in stay]
        if not any(has_room):
            stay.append(Alike(ceil(self.count * self.assumed.more), 0.0))
            has_room.append(True)
        places = sum(each.count for each, has in zip(stay, has_room, strict=True) if has)
        self.databases = [
            replace(each, accounts=each.accounts + coming / places) if has else each
            for each, has in zip(stay, has_room, strict=True)
        ]

    def _halve_full(self, of_month: Sequence[float], moves: Moves) -> None:
        full = self.assumed.full * DATABASE_BYTES
        for number, each in enumerate(self.databases):
            halved = each
            while halved.used(of_month) >= full:
                moves.accounts += halved.count * halved.accounts / 2
                moves.receipts += halved.count * sum(halved.receipts) / 2
                halved = halved.half()
            self.databases[number] = halved


def databases_for_peak(round_trips_a_second: float, assumed: Assumed) -> int:
    """How many databases do the busiest hour's round trips, each one after the other."""
    seconds = round_trips_a_second * assumed.trip_ms / 1000
    return max(1, ceil(seconds / assumed.busy))
