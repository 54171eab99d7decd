"""Reference rates, the days and files in which they are published, and amounts converted by them.
Pure.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final, NoReturn
from xml.parsers import expat

from tillroll_documents.money import EURO, minor_digits

_CODE: Final = re.compile(r"[A-Z]{3}")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")


class InvalidRates(ValueError):
    """The text is no file of reference rates; the message says where it fails."""


@dataclass(frozen=True, slots=True)
class Rate:
    """One euro was worth `per_euro` of `currency` (ISO 4217) on `day`."""

    day: date
    currency: str
    per_euro: Decimal


def read_day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises InvalidRates: it is none."""
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRates(f"{text!r} is no day of the calendar") from error
    raise InvalidRates(f"{text[:40]!r} is not a day such as 2026-11-20")


def read_rate(day: date, currency: str, number: str) -> Rate:
    """A rate from its texts. Raises InvalidRates: the code or the number is none, or it is the euro
    itself.
    """
    if not _CODE.fullmatch(currency) or currency == EURO:
        raise InvalidRates(f"{currency[:40]!r} is not the code of a currency beside the euro")
    if not _NUMBER.fullmatch(number) or not Decimal(number):
        raise InvalidRates(f"{number[:40]!r} is no rate for {currency} on {day}")
    return Rate(day, currency, Decimal(number))


RATE_DIGITS: Final = 12
LARGEST_MINOR: Final = 2**53 - 1
"""What databases and JSON keep exactly everywhere."""

_RATE: Final = Context(prec=RATE_DIGITS, rounding=ROUND_HALF_EVEN)
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


class AmountTooLarge(ValueError):
    """The converted amount is beyond LARGEST_MINOR."""


def cross_rate(per_euro: Mapping[str, Decimal], source: str, target: str) -> Decimal | None:
    """How much of `target` one `source` was worth, to 12 significant digits; None where one was not
    quoted. `per_euro` holds a day's rates by currency.
    """
    if source == target:
        return Decimal(1)
    quoted = {**per_euro, EURO: Decimal(1)}
    if source not in quoted or target not in quoted:
        return None
    return _RATE.divide(quoted[target], quoted[source])


def convert(minor: int, source: str, target: str, rate: Decimal) -> int:
    """`minor` units of `source` (ISO 4217) in those of `target`: times the rate, rounded half to
    even. Raises AmountTooLarge: it cannot be kept exactly.
    """
    amount = Decimal(minor).scaleb(minor_digits(target) - minor_digits(source), _EXACT)
    converted = int(_EXACT.multiply(amount, rate).to_integral_value(ROUND_HALF_EVEN))
    if abs(converted) > LARGEST_MINOR:
        raise AmountTooLarge(f"{minor} {source} is {converted} {target}")
    return converted


def rate_text(rate: Decimal) -> str:
    return format(rate.normalize(_RATE), "f")


# Its closing days have been the same every year since 2000, but for the last day of 2001. So a day
# on which it fixes no rates differs from a day whose rates are merely missing here. In 1999 it also
# worked on Good Friday and Easter Monday; they count as closing days like those of later years.
# https://www.ecb.europa.eu/paym/target/t2/profuse/calendar/

MOST_DAYS_BACK: Final = 7
PUBLISHED_BY: Final = time(14, 0, tzinfo=UTC)
"""About 16:00 in Frankfurt, which is 14:00 UTC in summer and 15:00 in winter."""

# The turn of the millennium, and the changeover to the euro's notes and coins.
_ONCE: Final = frozenset({date(1999, 12, 31), date(2001, 12, 31)})
_FIXED: Final = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})
_ONE_DAY: Final = timedelta(days=1)


def publication_day(day: date) -> date:
    """The day whose rates count for `day`: itself, or the last day of publication before it."""
    for back in range(MOST_DAYS_BACK + 1):
        candidate = day - back * _ONE_DAY
        if is_publication_day(candidate):
            return candidate
    raise AssertionError("more than seven closing days never follow each other")


def is_publication_day(day: date) -> bool:
    """Whether rates are published on this day: not on weekends, and not on T2's closing days."""
    if day.weekday() >= 5 or (day.month, day.day) in _FIXED or day in _ONCE:
        return False
    easter = easter_sunday(day.year)
    return day not in {easter - 2 * _ONE_DAY, easter + _ONE_DAY}


def newest_publication(now: datetime) -> date:
    """The newest day whose rates should be out at `now` (with time zone)."""
    moment = now.astimezone(UTC)
    return publication_day(
        moment.date() if moment.timetz() >= PUBLISHED_BY else moment.date() - _ONE_DAY
    )


def easter_sunday(year: int) -> date:
    """The date of Easter in the Gregorian calendar, by the anonymous algorithm (Meeus, Astronomical
    Algorithms, 8).
    """
    golden = year % 19
    century, in_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, years = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * leap_years - epact - years) % 7
    month_correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * month_correction + 114, 31)
    return date(year, month, day + 1)


# The daily file writes its day in words, "20 November 2026"; the history in ISO 8601. Lines may end
# in a comma.

_NOT_AVAILABLE: Final = frozenset({"N/A", ""})
_MONTHS: Final = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def read_csv(text: str) -> list[Rate]:
    """The rates, line by line. Raises InvalidRates: the first line does not begin with Date, or one
    does not fit it.
    """
    try:
        lines = [
            [cell.strip() for cell in line]
            for line in csv.reader(text.splitlines(), strict=True)
            if line
        ]
    except csv.Error as error:
        raise InvalidRates(f"the file is no CSV: {error}") from error
    if not lines or lines[0][0] != "Date":
        raise InvalidRates("the file is neither XML nor a CSV file whose first column is Date")
    return [rate for line in lines[1:] for rate in _rates_of(lines[0], line)]


def _rates_of(head: list[str], line: list[str]) -> Iterator[Rate]:
    if len(line) != len(head):
        raise InvalidRates(
            f"the line of {line[0][:40]!r} has {len(line)} columns, the first line {len(head)}"
        )
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


# Read by expat's events: no tree is built, and a document type, which could declare entities, ends
# the reading.

_CUBE: Final = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"


def read_xml(text: str) -> list[Rate]:
    """The rates in the file's order; empty without a Cube of the vocabulary. Raises InvalidRates:
    it is no such XML.
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
    """The rates of an XML or CSV file, each day and currency once. Raises InvalidRates: it is too
    large, neither of the two, holds no rate, or two for the same day and currency.
    """
    if len(text) > MAX_CHARACTERS:
        raise InvalidRates(f"the file has {len(text)} characters, more than {MAX_CHARACTERS}")
    content = text.removeprefix("\ufeff").strip()
    if content.startswith("<"):
        rates = read_xml(content)
    else:
        rates = read_csv(content)
    if not rates:
        raise InvalidRates("the file holds no rate")
    if len({(rate.day, rate.currency) for rate in rates}) < len(rates):
        raise InvalidRates("the file has two rates for the same day and currency")
    return rates
