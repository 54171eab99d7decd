"""A published reference rate, and what is refused as one."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

EURO: Final = "EUR"
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
    """A day as YYYY-MM-DD.

    Raises:
        InvalidRates: it is none.
    """
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidRates(f"{text!r} is no day of the calendar") from error
    raise InvalidRates(f"{text[:40]!r} is not a day such as 2026-11-20")


def read_rate(day: date, currency: str, number: str) -> Rate:
    """A rate from its texts.

    Raises:
        InvalidRates: the code or the number is none, or the currency is the euro itself.
    """
    if not _CODE.fullmatch(currency) or currency == EURO:
        raise InvalidRates(f"{currency[:40]!r} is not the code of a currency beside the euro")
    if not _NUMBER.fullmatch(number) or not Decimal(number):
        raise InvalidRates(f"{number[:40]!r} is no rate for {currency} on {day}")
    return Rate(day, currency, Decimal(number))
