"""What became of an order with two effects elsewhere, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from bench.peers.other_side import EFFECTS, Done, Ledger


@dataclass(frozen=True)
class Outcome:
    """How often each effect of an order was done, whether the order ended, and whether a person was
    called.
    """

    charges: int
    notices: int
    refunds: int
    is_ended: bool
    calls_person: bool

    @classmethod
    def of(cls, ledger: Ledger, reference: str, *, is_ended: bool, calls_person: bool) -> Self:
        counts = {effect: ledger.done[Done(effect, reference)] for effect in EFFECTS}
        return cls(**counts, is_ended=is_ended, calls_person=calls_person)


@dataclass(frozen=True)
class Losses:
    """
    Attributes:
        doubled: effects beyond the first of their kind.
        lost: effects that were promised and not done, of orders that nobody looks after any more or
            that do not end.
        undone: charges that were to be refunded and stand, without a person having been called.
        called: orders that stand before a person, who knows what is to be done.
    """

    doubled: int = 0
    lost: int = 0
    undone: int = 0
    called: int = 0

    def __add__(self, other: "Losses") -> "Losses":
        return Losses(
            self.doubled + other.doubled,
            self.lost + other.lost,
            self.undone + other.undone,
            self.called + other.called,
        )


def losses(outcome: Outcome, *, is_to_be_undone: bool) -> Losses:
    """What is wrong. An order whose notice is refused is to be undone; any other is charged and
    told of once.
    """
    doubled = sum(
        max(0, count - 1) for count in (outcome.charges, outcome.notices, outcome.refunds)
    )
    called = int(outcome.calls_person)
    if not is_to_be_undone:
        missing = (outcome.charges == 0) + (outcome.notices == 0)
        return Losses(doubled, 0 if outcome.calls_person else missing, 0, called)
    stands = outcome.charges > 0 and outcome.refunds == 0
    return Losses(doubled, 0, int(stands and not outcome.calls_person), called)


def total(found: Iterable[Losses]) -> Losses:
    """All together."""
    return sum(found, Losses())
