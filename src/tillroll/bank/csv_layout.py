"""The layout of a bank's CSV file, and the mapping that is proposed for it.

A layout is known by a fingerprint of its separator and headers, so that a mapping is confirmed once for it.
"""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ConfigDict

from tillroll.bank.csv_values import Order, day_in, is_day_of_digits, number_of, reads
from tillroll.bank.csv_words import FOOTERS, HEADERS, plain
from tillroll.bank.limits import MAX_COLUMNS
from tillroll.bank.printed import UnreadableFile
from tillroll.bank.values import account_of
from tillroll.platform.models import RequestBody
from tillroll.reading.money import CODES

SEPARATORS: Final = (";", ",", "\t", "|")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SAMPLE: Final = 100


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
    found: list[CsvLayout] = []
    for separator in SEPARATORS:
        with suppress(UnreadableFile):  # quotes, or the number of columns, are wrong by this separator
            layout = _layout(records, separator)
            found += [layout] if layout is not None else []
    return max(found, key=lambda layout: (len(meanings_of(layout.columns)), len(layout.columns)), default=None)


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
    meanings = meanings_of(cells)
    has_day = "booked_on" in meanings or "valued_on" in meanings
    return has_day and bool({"amount", "debit", "credit"} & set(meanings))


def _is_row(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= 3
        and any(reads(lambda cell=cell: day_in(cell, "ymd", is_any=True)) for cell in cells)
        and any(number_of(cell) is not None and not is_day_of_digits(cell) for cell in cells)
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


def meanings_of(columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each meaning, the likeliest first. A column has one meaning, but two that both fit are kept."""
    names = {column: plain(column) for column in columns}
    meanings: dict[str, list[str]] = {}
    for field, headers in HEADERS.items():
        rank = {header: at for at, header in enumerate(headers)}
        found = sorted((column for column in columns if names[column] in rank), key=lambda each: rank[names[each]])
        if found:
            meanings[field] = found
    return meanings


def sums_up(cells: Sequence[str]) -> bool:
    """Whether a row begins like those that sum up a file."""
    return next(filter(None, cells), "").casefold().startswith(FOOTERS)
