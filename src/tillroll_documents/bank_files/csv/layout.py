"""The layout of a bank's CSV file, and the mapping that is proposed for it.

A layout is known by a fingerprint of its separator and headers, so that a mapping is confirmed once
for it.
"""

import csv
import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from tillroll_documents.bank_files.csv.values import (
    Order,
    day_in,
    is_day_of_digits,
    number_of,
    reads,
)
from tillroll_documents.bank_files.csv.words import (
    BALANCES,
    CLOCKS,
    CLOSINGS,
    FOOTERS,
    HEADERS,
    LOCAL,
    NOUNS,
    OPENINGS,
    OTHERS,
    WITH_TAX,
    plain,
)
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_COLUMNS
from tillroll_documents.bank_files.printed import UnreadableFile
from tillroll_documents.bank_files.values import account_of
from tillroll_documents.json import JsonObject
from tillroll_documents.money import CODES

SEPARATORS: Final = (";", ",", "\t", "|")
Doubt = Literal["order", "decimal", "signs"]
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BRACKET: Final = re.compile(r"[(\[]([^()\[\]]{1,40})[)\]]")
_SAMPLE: Final = 100
# Characters of each text of a mapping.
_LONGEST_TEXT: Final = 2_000


class CsvMapping(BaseModel):
    """Which column is what, by its header, and how values are written.

    Attributes:
        fingerprint: of the layout that the mapping is for.
        amount: one signed column; with `mark`, a column that says D or C.
        debit, credit: two columns without signs in place of `amount`.
        text: columns whose texts are joined.
        payer, payee: who paid what came in, and who got what went out, where these are two columns.
        charges_apart: the amount does not contain the charges, so they are subtracted.
        purchases_positive: money out is printed without a sign, and money in with one, as cards do.
        balance_is_owed: the balance grows with what is spent, as the debt on a card.
        currency_code, own_account_number: where no column has them.
        decimal: the sign before the decimals.
        encoding: of the file, where a person chose it; null where the content tells.
        doubts: what else would read the rows as well: the order of days, the sign before the
            decimals, or the other direction of all amounts.
        is_sure: False where there are doubts.
    """

    # A person may send one: JSON in camelCase, of which a field that is unknown is refused.
    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="forbid",
        str_max_length=_LONGEST_TEXT,
        frozen=True,
    )

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
    payer: str | None = None
    payee: str | None = None
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
    purchases_positive: bool = False
    balance_is_owed: bool = False
    status: str | None = None
    currency_code: str | None = None
    own_account_number: str | None = None
    order: Order = "dmy"
    decimal: Literal[".", ","] = "."
    encoding: Encoding | None = None
    doubts: tuple[Doubt, ...] = ()
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

    def as_json(self) -> JsonObject:
        """The mapping as it is answered."""
        return self.model_dump(mode="json", by_alias=True)


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
        opening, closing: balances that stand before the header, as they are printed.
    """

    fingerprint: str
    separator: str
    columns: tuple[str, ...]
    header_line: int | None
    first_line: int
    rows: tuple[tuple[str, ...], ...]
    account: str | None = None
    currency: str | None = None
    opening: str | None = None
    closing: str | None = None


def cells_of(record: str, separator: str) -> list[str]:
    """The cells of one record. Raises UnreadableFile: there are too many, or the quotes are
    wrong.
    """
    try:
        cells = [cell for row in csv.reader([record], delimiter=separator) for cell in row]
    except csv.Error as error:
        raise UnreadableFile(f"the quotes are wrong: {error}") from error
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFile(f"there are more than {MAX_COLUMNS} columns")
    return [cell.strip() for cell in cells]


def detect_layout(records: Sequence[tuple[int, str]]) -> CsvLayout | None:
    """The layout of a file by its first records, each with its line. None if they are no table of a
    bank.
    """
    layouts: list[CsvLayout] = []
    for separator in SEPARATORS:
        # quotes, or the number of columns, are wrong by this separator
        with suppress(UnreadableFile):
            layout = _layout(records, separator)
            if layout is not None:
                layouts.append(layout)
    return max(
        layouts,
        key=lambda layout: (len(meanings_of(layout.columns)), len(layout.columns)),
        default=None,
    )


def _layout(records: Sequence[tuple[int, str]], separator: str) -> CsvLayout | None:
    table = [(line, cells_of(record, separator)) for line, record in records]
    at = next((at for at, (_, cells) in enumerate(table) if _is_header(cells)), None)
    if at is None:
        at = next((at for at, (_, cells) in enumerate(table) if _is_row(cells)), None)
        if at is None:
            return None
        columns = tuple(f"Column {number}" for number in range(1, len(table[at][1]) + 1))
        header_line = None
        first = at
    else:
        columns = _unique(table[at][1])
        header_line = table[at][0]
        first = at + 1
    rows = tuple(tuple(cells) for _, cells in table[first : first + _SAMPLE] if any(cells))
    if first < len(table):
        first_line = table[first][0]
    else:
        first_line = (header_line or 0) + 1
    preamble = [cells for _, cells in table[:at]]
    account, currency = _preamble(preamble)
    return CsvLayout(
        fingerprint=_fingerprint(separator, columns, has_header=header_line is not None),
        separator=separator,
        columns=columns,
        header_line=header_line,
        first_line=first_line,
        rows=rows,
        account=account,
        currency=currency,
        opening=_balance_above(preamble, OPENINGS),
        closing=_balance_above(preamble, CLOSINGS),
    )


def _is_header(cells: Sequence[str]) -> bool:
    """Whether these are headers: a day and an amount are among them, or any three known ones, and
    no value is.
    """
    if len([cell for cell in cells if cell]) < 3 or _is_row(cells):
        return False
    meanings = meanings_of(cells)
    has_day = "booked_on" in meanings or "valued_on" in meanings
    if has_day and {"amount", "debit", "credit"} & set(meanings):
        return True
    columns = {column for of_field in meanings.values() for column in of_field}
    return len(columns) >= _KNOWN_HEADERS and not any(number_of(cell) is not None for cell in cells)


_KNOWN_HEADERS: Final = 3


def _balance_above(lines: Sequence[Sequence[str]], words: frozenset[str]) -> str | None:
    """The amount behind a word for a balance, such as “Anfangssaldo:;1.000,00”."""
    for cells in lines:
        for cell, following in pairwise(cells):
            if plain(cell) in words and number_of(following) is not None:
                return following
    return None


def _is_row(cells: Sequence[str]) -> bool:
    return (
        len(cells) >= 3
        and any(reads(lambda cell=cell: day_in(cell, "ymd", is_any=True)) for cell in cells)
        and any(number_of(cell) is not None and not is_day_of_digits(cell) for cell in cells)
    )


def _unique(cells: Sequence[str]) -> tuple[str, ...]:
    counts: dict[str, int] = {}
    columns: list[str] = []
    for number, cell in enumerate(cells, start=1):
        name = cell[:100] or f"Column {number}"
        counts[name] = counts.get(name, 0) + 1
        columns.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return tuple(columns)


def _fingerprint(separator: str, columns: Sequence[str], *, has_header: bool) -> str:
    if has_header:
        written = "\x1f".join((separator, *map(plain, columns)))
    else:
        written = f"{separator}\x1f{len(columns)}"
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def _preamble(lines: Sequence[Sequence[str]]) -> tuple[str | None, str | None]:
    """An IBAN and a currency that stand before the headers."""
    words = [word for cells in lines for cell in cells for word in (cell, *cell.split(": "))]
    numbers = [account_of(word) or "" for word in words]
    accounts = [number for number in numbers if _IBAN.fullmatch(number)]
    currencies = [word for word in words if word in CODES and len(word) == 3]
    return next(iter(accounts), None), next(iter(currencies), None)


def meanings_of(columns: Sequence[str]) -> dict[str, list[str]]:
    """The columns of each meaning, the likeliest first. A column has one meaning, but two that both
    fit are kept.
    """
    forms = {column: _forms(column) for column in columns}
    meanings: dict[str, list[str]] = {}
    for field, headers in HEADERS.items():
        ranks = {header: at for at, header in enumerate(headers)}
        ranked = {
            column: min(ranks[form] for form in forms[column] if form in ranks)
            for column in columns
            if any(form in ranks for form in forms[column])
        }
        if ranked:
            meanings[field] = sorted(ranked, key=lambda column: ranked[column])
    known_columns = {column for of_field in meanings.values() for column in of_field}
    for field in ("debit", "credit"):
        # “Amount Debit” is the debit.
        amounts = [
            column
            for column in columns
            if column not in known_columns and _without_amount(column) in HEADERS[field]
        ]
        if amounts:
            meanings[field] = [*meanings.get(field, ()), *amounts]
            known_columns.update(amounts)
    for field, nouns in NOUNS.items():
        words = {column: _words_of(column) for column in columns if column not in known_columns}
        likely = [
            column for column in words if words[column] & nouns and not _is_other(words[column])
        ]
        if likely:
            meanings[field] = [*meanings.get(field, ()), *likely]
    return meanings


def _without_amount(header: str) -> str:
    """A header without words for an amount, and without a currency."""
    words = [word for word in plain(header).split() if word.upper() not in CODES]
    return " ".join(word for word in words if word not in NOUNS["amount"])


def _is_other(words: set[str]) -> bool:
    """Whether a header means another day or amount than that of the entry."""
    if words & WITH_TAX:
        words = words - {"tax", "vat"}
    return bool(words & OTHERS)


def _forms(header: str) -> list[str]:
    """A header as it is, without a currency (“Amount (GBP)”), without a number (“Beschreibung2”),
    and without a remark at its end (“Created (UTC)”).
    """
    printed = plain(header)
    words = [word for word in printed.split() if word.upper() not in CODES]
    if words and words[-1] == "in":
        words.pop()
    forms = [printed, " ".join(words), printed.rstrip("0123456789 ")]
    without = _without_remark(header)
    if without is not None:
        forms.append(without)
    return [each for each in dict.fromkeys(forms) if each]


def _without_remark(header: str) -> str | None:
    """A header without what its brackets say of the clock; None where they say something else.

    “Amount (local)” is another amount, and “Settlement date (local)” no other day.
    """
    bracket = _BRACKET.search(header)
    if bracket is None:
        return None
    without = plain(header[: bracket.start()] + header[bracket.end() :])
    clock = set(plain(bracket[1]).split())
    is_day = not clock.isdisjoint(CLOCKS) or not NOUNS["booked_on"].isdisjoint(without.split())
    if is_day and clock <= CLOCKS | LOCAL:
        return without
    return None


def _words_of(header: str) -> set[str]:
    return set((_without_remark(header) or plain(header)).split())


_SYMBOLS: Final = {"€": "EUR", "£": "GBP", "zł": "PLN", "¥": "JPY"}


def currency_named_by(header: str) -> str | None:
    """The currency that a header names, such as “Amount (GBP)” or “Betrag (€)”."""
    codes = [word.upper() for word in plain(header).split() if word.upper() in CODES]
    symbols = [code for symbol, code in _SYMBOLS.items() if symbol in header]
    return next(iter([*codes, *symbols]), None)


def sums_up(cells: Sequence[str]) -> bool:
    """Whether a row begins like those that sum up a file, or has a word for such a balance."""
    if next(filter(None, cells), "").casefold().startswith(FOOTERS):
        return True
    return any(plain(cell[:100]).startswith(BALANCES) for cell in cells)
