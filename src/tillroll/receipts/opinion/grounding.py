"""Whether a value that somebody claims to have read stands in the transcript, and where.

Numbers, dates and spaces are compared by what they mean: "1234.50" stands in "RM1,234.50", "2018-03-05" in "5/3/18",
"Pine Books" in "PINE  BOOKS". What stands nowhere is nobody's reading.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Final

from tillroll.receipts.amounts.amounts import find_amounts
from tillroll.receipts.amounts.currencies import CODES, MARKS, minor_digits
from tillroll.receipts.amounts.money import AmountError, decimal_string, minor_from_decimal_string
from tillroll.receipts.amounts.number_style import NumberStyle
from tillroll.receipts.dates.dates import find_dates
from tillroll.receipts.extraction import Evidence
from tillroll.receipts.names.known_merchants import merchant_key
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.page.vocabulary import fold

NO_CURRENCY: Final = "XXX"
"""ISO 4217's code for no currency: two digits after the point."""

Standing = tuple[str, Evidence]
"""A value as an extraction writes it, and where it stands."""

_FEWEST_LETTERS: Final = 3
"""A shorter name stands in every text."""
_NOT_IN_NUMBERS: Final = re.compile(r"[^0-9.,'-]")


class Grounds:
    """A receipt's page and currency, against which values are held. `claimed` lines are looked at first."""

    def __init__(self, page: Page, currency: str | None) -> None:
        self._page = page
        self._currency = currency or NO_CURRENCY
        self._style = NumberStyle.of(page.lines, self._currency)

    def find(self, field: str, value: str, claimed: int) -> Standing | None:
        """Where a field's value stands: on the line that was claimed, else on the nearest; None where it does not."""
        finders: dict[str, Callable[[str, Iterable[Line]], Standing | None]] = {
            "merchant": self._merchant,
            "date": self._date,
            "total": self._amount,
            "tax": self._amount,
            "currency": self._currency_code,
        }
        return finders[field](value.strip(), sorted(self._page.lines, key=lambda line: abs(line.index - claimed)))

    def _amount(self, value: str, lines: Iterable[Line]) -> Standing | None:
        minor = self._minor(value)
        if minor is None or minor < 0:
            return None
        for line in lines:
            for amount in find_amounts(line.plain, self._style):
                if abs(amount.minor) == minor and (amount.exact or amount.marked):
                    text = decimal_string(minor, minor_digits(self._currency))
                    return text, _evidence(line, amount.start, amount.end)
        return None

    def _minor(self, value: str) -> int | None:
        text = _NOT_IN_NUMBERS.sub("", value)
        try:
            return minor_from_decimal_string(text, self._currency)
        except AmountError:
            parsed = self._style.parse(text) if text else None
            return None if parsed is None else parsed[0]

    def _date(self, value: str, lines: Iterable[Line]) -> Standing | None:
        day = self._day(value)
        if day is None:
            return None
        for line in lines:
            for printed in self._page.dates(line):
                if day in printed.readings.values():
                    return day.isoformat(), _evidence(line, printed.start, printed.end)
        return None

    def _day(self, value: str) -> date | None:
        """The one day that the text can mean."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            readings = {day for found in find_dates(value, self._page.months) for day in found.readings.values()}
            return readings.pop() if len(readings) == 1 else None

    def _merchant(self, value: str, lines: Iterable[Line]) -> Standing | None:
        wanted = merchant_key(value)
        if len(wanted) < _FEWEST_LETTERS:
            return None
        for line in lines:
            signs = list(_signs(line))
            start = "".join(sign for sign, _ in signs).find(wanted)
            if start >= 0:
                span = signs[start][1], signs[start + len(wanted) - 1][1] + 1
                return " ".join(line.plain[slice(*span)].split()), _evidence(line, *span)
        return None

    def _currency_code(self, value: str, lines: Iterable[Line]) -> Standing | None:
        code = value.upper()
        if code not in CODES:
            return None
        printed = [code, *(mark for mark, codes in MARKS.items() if code in codes)]
        pattern = re.compile("|".join(rf"(?<![A-Za-z]){re.escape(text)}(?![A-Za-z])" for text in printed))
        for line in lines:
            found = pattern.search(line.plain)
            if found:
                return code, _evidence(line, *found.span())
        return None


def _signs(line: Line) -> Iterator[tuple[str, int]]:
    """The line's letters and digits, folded, each with its place: one letter may fold to two."""
    for place, character in enumerate(line.plain):
        for sign in fold(character):
            if sign.isalnum():
                yield sign, place


def same_name(one: str, other: str) -> bool:
    """Whether two names differ in case, accents, spaces and punctuation only."""
    return merchant_key(one) == merchant_key(other)


def _evidence(line: Line, start: int, end: int) -> Evidence:
    return Evidence(line=line.index, text=line.text, start=start, end=end)
