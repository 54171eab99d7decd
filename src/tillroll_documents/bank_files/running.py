"""Balances printed at entries: whether the file goes forwards or backwards in time, and where they
break.

Entries without a printed balance may lie between those that have one.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from tillroll_documents.bank_files.printed import Entry

_MOST_TURNED: Final = 1_000


@dataclass(frozen=True, slots=True)
class At:
    """An entry with a printed balance, and the sums of the amounts before and after it in the file,
    without its own.
    """

    position: int
    line: int | None
    amount: int
    balance: int
    before: int


@dataclass(slots=True)
class _Run:
    """One direction: how many balances are right, and which ones are wrong."""

    right: int = 0
    wrong: int = 0
    turned: list[At] = field(default_factory=list["At"])
    first_wrong: At | None = None
    last_wrong: At | None = None

    def see(self, at: At, *, is_right: bool, is_turned: bool) -> None:
        if is_right:
            self.right += 1
            return
        if is_turned and len(self.turned) < _MOST_TURNED:
            self.turned.append(at)
        self.wrong += 1
        self.last_wrong = at
        self.first_wrong = self.first_wrong or at


class RunningBalances:
    """Takes the booked entries of a statement in the order of the file."""

    def __init__(self) -> None:
        self._total = 0
        self._first: At | None = None
        self._last: At | None = None
        self._first_day: date | None = None
        self._last_day: date | None = None
        self._forwards = _Run()
        self._backwards = _Run()

    def add(self, entry: Entry) -> None:
        """Take the next entry."""
        self._first_day, self._last_day = self._first_day or entry.day, entry.day
        if entry.balance is not None:
            at = At(
                entry.position,
                entry.line,
                amount=entry.amount,
                balance=entry.balance,
                before=self._total,
            )
            last = self._last
            if last is not None:
                since = at.before - last.before
                before = last.balance - last.amount + since
                self._forwards.see(
                    at,
                    is_right=before + at.amount == at.balance,
                    is_turned=before - at.amount == at.balance,
                )
                self._backwards.see(
                    last,
                    is_right=at.balance + since == last.balance,
                    is_turned=at.balance + since - 2 * last.amount == last.balance,
                )
            self._first = self._first or at
            self._last = at
        self._total += entry.amount

    @property
    def is_backwards(self) -> bool:
        """The newest entry comes first: by most of the balances, else by the days."""
        if self._forwards.right != self._backwards.right:
            return self._backwards.right > self._forwards.right
        first = self._first_day
        last = self._last_day
        return first is not None and last is not None and first > last

    @property
    def opening(self) -> int | None:
        """Before the oldest entry; None if no balance is printed."""
        if self._first is None or self._last is None:
            return None
        if self.is_backwards:
            return self._last.balance - (self._total - self._last.before)
        return self._first.balance - self._first.amount - self._first.before

    @property
    def closing(self) -> int | None:
        """Compute the balance after the newest entry; None if no balance is printed."""
        if self._first is None or self._last is None:
            return None
        if self.is_backwards:
            return self._first.balance + self._first.before
        return self._last.balance + self._total - self._last.before - self._last.amount

    @property
    def turned(self) -> list[At]:
        """Entries whose balance is the one before it minus the amount."""
        if self.is_backwards:
            return self._backwards.turned
        return self._forwards.turned

    def broken_at(self, opening: int) -> At | None:
        """The oldest entry whose balance is not the one before it plus its amount.

        None if there is none, or if as many balances are wrong as are right: then they mean
        something else.
        """
        run = self._backwards if self.is_backwards else self._forwards
        if run.wrong >= run.right:
            return None
        oldest = self._last if self.is_backwards else self._first
        if oldest is not None and self.opening != opening:
            return oldest
        if self.is_backwards:
            return run.last_wrong
        return run.first_wrong
