"""Discounts that a document prints for who pays soon. Pure.

An XRechnung has them in BT-20 by rule BR-DE-18: `#SKONTO#TAGE=14#PROZENT=2.00#`, a line for each.
Days count from the day of the invoice. Others write them in words, of which German and English are
read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

_STRUCTURED: Final = re.compile(
    r"#SKONTO#TAGE=(?P<days>\d{1,3})#PROZENT=(?P<percent>\d{1,2}\.\d{2})#", re.ASCII
)
_PERCENT: Final = r"(?P<percent>\d{1,2}(?:[.,]\d{1,2})?)\s*(?:%|percent|prozent)\s*"
_DAYS: Final = r"(?<!\d)(?P<days>\d{1,3})\s*(?:tage[n]?|days)\b"
_NAME: Final = r"(?:skonto|discount)"
_DAYS_FIRST: Final = re.compile(
    rf"{_DAYS}(?!\s*(?:netto|net)\b)[^%\d.;]{{0,40}}?(?<!\d){_PERCENT}{_NAME}", re.IGNORECASE
)
_PERCENT_FIRST: Final = re.compile(
    rf"(?<!\d){_PERCENT}{_NAME}[^%\d,.;]{{0,40}}?{_DAYS}(?!\s*(?:netto|net)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Terms:
    """So many thousandths less, if it is paid within so many days after its date."""

    thousandths: int
    days: int

    @property
    def percent(self) -> str:
        """The discount in percent, such as `2` or `2.5`."""
        return f"{(Decimal(self.thousandths) / 10).normalize():f}"


def terms_in(lines: Iterable[str]) -> list[Terms]:
    """The discounts that the lines of a document name, each once."""
    return list(dict.fromkeys(each for line in lines for each in _terms_of(line)))


def _terms_of(line: str) -> Iterator[Terms]:
    for terms in _STRUCTURED.finditer(line):
        yield _terms(terms)
    matches = [*_DAYS_FIRST.finditer(line)]
    for terms in matches:
        yield _terms(terms)
    if not matches:
        for terms in _PERCENT_FIRST.finditer(line):
            yield _terms(terms)


def _terms(match: re.Match[str]) -> Terms:
    percent = Decimal(match["percent"].replace(",", "."))
    return Terms(int(percent * 10), int(match["days"]))
