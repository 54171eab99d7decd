"""A bank behind the local providers: accounts, what is booked on them, and faults that are ordered.
No money moves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from dataclasses import field as member
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

# lost: it is done, and the answer never arrives. down: 500. throttled: 429. denied: 403. expired:
# the consent ends now.
FaultKind = Literal["lost", "down", "throttled", "denied", "expired", "garbled"]
DIGITS = {"JPY": 0, "KWD": 3}


@dataclass
class Fault:
    """What becomes of the next request of data. `seconds` is what Retry-After says, where it is
    throttled.
    """

    kind: FaultKind
    seconds: int | None = None


@dataclass(kw_only=True)
class Booking:
    """Money that moved, or is about to: `amount` in signed minor units. `foreign` is the amount in
    the other currency, its code and the rate. `balance` is what was on the account after it.
    """

    amount: int
    day: date
    value_day: date | None = None
    name: str = ""
    account: str = ""
    text: str = ""
    reference: str = ""
    end_to_end: str = ""
    mandate: str = ""
    is_pending: bool = False
    foreign: tuple[int, str, str] | None = None
    balance: int | None = None


@dataclass
class Account:
    """An account of somebody at the bank. `shows_balances`: each booking has the balance after
    it.
    """

    number: str
    currency: str = "EUR"
    name: str = "Giro"
    opening: int = 0
    bookings: list[Booking] = member(default_factory=list["Booking"])
    shows_balances: bool = False

    @property
    def balance(self) -> int:
        """What is booked."""
        return self.opening + sum(each.amount for each in self.bookings if not each.is_pending)

    def between(self, first: date, last: date) -> list[Booking]:
        """The newest first, as most banks list them; with balances, where they are shown."""
        balance, listed = self.opening, list[Booking]()
        for each in sorted(self.bookings, key=lambda booking: booking.day):
            if not each.is_pending:
                balance += each.amount
                each.balance = balance if self.shows_balances else None
            if first <= each.day <= last:
                listed.append(each)
        return listed[::-1]

    def book(self, number: int, amount: int | None = None, reference: str = "") -> None:
        """What was pending is booked, perhaps with a tip, and under another reference."""
        booking = self.bookings[number]
        booking.is_pending = False
        booking.amount = booking.amount if amount is None else amount
        booking.reference = reference or booking.reference


@dataclass
class Bank:
    """The bank. `now` is its clock; `a_day` is how often each account may be asked for each thing
    within a day.
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    a_day: int | None = 4
    page: int = 50
    overlap: int = 0
    """How many records a page repeats of the one before."""
    begins_empty: bool = False
    """The first page is empty, and others follow."""
    accounts: dict[str, Account] = member(default_factory=dict[str, "Account"])
    faults: list[Fault] = member(default_factory=list["Fault"])
    asked: Counter[tuple[str, str, str]] = member(default_factory=Counter[tuple[str, str, str]])
    after_page: Callable[[int], None] = lambda _: None
    """Is called after each page that was given, with its number from 1."""

    def allows(self, number: str, what: str) -> bool:
        """Count a request of an account's data; False where it was one too many for a day."""
        key = (number, what, self.now().date().isoformat())
        if self.a_day is not None and self.asked[key] >= self.a_day:
            return False
        self.asked[key] += 1
        return True

    def next_fault(self) -> Fault | None:
        """The one that is ordered for this request."""
        return self.faults.pop(0) if self.faults else None


@dataclass(frozen=True)
class Answered:
    """`is_lost`: the other side never hears it. `location` is where a person is sent."""

    status: int
    body: Any = None
    headers: dict[str, str] = member(default_factory=dict[str, str])
    is_lost: bool = False


def decimal(minor: int, currency: str) -> str:
    """Signed, with a point."""
    digits = DIGITS.get(currency, 2)
    whole, fraction = divmod(abs(minor), 10**digits)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{fraction:0{digits}d}" if digits else f"{sign}{whole}"
