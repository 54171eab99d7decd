"""The layout of a bank's CSV file, and the mapping that is proposed for it.

A layout is known by a fingerprint of its separator and headers, so that a mapping is confirmed once for it.
"""

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pydantic import ConfigDict

from tillroll.bank.csv_words import CREDIT, DEBIT, HEADERS, plain
from tillroll.bank.limits import MAX_COLUMNS
from tillroll.bank.printed import UnreadableFile
from tillroll.bank.values import account_of, day_of, minor_of, shown
from tillroll.platform.models import RequestBody
from tillroll.reading.money import CODES

SEPARATORS: Final = (";", ",", "\t", "|")
_NUMBER: Final = re.compile(r"[0-9]{1,3}(?:([.,' ])[0-9]{3}(?:\1[0-9]{3}){0,4})?([.,][0-9]{1,5})?")
_PLAIN_NUMBER: Final = re.compile(r"([0-9]{1,15})([.,][0-9]{1,5})?")
_GROUPED_ONCE: Final = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
_DAY: Final = re.compile(r"([0-9]{1,4})([./-])([0-9]{1,2}|[A-Za-z]{3})\2([0-9]{1,4})")
_DIGITS: Final = re.compile(r"[0-9]{8}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SIGNS: Final = ("€", "$", "£", "zł", "CHF", "kr", "¥")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
_ACCOUNTS: Final = ("account", "own_account")
_SAMPLE: Final = 100

Order = Literal["dmy", "mdy", "ymd"]


class CsvMapping(RequestBody):
    """Which column is what, by its header, and how values are written.

    Attributes:
        fingerprint: of the layout that the mapping is for.
        amount: one signed column; with `mark`, a column that says D or C.
        debit, credit: two columns without signs in place of `amount`.
        text: columns whose texts are joined.
        charges_apart: the amount does not contain the charges, so they are subtracted.
        currency_code, own_account_number: where no column has them.
        decimal: the sign before the decimals.
        is_sure: False if another order of days, or another decimal sign, would read the rows as well.
    """

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    booked_on: str | None = None
    valued_on: str | None = None
    amount: str | None = None
    debit: str | None = None
    credit: str | None = None
    mark: str | None = None
    balance: str | None = None
    currency: str | None = None
    name: str | None = None
    account: str | None = None
    own_account: str | None = None
    bank: str | None = None
    text: tuple[str, ...] = ()
    bank_reference: str | None = None
    end_to_end: str | None = None
    mandate: str | None = None
    code: str | None = None
    foreign_amount: str | None = None
    foreign_currency: str | None = None
    rate: str | None = None
    charges: str | None = None
    charges_apart: bool = False
    status: str | None = None
    currency_code: str | None = None
    own_account_number: str | None = None
    order: Order = "dmy"
    decimal: Literal[".", ","] = "."
    is_sure: bool = True

    def columns(self) -> Iterator[str]:
        """The headers that it uses."""
        for field in HEADERS:
            value: str | tuple[str, ...] | None = getattr(self, field)
            if value:
                yield from (value,) if isinstance(value, str) else value

    def missing(self) -> str | None:
        """What is needed and not mapped, in a sentence."""
        if self.booked_on is None and self.valued_on is None:
            return "Name the column of the booking day"
        if self.amount is None and (self.debit is None or self.credit is None):
            return "Name the column of the amount, or those of debit and credit"
        return None


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """How a file is laid out.

    Attributes:
        fingerprint: the same for every file of this layout.
        columns: headers, made unique; `Column 1` and so on if the file has none.
        header_line: from 1; None if the file has no headers.
        first_line: of the rows, from 1.
        rows: the first ones.
        account, currency: as lines before the header name them.
    """

    fingerprint: str
    separator: str
    columns: tuple[str, ...]
    header_line: int | None
    first_line: int
    rows: tuple[tuple[str, ...], ...]
    account: str | None = None
    currency: str | None = None


def cells_of(record: str, separator: str) -> list[str]:
    """The cells of one record. Raises UnreadableFile: there are too many, or the quotes are wrong."""
    try:
        cells = [cell for row in csv.reader([record], delimiter=separator) for cell in row]
    except csv.Error as error:
        raise UnreadableFile(f"the quotes are wrong: {error}") from error
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFile(f"there are more than {MAX_COLUMNS} columns")
    return [cell.strip() for cell in cells]


def detect_layout(records: Sequence[tuple[int, str]]) -> CsvLayout | None:
    """The layout of a file by its first records, each with its line. None if they are no table of a bank."""
    found = [layout for separator in SEPARATORS if (layout := _layout(records, separator)) is not None]
    return max(found, key=lambda layout: (len(_meanings(layout.columns)), len(layout.columns)), default=None)


def _layout(records: Sequence[tuple[int, str]], separator: str) -> CsvLayout | None:
    table = [(line, cells_of(record, separator)) for line, record in records]
    at = next((at for at, (_, cells) in enumerate(table) if _is_header(cells)), None)
    if at is None:
        at = next((at for at, (_, cells) in enumerate(table) if _is_row(cells)), None)
        if at is None:
            return None
        columns = tuple(f"Column {number}" for number in range(1, len(table[at][1]) + 1))
        header_line, first = None, at
    else:
        columns, header_line, first = _unique(table[at][1]), table[at][0], at + 1
    rows = tuple(tuple(cells) for _, cells in table[first : first + _SAMPLE] if any(cells))
    first_line = table[first][0] if first < len(table) else (header_line or 0) + 1
    account, currency = _preamble([cells for _, cells in table[:at]])
    return CsvLayout(
        _fingerprint(separator, columns, has_header=header_line is not None),
        separator,
        columns,
        header_line,
        first_line,
        rows,
        account,
        currency,
    )


def _is_header(cells: Sequence[str]) -> bool:
    """Whether these are headers: a day and an amount are among them, and no value is."""
    if len([cell for cell in cells if cell]) < 3 or _is_row(cells):
        return False
    meanings = _meanings(cells)
    has_day = "booked_on" in meanings or "valued_on" in meanings
    return has_day and bool({"amount", "debit", "credit"} & set(meanings))


def _is_row(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= 3
        and any(_read(lambda cell=cell: day_in(cell, "ymd", is_any=True)) for cell in cells)
        and any(_number_of(cell) is not None and not _DIGITS.fullmatch(cell) for cell in cells)
    )


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    columns: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell[:100] or f"Column {number}"
        seen[name] = seen.get(name, 0) + 1
        columns.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return tuple(columns)


def _fingerprint(separator: str, columns: Sequence[str], *, has_header: bool) -> str:
    written = "\x1f".join((separator, *map(plain, columns))) if has_header else f"{separator}\x1f{len(columns)}"
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _preamble(lines: Sequence[Sequence[str]]) -> tuple[str | None, str | None]:
    """An IBAN and a currency that stand before the headers."""
    words = [word for cells in lines for cell in cells for word in (cell, *cell.split(": "))]
    accounts = [joined for word in words if _IBAN.fullmatch(joined := account_of(word) or "")]
    currencies = [word for word in words if word in CODES and len(word) == 3]
    return next(iter(accounts), None), next(iter(currencies), None)


def _meanings(columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each meaning, the likeliest first. A column has one meaning, but two that both fit are kept."""
    names = {column: plain(column) for column in columns}
    meanings: dict[str, list[str]] = {}
    for field, headers in HEADERS.items():
        rank = {header: at for at, header in enumerate(headers)}
        found = sorted((column for column in columns if names[column] in rank), key=lambda each: rank[names[each]])
        if found:
            meanings[field] = found
    return meanings


def propose(layout: CsvLayout) -> CsvMapping:
    """The mapping that the headers and the first rows suggest. A person confirms it, or changes it."""
    values = {column: _values(layout, at) for at, column in enumerate(layout.columns)}
    meanings = _meanings(layout.columns) if layout.header_line is not None else _by_values(layout.columns, values)
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for field in ("currency", *(each for each in HEADERS if each not in {"currency", "text"})):
        fits = _FITS.get(field, _any)
        for column in meanings.get(field, ()):
            if column not in taken and fits(values[column]):
                chosen[field] = column
                taken.add(column)
                break
    _settle(chosen, meanings, values)
    days = [cell for field in ("booked_on", "valued_on") if field in chosen for cell in values[chosen[field]]]
    amounts = [cell for field in _AMOUNTS if field in chosen for cell in values[chosen[field]]]
    order, is_sure_of_order = _order(days)
    decimal, is_sure_of_decimal = _decimal(amounts, "," if layout.separator == ";" else ".")
    texts = tuple(column for column in layout.columns if column in meanings.get("text", ()) and column not in taken)
    return CsvMapping(
        fingerprint=layout.fingerprint,
        **chosen,  # pyright: ignore[reportArgumentType] - its keys are the names of columns' fields
        text=texts,
        order=order,
        decimal=decimal,
        is_sure=is_sure_of_order and is_sure_of_decimal,
        currency_code=None if "currency" in chosen else layout.currency,
        own_account_number=None if "own_account" in chosen else layout.account,
    )


_AMOUNTS: Final = ("amount", "debit", "credit", "balance")


def _settle(chosen: dict[str, str], meanings: dict[str, list[str]], values: dict[str, list[str]]) -> None:
    """What columns say together: debit and credit are two or none, and the own account is the same in all rows."""
    if "amount" in chosen or not {"debit", "credit"} <= set(chosen):
        for field in ("debit", "credit"):
            chosen.pop(field, None)
    if "amount" not in chosen:
        chosen.pop("mark", None)
    columns = [column for field in _ACCOUNTS for column in meanings.get(field, ())]
    if "own_account" not in chosen and len(columns) > 1:
        same = [each for each in columns if len(values[each]) > 1 and len(set(values[each])) == 1]
        if same and chosen.get("account") == same[0]:
            chosen["own_account"] = same[0]
            chosen["account"] = next(each for each in columns if each != same[0])


def _values(layout: CsvLayout, at: int) -> list[str]:
    return [row[at] for row in layout.rows if at < len(row) and row[at]]


def _any(_: Sequence[str]) -> bool:
    return True


def _most(values: Sequence[str], holds: Callable[[str], object]) -> bool:
    """Whether it holds of four in five, since lines at the end sum up, and rows may be empty."""
    return not values or 5 * sum(1 for value in values if holds(value)) >= 4 * len(values)


def _are_days(values: Sequence[str]) -> bool:
    return _most(values, lambda value: _read(lambda: day_in(value, "ymd", is_any=True)))


def _are_numbers(values: Sequence[str]) -> bool:
    return _most(values, lambda value: _number_of(value) is not None)


def _are_currencies(values: Sequence[str]) -> bool:
    return _most(values, lambda value: value in CODES)


def _are_marks(values: Sequence[str]) -> bool:
    return _most(values, lambda value: value.casefold() in DEBIT | CREDIT)


_FITS: Final[dict[str, Callable[[Sequence[str]], bool]]] = {
    "booked_on": _are_days,
    "valued_on": _are_days,
    "amount": _are_numbers,
    "debit": _are_numbers,
    "credit": _are_numbers,
    "balance": _are_numbers,
    "charges": _are_numbers,
    "foreign_amount": _are_numbers,
    "rate": _are_numbers,
    "currency": _are_currencies,
    "foreign_currency": _are_currencies,
    "mark": _are_marks,
}


def _by_values(columns: Sequence[str], values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Meanings of a file without headers, by what is in its columns."""
    filled = [column for column in columns if values[column]]
    days = [column for column in filled if _are_days(values[column])]
    numbers = [column for column in filled if column not in days and _are_numbers(values[column])]
    signed = [column for column in numbers if any(cell.lstrip().startswith("-") for cell in values[column])]
    texts = [column for column in filled if column not in days + numbers]
    return {
        "booked_on": days,
        "valued_on": days[1:],
        "amount": signed[-1:] or numbers[-1:],
        "currency": [column for column in texts if _are_currencies(values[column])],
        "text": [column for column in texts if not _are_currencies(values[column])][-1:],
    }


def _read(reading: Callable[[], object]) -> bool:
    try:
        reading()
    except UnreadableFile:
        return False
    return True


def day_in(cell: str, order: Order, *, is_any: bool = False) -> date:
    """The day of a cell, whose time is left out. `is_any` takes every order that the calendar allows."""
    printed = cell.strip().partition(" ")[0] if ":" in cell else cell.strip().replace(" ", "-")
    printed = printed.partition("T")[0] if "T" in printed[8:] else printed
    if _DIGITS.fullmatch(printed):
        return day_of(printed[:4], printed[4:6], printed[6:], cell)
    match = _DAY.fullmatch(printed.replace(",", "").rstrip("."))
    if match is None:
        raise UnreadableFile(f"“{shown(cell)}” is not a day")
    first, middle, last = match[1], match[3], match[4]
    if not middle.isdigit():
        month = _MONTHS.get(middle.casefold())
        if month is None or len(last) not in {2, 4}:
            raise UnreadableFile(f"“{shown(cell)}” is not a day")
        return day_of(_year(last), str(month), first, cell)
    if len(first) == 4:
        return day_of(first, middle, last, cell)
    if len(last) not in {2, 4}:
        raise UnreadableFile(f"“{shown(cell)}” is not a day")
    orders = ("dmy", "mdy") if is_any else (order,)
    if orders[-1] == "mdy" and (not is_any or int(middle) > 12):
        return day_of(_year(last), first, middle, cell)
    if order == "ymd" and not is_any:
        return day_of(_year(first), middle, last, cell)
    return day_of(_year(last), middle, first, cell)


def _year(digits: str) -> str:
    return f"20{digits}" if len(digits) == 2 else digits


def _order(days: Sequence[str]) -> tuple[Order, bool]:
    """The order that reads all days, and whether it is the only one."""
    if not days or all(_DIGITS.fullmatch(day) or _is_year_first(day) for day in days):
        return "ymd", True
    fitting: list[Order] = [
        order for order in ("dmy", "mdy") if _most(days, lambda day, order=order: _read(lambda: day_in(day, order)))
    ]
    return (fitting or ["dmy"])[0], len(fitting) == 1 or any(each.isalpha() for day in days for each in day[:6])


def _is_year_first(day: str) -> bool:
    return day[:4].isdigit() and not day[4:5].isdigit()


def _number_of(cell: str) -> str | None:
    """The digits and separators of a number, without its sign and currency; None if it is none."""
    bare = _bare(cell)[1]
    return bare if _NUMBER.fullmatch(bare) or _PLAIN_NUMBER.fullmatch(bare) else None


def _bare(cell: str, currency: str | None = None) -> tuple[bool, str]:
    """Whether it is negative, and the number without signs."""
    number = cell.replace("\u2212", "-").replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'").strip()  # noqa: RUF001
    for sign in (*_SIGNS, *((currency,) if currency else ())):
        number = number.removeprefix(sign).removesuffix(sign).strip()
    is_negative = number.startswith("-") or number.endswith("-") or (number.startswith("(") and number.endswith(")"))
    number = number.strip("-+() ")
    for sign in (*_SIGNS, *((currency,) if currency else ())):
        number = number.removeprefix(sign).removesuffix(sign).strip()
    return is_negative, number


def amount_in(cell: str, currency: str, decimal: str) -> int:
    """Signed minor units of a cell. Raises UnreadableFile: its signs are not those of the mapping."""
    is_negative, number = _bare(cell, currency)
    match = _NUMBER.fullmatch(number) or _PLAIN_NUMBER.fullmatch(number)
    if match is None:
        raise UnreadableFile(f"“{shown(cell)}” is not an amount")
    if match.re is _NUMBER and match[1] is not None:
        if match[1] == decimal:
            raise UnreadableFile(f"“{shown(cell)}” is not an amount with “{decimal}” before the decimals")
        number = number.replace(match[1], "")
    separator = match[2][:1] if match[2] else decimal
    if separator != decimal:
        raise UnreadableFile(f"“{shown(cell)}” is not an amount with “{decimal}” before the decimals")
    minor = minor_of(number, currency)
    return -minor if is_negative else minor


def _decimal(amounts: Sequence[str], otherwise: Literal[".", ","]) -> tuple[Literal[".", ","], bool]:
    """The sign before the decimals, and whether the amounts leave no other."""
    commas = points = 0
    for cell in amounts:
        number = _bare(cell)[1]
        if _GROUPED_ONCE.fullmatch(number):
            continue
        last = max(number.rfind(","), number.rfind("."))
        commas += last >= 0 and number[last] == ","
        points += last >= 0 and number[last] == "."
    if commas == points:
        return otherwise, not any(_GROUPED_ONCE.fullmatch(_bare(cell)[1]) for cell in amounts)
    return ("," if commas > points else "."), True
