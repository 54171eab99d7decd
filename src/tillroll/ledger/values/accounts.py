"""Accounts of the ledger, and what their sums say."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.platform.json import JsonObject

# Also a run and the name of its step, which may have blanks: `run_01…:rollback: debit`.
ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 :_.-]{0,199}", re.ASCII)
CURRENCY: Final = re.compile(r"[A-Z]{3}", re.ASCII)


class Side(StrEnum):
    """What raises an account's balance: debits those of assets and expenses, credits those of debts and income."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True)
class Account:
    """
    Attributes:
        id: unique within whoever keeps the books.
        name: what people call it.
        currency: ISO 4217; an account has one.
        normal_side: the side that raises its balance.
        least_available: what is available does not go below this many minor units, 0 or less; None: no limit.
    """

    id: str
    name: str
    currency: str
    normal_side: Side
    least_available: int | None = None

    def body(self) -> JsonObject:
        """What must be the same where it is asked for again. The name is not: it may have been erased."""
        return {
            "id": self.id,
            "currency": self.currency,
            "normalSide": self.normal_side.value,
            "leastAvailable": self.least_available,
        }


def account_in(body: JsonObject) -> Account:
    """The account of a `body()` that has its `name` beside it."""
    least = body["leastAvailable"]
    return Account(
        id=str(body["id"]),
        name=str(body["name"]),
        currency=str(body["currency"]),
        normal_side=Side(str(body["normalSide"])),
        least_available=least if isinstance(least, int) else None,
    )


@dataclass(frozen=True)
class Sums:
    """All that was ever debited and credited, in minor units: what is posted, and what is pending."""

    debits_posted: int = 0
    credits_posted: int = 0
    debits_pending: int = 0
    credits_pending: int = 0

    def posted(self, side: Side) -> int:
        """The balance of an account of that normal side."""
        difference = self.debits_posted - self.credits_posted
        return difference if side is Side.DEBIT else -difference

    def pending(self, side: Side) -> int:
        """By how much the balance would change if everything pending were posted."""
        difference = self.debits_pending - self.credits_pending
        return difference if side is Side.DEBIT else -difference

    def available(self, side: Side) -> int:
        """What can be taken: the balance without what is reserved to leave. What is to come does not count yet."""
        leaving = self.credits_pending if side is Side.DEBIT else self.debits_pending
        return self.posted(side) - leaving
