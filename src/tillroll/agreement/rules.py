"""Which figures of two views differ. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from tillroll_documents.money import Money

MOST_ITEMS: Final = 5
"""So many items are named of a difference."""


@dataclass(frozen=True, order=True)
class Place:
    """Where a figure stands: a month such as `2026-01`, or empty for all time; and a currency."""

    month: str
    currency: str


@dataclass(frozen=True)
class Figure:
    """How many items a view has in a place, and what they come to in minor units."""

    items: int
    amount: int


NOTHING: Final = Figure(0, 0)
Figures: TypeAlias = Mapping[Place, Figure]


@dataclass(frozen=True)
class View:
    """What a view shows, by its name for people."""

    name: str
    figures: Figures


@dataclass(frozen=True)
class Difference:
    """Two views say different things of one place. `items` are ids that one of them lacks, or
    shows with another amount.
    """

    place: Place
    first: str
    second: str
    figures: tuple[Figure, Figure]
    items: Sequence[str] = ()

    def __str__(self) -> str:
        first, second = self.figures
        currency = self.place.currency
        amounts = [Money(figure.amount, currency).to_decimal_string() for figure in self.figures]
        sentence = (
            f"{self._where()} has {amounts[0]} {currency} in {first.items} items by the "
            f"{self.first}, and {amounts[1]} {currency} in {second.items} by the {self.second}"
        )
        if not self.items:
            return sentence
        named = ", ".join(self.items[:MOST_ITEMS])
        if len(self.items) > MOST_ITEMS:
            named = f"{named} and {len(self.items) - MOST_ITEMS} more"
        return f"{sentence}: see {named}"

    def _where(self) -> str:
        if self.place.month:
            return self.place.month
        return "all time"


def differences_of(first: View, second: View) -> Iterator[Difference]:
    """The places in which two views differ, in their order; one that a view lacks is nothing."""
    for place in sorted({*first.figures, *second.figures}):
        figures = (first.figures.get(place, NOTHING), second.figures.get(place, NOTHING))
        if figures[0] != figures[1]:
            yield Difference(place, first=first.name, second=second.name, figures=figures)


def in_words(differences: Sequence[Difference]) -> str | None:
    """The first difference, and how many there are; None where all agrees."""
    if not differences:
        return None
    if len(differences) == 1:
        return str(differences[0])
    return f"{len(differences)} differences, the first is that {differences[0]}"
