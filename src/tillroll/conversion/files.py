"""Files of reference rates, in both forms that the European Central Bank publishes: CSV and XML."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Final, NoReturn
from xml.parsers import expat

from tillroll.conversion.rates import InvalidRates, Rate, read_day, read_rate

# The daily file writes its day in words, "20 November 2026"; the history in ISO 8601. Lines may end in a comma.

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


# Read by expat's events: no tree is built, and a document type, which could declare entities, ends the reading.

_CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"


def read_xml(text: str) -> list[Rate]:
    """The rates in the file's order; empty where it has no Cube of the vocabulary.

    Raises:
        InvalidRates: it is not well-formed, has a document type, or a Cube that is no rate.
    """
    cubes = _Cubes()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = cubes.begin
    try:
        # The text is decoded already, whatever encoding its declaration names.
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise InvalidRates(f"the file is not well-formed XML: {error}") from error
    return cubes.rates


def _refuse_doctype(*_: object) -> NoReturn:
    raise InvalidRates("the file has a document type, which no file of rates has")


class _Cubes:
    """Collects rates; the day is that of the Cube around."""

    def __init__(self) -> None:
        self.rates: list[Rate] = []
        self._day: str | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name != _CUBE:
            return
        if "time" in attributes:
            self._day = attributes["time"]
        elif "currency" in attributes:
            if self._day is None:
                raise InvalidRates(f"the rate for {attributes['currency']!r} stands under no day")
            day = read_day(self._day)
            self.rates.append(read_rate(day, attributes["currency"], attributes.get("rate", "")))


# https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/

MAX_CHARACTERS: Final = 16 * 1024 * 1024
"""The whole history since 1999 has some 8 million as XML."""


def read_rates(text: str) -> list[Rate]:
    """The rates of an XML or CSV file, each day and currency once.

    Raises:
        InvalidRates: it is too large, neither of the two, holds no rate, or two for the same day and currency.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidRates(f"the file has {len(text)} characters, more than {MAX_CHARACTERS}")
    content = text.removeprefix("\ufeff").strip()
    rates = read_xml(content) if content.startswith("<") else read_csv(content)
    if not rates:
        raise InvalidRates("the file holds no rate")
    if len({(rate.day, rate.currency) for rate in rates}) < len(rates):
        raise InvalidRates("the file has two rates for the same day and currency")
    return rates
