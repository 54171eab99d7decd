"""eurofxref.csv and eurofxref-hist.csv: a line a day, a column a currency, N/A where there was no rate.

The daily file writes its day in words, "20 November 2026"; the history in ISO 8601. Lines may end in a comma.
"""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Final

from tillroll.exchange.rates import InvalidRates, Rate, read_day, read_rate

_NOT_AVAILABLE: Final = frozenset({"N/A", ""})
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def read_csv(text: str) -> list[Rate]:
    """The rates, line by line.

    Raises:
        InvalidRates: the first line does not begin with Date, or a line does not fit it.
    """
    try:
        lines = [[cell.strip() for cell in line] for line in csv.reader(text.splitlines(), strict=True) if line]
    except csv.Error as error:
        raise InvalidRates(f"the file is no CSV: {error}") from error
    if not lines or lines[0][0] != "Date":
        raise InvalidRates("the file is neither XML nor a CSV file whose first column is Date")
    return [rate for line in lines[1:] for rate in _rates_of(lines[0], line)]


def _rates_of(head: list[str], line: list[str]) -> Iterator[Rate]:
    if len(line) != len(head):
        raise InvalidRates(f"the line of {line[0][:40]!r} has {len(line)} columns, the first line {len(head)}")
    day = _day(line[0])
    for currency, number in zip(head[1:], line[1:], strict=True):
        if number not in _NOT_AVAILABLE:
            yield read_rate(day, currency, number)


def _day(text: str) -> date:
    match text.split():
        case [day, month, year] if month in _MONTHS:
            return read_day(f"{year}-{_MONTHS.index(month) + 1:02}-{day:0>2}")
        case _:
            return read_day(text)
