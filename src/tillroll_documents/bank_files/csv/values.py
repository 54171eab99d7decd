"""How values are written in a CSV file: days in three orders, and amounts with a point or a
comma.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, Literal

from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_documents.bank_files.values import day_of, minor_of, shown
from tillroll_documents.money import CODES

_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3}(?:\1[0-9]{3}){0,4})?([.,][0-9]{1,10})?")
_PLAIN_NUMBER: Final = re.compile(r"(?=[.,]?[0-9])([0-9]{0,15})([.,][0-9]{1,10})?")
_GROUPED_ONCE: Final = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_DAY: Final = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2}|[A-Za-z]{3})\2([0-9]{1,4})")
_AS_OF: Final = re.compile(r"\sas\sof\s")
_DIGITS: Final = re.compile(r"[0-9]{8}")
_MARKS: Final = {"CR": False, "C": False, "H": False, "DR": True, "D": True, "S": True}
"""Marks of credit (haben) and debit (soll) behind an amount: whether it is negative."""
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2009\u202f", " "),
        "\u2019": "'",
    }
)
"""Signs that look like a minus, a blank or an apostrophe."""
_SIGNS: Final = ("€", "$", "£", "zł", "CHF", "kr", "¥")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
        start=1,
    )
}

Order = Literal["dmy", "mdy", "ymd"]


def reads(reading: Callable[[], object]) -> bool:
    """Whether a value can be read."""
    try:
        reading()
    except UnreadableFile:
        return False
    return True


def day_in(cell: str, order: Order, *, is_any: bool = False) -> date:
    """The day of a cell, whose time is left out. `is_any` takes every order that the calendar
    allows.
    """
    # “11/20/2026 as of 11/18/2026” was booked on the first, and counts from the second.
    cell = _AS_OF.split(cell, maxsplit=1)[0]
    if ":" in cell:
        printed = cell.strip().partition(" ")[0]
    else:
        printed = cell.strip().replace(" ", "-")
    printed = printed.partition("T")[0] if "T" in printed[8:] else printed
    if _DIGITS.fullmatch(printed):
        return day_of(printed[:4], printed[4:6], day=printed[6:], printed=cell)
    match = _DAY.fullmatch(printed.replace(",", "").rstrip("."))
    if match is None:
        raise UnreadableFile(f"“{shown(cell)}” is not a day")
    first = match[1]
    middle = match[3]
    last = match[4]
    if not middle.isdigit():
        month = _MONTHS.get(middle.casefold())
        if month is None or len(last) not in {2, 4}:
            raise UnreadableFile(f"“{shown(cell)}” is not a day")
        return day_of(_year(last), str(month), day=first, printed=cell)
    if len(first) == 4:
        return day_of(first, middle, day=last, printed=cell)
    if len(last) not in {2, 4}:
        raise UnreadableFile(f"“{shown(cell)}” is not a day")
    orders = ("dmy", "mdy") if is_any else (order,)
    if orders[-1] == "mdy" and (not is_any or int(middle) > 12):
        return day_of(_year(last), first, day=middle, printed=cell)
    if order == "ymd" and not is_any:
        return day_of(_year(first), middle, day=last, printed=cell)
    return day_of(_year(last), middle, day=first, printed=cell)


def _year(digits: str) -> str:
    if len(digits) == 2:
        return f"20{digits}"
    return digits


def is_day_of_digits(cell: str) -> bool:
    """Whether it is like 20260331, which is no amount."""
    return _DIGITS.fullmatch(cell) is not None


def order_of(days: Sequence[str]) -> tuple[Order, bool]:
    """The order that reads all days, and whether it is the only one."""
    if not days or all(_DIGITS.fullmatch(day) or _is_year_first(day) for day in days):
        return "ymd", True
    # Where points stand between them, the day comes first in every country.
    orders: tuple[Order, ...] = ("dmy", "mdy")
    if all("." in day for day in days):
        orders = ("dmy",)
    fitting: list[Order] = [
        order
        for order in orders
        if most(days, lambda day, order=order: reads(lambda: day_in(day, order)))
    ]
    return (fitting or ["dmy"])[0], len(fitting) == 1 or any(
        each.isalpha() for day in days for each in day[:6]
    )


def _is_year_first(day: str) -> bool:
    return day[:4].isdigit() and not day[4:5].isdigit()


def number_of(cell: str) -> str | None:
    """The digits and separators of a number, without its sign and currency; None if it is none."""
    code = next((word for word in cell.split() if word in CODES), None)
    bare = _bare(cell, code)[1]
    if _NUMBER.fullmatch(bare) or _PLAIN_NUMBER.fullmatch(bare):
        return bare
    return None


def _bare(cell: str, currency: str | None = None) -> tuple[bool, str]:
    """Whether it is negative, and the number without signs."""
    number = cell.translate(_ALIKE).strip()
    for sign in (*_SIGNS, *((currency,) if currency else ())):
        number = number.removeprefix(sign).removesuffix(sign).strip()
    number, mark = _without_mark(number)
    for sign in filter(None, (*_SIGNS, currency)):
        number = number.removesuffix(sign).strip()
    is_negative = (
        number.startswith("-")
        or number.endswith("-")
        or (number.startswith("(") and number.endswith(")"))
    )
    is_negative = is_negative or mark is True
    number = number.strip("-+() ")
    for sign in (*_SIGNS, *((currency,) if currency else ())):
        number = number.removeprefix(sign).removesuffix(sign).strip()
    return is_negative, number


def _without_mark(number: str) -> tuple[str, bool | None]:
    """A number without a mark of credit or debit behind it, and whether that says that it is
    negative.
    """
    for length in (2, 1):
        mark = _MARKS.get(number[-length:].upper())
        before = number[:-length].rstrip()
        if mark is not None and before[-1:].isdigit():
            return before, mark
    return number, None


def amount_in(cell: str, currency: str, decimal: str) -> int:
    """Signed minor units of a cell. Raises UnreadableFile: its signs are not those of the
    mapping.
    """
    is_negative, number = _bare(cell, currency)
    match = _NUMBER.fullmatch(number) or _PLAIN_NUMBER.fullmatch(number)
    if match is None:
        raise UnreadableFile(f"“{shown(cell)}” is not an amount")
    if match.re is _NUMBER and match[1] is not None:
        # 12.340 has three decimals where the point is before them, as some banks write all amounts.
        is_decimal = match[1] == decimal and match[2] is None and number.count(decimal) == 1
        if match[1] == decimal and not is_decimal:
            raise UnreadableFile(
                f"“{shown(cell)}” is not an amount with “{decimal}” before the decimals"
            )
        if not is_decimal:
            number = number.replace(match[1], "")
    separator = match[2][:1] if match[2] else decimal
    if separator != decimal:
        raise UnreadableFile(
            f"“{shown(cell)}” is not an amount with “{decimal}” before the decimals"
        )
    minor = minor_of(number, currency)
    if is_negative:
        return -minor
    return minor


def decimal_of(
    amounts: Sequence[str], otherwise: Literal[".", ","]
) -> tuple[Literal[".", ","], bool]:
    """The sign before the decimals, and whether the amounts leave no other."""
    commas = points = 0
    for cell in amounts:
        number = _bare(cell)[1]
        if _GROUPED_ONCE.fullmatch(number):
            continue
        last = max(number.rfind(","), number.rfind("."))
        if last >= 0 and number[last] == ",":
            commas += 1
        if last >= 0 and number[last] == ".":
            points += 1
    if commas == points:
        return otherwise, not any(_GROUPED_ONCE.fullmatch(_bare(cell)[1]) for cell in amounts)
    return ("," if commas > points else "."), True


def most(values: Sequence[str], holds: Callable[[str], object]) -> bool:
    """Whether it holds of four in five, since lines at the end sum up, and rows may be empty."""
    return not values or 5 * sum(1 for value in values if holds(value)) >= 4 * len(values)
