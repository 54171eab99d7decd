"""The text of a page as cells in lines: runs kept apart by two or more spaces, and what stands
beside and above.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Generic, TypeVar

from tillroll_documents.reading.extraction import Field
from tillroll_documents.reading.invoices import sum_words
from tillroll_documents.reading.merchants.tax_ids import find_tax_ids
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.weights import Candidate

Value = TypeVar("Value")

_HEADER_LINES: Final = 3
"""Filled lines above a cell in which the heading of its column may stand."""
_SPACED: Final = re.compile(r"[ \u00a0]")
_OTHERWISE: Final = re.compile(
    r"(?<![\d.,'\u2019 \u00a0])(?:\d{1,3}(?:[.,'\u2019]\d{3})+"
    r"|\d{4,7})(?P<sign>[.,])\d{2}(?!\d)(?![.,]\d)"
)
"""On a page with such amounts, a space may group no thousands, but part a quantity from its
price.
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A run of text: the rank of its line among the filled ones, its span in the line."""

    rank: int
    start: int
    end: int
    text: str

    def overlaps(self, other: "Cell") -> bool:
        """Whether the two share a column of the page."""
        return self.start < other.end and other.start < self.end

    def found(self, score: int) -> "Found[str]":
        return Found(self.text, self.rank, start=self.start, end=self.end, score=score)


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """A candidate: its value, where it stands, and what speaks for it."""

    value: Value
    rank: int
    start: int
    end: int
    score: int


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount in minor units of two decimals, and its span in the line."""

    value: int
    start: int
    end: int


class Sheet:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines = page.lines
        self.rows = tuple(
            tuple(
                Cell(rank, start, end=end, text=line.plain[start:end]) for start, end in line.cells
            )
            for rank, line in enumerate(page.lines)
        )

    @cached_property
    def amounts(self) -> tuple[tuple[Amount, ...], ...]:
        """The amounts of each line."""
        matches_of_lines = [[*sum_words.AMOUNT.finditer(line.plain)] for line in self.lines]
        # A code such as 1251.86 is none of a page whose amounts have a comma.
        [(sign, _)] = Counter(
            match["sign"] for matches in matches_of_lines for match in matches
        ).most_common(1) or [("", 0)]
        is_spaced = all(match["sign"] != sign for match in _OTHERWISE.finditer(self.page.text))
        return tuple(
            tuple(
                _amount(match, is_spaced=is_spaced or self._stands_alone(rank, match, matches))
                for match in matches
            )
            for rank, matches in enumerate(matches_of_lines)
        )

    def _stands_alone(
        self, rank: int, match: re.Match[str], others: Sequence[re.Match[str]]
    ) -> bool:
        """Whether a space can part nothing in the amount: a currency stands before it, or it is all
        of its cell and the only amount of its line, as sums are.
        """
        cells = self.rows[rank][1:]  # in the first one stands what it is
        is_sum = len(others) == 1 and any((cell.start, cell.end) == match.span() for cell in cells)
        return is_sum or match["money"] is not None

    @cached_property
    def tax_ids(self) -> list[Candidate[str]]:
        """The tax numbers of the page, looked for once."""
        return find_tax_ids(self.page)

    @cached_property
    def item_heads(self) -> frozenset[int]:
        """The ranks of the lines that head the columns of a table of goods: they name two kinds of
        them, and no amount.
        """
        return frozenset(rank for rank in range(len(self.rows)) if self._heads_items(rank))

    def _heads_items(self, rank: int) -> bool:
        heads = {
            kind
            for cell in self.rows[rank]
            for kind, pattern in sum_words.HEADINGS
            if pattern.search(cell.text)
        }
        is_priced = bool(heads & {"amount", "price"}) and bool(heads & {"described", "quantity"})
        return is_priced and not self.amounts[rank]

    def cells(self) -> Iterator[Cell]:
        return (cell for row in self.rows for cell in row)

    def beside(self, cell: Cell) -> Cell | None:
        return next((other for other in self.rows[cell.rank] if other.start >= cell.end), None)

    def before(self, rank: int, start: int) -> str:
        return self.lines[rank].plain[:start]

    def below(self, cell: Cell, lines: int = 1) -> Cell | None:
        """The nearest cell under this one, within so many filled lines."""
        for row in self.rows[cell.rank + 1 : cell.rank + 1 + lines]:
            for other in row:
                if other.overlaps(cell):
                    return other
        return None

    def headings(self, cell: Cell, slack: int = 0) -> Iterator[Cell]:
        """The cells above this one, the nearest line first; also those that miss it by so many
        columns.
        """
        for row in reversed(self.rows[max(0, cell.rank - _HEADER_LINES) : cell.rank]):
            near = [
                (max(other.start - cell.end, cell.start - other.end, 0), other.start, other)
                for other in row
            ]
            yield from (
                other
                for distance, _, other in sorted(near, key=lambda each: each[:2])
                if distance <= slack
            )

    def field(self, value: Found[Value] | None, confidence: float) -> Field[Value]:
        if value is None:
            return Field[Value]()
        return Field[Value](
            value=value.value,
            evidence=self.lines[value.rank].evidence(value.start, value.end),
            confidence=confidence,
        )


def _amount(match: re.Match[str], *, is_spaced: bool) -> Amount:
    whole = match["whole"]
    start = match.start()
    if is_spaced:
        parts = []
    else:
        parts = [*_SPACED.finditer(whole)]
    if parts:
        start = match.start("whole") + parts[-1].end()
        return Amount(
            int(re.sub(r"\D", "", whole[parts[-1].end() :]) + match["cents"]), start, match.end()
        )
    value = int(re.sub(r"\D", "", whole) + match["cents"])
    minus = (match["minus"] or "").strip()
    tail = (match["behind"] or "").strip()
    is_below = (
        minus in {"-", "\u2212", "\u2013"}
        or match["inner"]
        or tail == "-"
        or (minus == "(" and tail == ")")
    )
    return Amount(-value if is_below else value, start, match.end())
