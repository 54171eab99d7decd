"""CSV files of banks, read by a mapping that a person has confirmed for their layout."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, NoReturn

from tillroll.bank.csv_layout import SEPARATORS, CsvLayout, CsvMapping, cells_of, detect_layout, sums_up
from tillroll.bank.csv_proposal import propose
from tillroll.bank.csv_values import amount_in, day_in, reads
from tillroll.bank.csv_words import BOOKED, CREDIT, DEBIT, PENDING, UNDONE
from tillroll.bank.limits import MAX_PREAMBLE, MAX_TEXT
from tillroll.bank.printed import (
    Balance,
    BankStatement,
    Counterparty,
    Entry,
    EntryStatus,
    Foreign,
    Format,
    UnreadableFile,
)
from tillroll.bank.reader import Gathered, LineReader
from tillroll.bank.running import RunningBalances
from tillroll.bank.values import account_of, currency_of, one_line, rate_of, reference_of, shown

_FIRST_RECORDS: Final = MAX_PREAMBLE + 100
_PREVIEWED: Final = 10
_OPENING: Final = re.compile(r'(?:^|[;,\t|])"')
_OPENINGS: Final = {separator: re.compile(rf'(?:^|{re.escape(separator)})"') for separator in SEPARATORS}


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as the proposed mapping reads it, or why it cannot."""

    line: int
    entry: Entry | None
    problem: str | None = None


class MappingNeeded(Exception):
    """Nobody has said yet what the columns of this layout are.

    Attributes:
        layout: of the file.
        proposal: what the headers suggest.
        preview: the first rows as the proposal reads them.
    """

    def __init__(self, layout: CsvLayout, proposal: CsvMapping, preview: tuple[PreviewRow, ...]) -> None:
        super().__init__("Say which column is what: this layout was not seen before")
        self.layout = layout
        self.proposal = proposal
        self.preview = preview


class OtherLayout(Exception):
    """The mapping that was given is for another layout, which is `layout`'s."""

    def __init__(self, layout: CsvLayout, missing: tuple[str, ...]) -> None:
        columns = f": it has no column {', '.join(missing)}" if missing else ""
        super().__init__(f"The mapping is for another layout than the file's{columns}")
        self.layout = layout


class CsvReader(LineReader):
    """Reads one file.

    Args:
        mappings: those that were confirmed, by the fingerprints of their layouts.
        mapping: the one to use, whatever was confirmed.
        currency: of the account, where neither the file nor the mapping has it.

    Raises:
        MappingNeeded: in `feed` or `close`, if there is none for this layout.
        OtherLayout: `mapping` is for another layout.
    """

    def __init__(
        self,
        *,
        mappings: Mapping[str, CsvMapping] | None = None,
        mapping: CsvMapping | None = None,
        currency: str | None = None,
    ) -> None:
        super().__init__()
        self._mappings = mappings or {}
        self._mapping = mapping
        self._currency = currency
        self._record: list[str] = []
        self._length = 0
        self._record_at = 0
        self._first: list[tuple[int, str]] = []
        self._separator = ""
        self._rows: _Rows | None = None

    def _line(self, line: str) -> None:
        if not self._record:
            self._record_at = self._line_number
            if self._line_number == 1 and line.lower().startswith("sep=") and len(line) == 5:
                return
        self._record.append(line)
        self._length += len(line) + 1
        is_open = _is_open(line, is_within=len(self._record) > 1, separator=self._separator)
        if is_open and self._length <= MAX_TEXT:
            return
        if is_open:
            self._refuse_quote()
        record, self._length = "\n".join(self._record), 0
        self._record.clear()
        self._take_record(self._record_at, record)

    def _ended(self) -> None:
        if self._record:
            self._refuse_quote()
        self._begin()
        if self._rows is not None:
            self._emit_statement(self._rows.ended())

    def _refuse_quote(self) -> NoReturn:
        raise UnreadableFile(
            f"Line {self._record_at}: a quote does not end, so the file may be cut off", line=self._record_at
        )

    def _take_record(self, line: int, record: str) -> None:
        if not record.strip():
            return
        if self._rows is not None:
            self._row(self._rows, line, record)
            return
        self._first.append((line, record))
        if len(self._first) >= _FIRST_RECORDS:
            self._begin()

    def _begin(self) -> None:
        """Find the layout by the first records, and read those."""
        if self._rows is not None:
            return
        layout = detect_layout(self._first)
        if layout is None:
            raise UnreadableFile("The file is no table with a day and an amount in each row")
        mapping = self._chosen(layout)
        self._separator = layout.separator
        self._rows = _Rows(layout, mapping, self._currency)
        for line, record in self._first:
            if line >= layout.first_line:
                self._row(self._rows, line, record)
        self._first.clear()

    def _chosen(self, layout: CsvLayout) -> CsvMapping:
        mapping = self._mapping or self._mappings.get(layout.fingerprint)
        if mapping is None:
            raise MappingNeeded(layout, proposal := propose(layout), preview(layout, proposal, self._currency))
        missing = tuple(column for column in mapping.columns() if column not in layout.columns)
        if missing or mapping.fingerprint != layout.fingerprint:
            raise OtherLayout(layout, missing)
        if (says := mapping.missing()) is not None:
            raise UnreadableFile(f"The mapping is incomplete: {says[:1].lower()}{says[1:]}")
        return mapping

    def _row(self, rows: "_Rows", line: int, record: str) -> None:
        try:
            cells = cells_of(record, rows.layout.separator)
            if not rows.is_entry(cells, line):
                return
            self._count_entry()
            self._emit_entry(rows.entry(cells, line))
        except UnreadableFile as error:
            if error.line is not None:
                raise
            raise UnreadableFile(f"Line {line}: {error}", line=line, entry=rows.position, field=error.field) from error


def preview(layout: CsvLayout, mapping: CsvMapping, currency: str | None = None) -> tuple[PreviewRow, ...]:
    """The first rows of a layout as a mapping reads them."""
    if (says := mapping.missing()) is not None:
        return (PreviewRow(layout.first_line, None, says),)
    rows = _Rows(layout, mapping, currency or "XXX")
    shown_rows: list[PreviewRow] = []
    for line, row in enumerate(layout.rows[:_PREVIEWED], start=layout.first_line):
        try:
            if rows.is_entry(list(row), line):
                shown_rows.append(PreviewRow(line, rows.entry(list(row), line)))
        except UnreadableFile as error:
            shown_rows.append(PreviewRow(line, None, str(error)))
    return tuple(shown_rows)


def _is_open(line: str, *, is_within: bool, separator: str) -> bool:
    """Whether a quoted cell goes on in the next line. A quote opens at the beginning of a cell only."""
    opening = _OPENINGS.get(separator, _OPENING)
    begin = 0 if is_within else _after(opening, line, 0)
    while begin >= 0:
        end = line.find('"', begin)
        while end >= 0 and line.startswith('"', end + 1):
            end = line.find('"', end + 2)
        if end < 0:
            return True
        begin = _after(opening, line, end + 1)
    return False


def _after(opening: re.Pattern[str], line: str, at: int) -> int:
    """Where the next quoted cell begins; -1 if there is none."""
    match = opening.search(line, at)
    return -1 if match is None else match.end()


class _Rows:
    """The rows of a file, by its mapping."""

    def __init__(self, layout: CsvLayout, mapping: CsvMapping, currency: str | None) -> None:
        self.layout = layout
        self._mapping = mapping
        self._at = {column: at for at, column in enumerate(layout.columns)}
        self._gathered = Gathered()
        printed = mapping.currency_code or layout.currency or currency
        self._currency: str | None = currency_of(printed) if printed else None
        self._is_stated = False
        self._account: str | None = account_of(mapping.own_account_number) or layout.account
        self._is_account_stated = False
        self._running = RunningBalances()

    @property
    def position(self) -> int:
        """Of the entry that is being read."""
        return self._gathered.entries + 1

    def is_entry(self, cells: list[str], line: int) -> bool:
        """Whether a row is one; others have no amount, or sum up."""
        mapping = self._mapping
        amounts = [self._cell(cells, column) for column in (mapping.amount, mapping.debit, mapping.credit)]
        days = [self._cell(cells, column) for column in (mapping.booked_on, mapping.valued_on)]
        if sums_up(cells) and not any(day and reads(partial(day_in, day, mapping.order)) for day in days):
            amounts, days = [], []
        if any(amounts) and any(days):
            return True
        if any(amounts):
            raise UnreadableFile("the row has an amount, but no day")
        if any(days):
            raise UnreadableFile("the row has a day, but no amount")
        if any(cells):
            self._gathered.note(f"Line {line} has no day, and is left out: “{shown(' '.join(cells))}”.", line=line)
        return False

    def entry(self, cells: list[str], line: int) -> Entry:
        """The entry of a row. Raises UnreadableFile."""
        mapping = self._mapping
        if len(cells) > len(self.layout.columns) and any(cells[len(self.layout.columns) :]):
            raise UnreadableFile(f"the row has {len(cells)} columns, but the header has {len(self.layout.columns)}")
        currency = self._currency_in(cells)
        self._own_account_in(cells)
        charges = abs(self._amount(cells, mapping.charges, currency) or 0)
        amount = self._signed(cells, currency) - (charges if mapping.charges_apart else 0)
        booked_on, valued_on = self._day(cells, mapping.booked_on), self._day(cells, mapping.valued_on)
        status = self._status(cells)
        texts = [self._cell(cells, column) for column in mapping.text]
        entry = Entry(
            amount=amount,
            counterparty=Counterparty(
                one_line(self._cell(cells, mapping.name)) or None,
                account_of(self._cell(cells, mapping.account)),
                account_of(self._cell(cells, mapping.bank)),
            ),
            bank_reference=reference_of(self._cell(cells, mapping.bank_reference)),
            end_to_end=reference_of(self._cell(cells, mapping.end_to_end)),
            mandate=reference_of(self._cell(cells, mapping.mandate)),
            text=one_line(" ".join(texts)),
            code=one_line(self._cell(cells, mapping.code)) or None,
            charges=charges,
            foreign=self._foreign(cells, amount),
            position=self.position,
            status=status,
            booked_on=(booked_on or valued_on) if status is EntryStatus.BOOKED else None,
            valued_on=valued_on or booked_on,
            balance=self._amount(cells, mapping.balance, currency),
            line=line,
        )
        self._gathered.see(entry.day)
        if status is EntryStatus.BOOKED:
            self._running.add(entry)
        return entry

    def _cell(self, cells: list[str], column: str | None) -> str:
        at = self._at.get(column) if column is not None else None
        return cells[at] if at is not None and at < len(cells) else ""

    def _amount(self, cells: list[str], column: str | None, currency: str) -> int | None:
        cell = self._cell(cells, column)
        try:
            return amount_in(cell, currency, self._mapping.decimal) if cell else None
        except UnreadableFile as error:
            error.field = column
            raise

    def _signed(self, cells: list[str], currency: str) -> int:
        mapping = self._mapping
        if mapping.amount is not None:
            amount = self._amount(cells, mapping.amount, currency)
            if amount is None:
                raise UnreadableFile("the amount is empty", field=mapping.amount)
            if mapping.mark is None:
                return amount
            mark = self._cell(cells, mapping.mark).casefold()
            if mark in DEBIT:
                return -abs(amount)
            if mark in CREDIT:
                return abs(amount)
            raise UnreadableFile(f"“{shown(mark)}” is neither debit nor credit", field=mapping.mark)
        debit, credit = self._amount(cells, mapping.debit, currency), self._amount(cells, mapping.credit, currency)
        if debit and credit:
            raise UnreadableFile("the row has both a debit and a credit", field=mapping.debit)
        return (credit or 0) - abs(debit or 0)

    def _day(self, cells: list[str], column: str | None) -> date | None:
        cell = self._cell(cells, column)
        try:
            return day_in(cell, self._mapping.order) if cell else None
        except UnreadableFile as error:
            error.field = column
            raise

    def _status(self, cells: list[str]) -> EntryStatus:
        if self._mapping.status is None:
            return EntryStatus.BOOKED
        printed = self._cell(cells, self._mapping.status).casefold()
        if not printed or printed in BOOKED:
            return EntryStatus.BOOKED
        if printed in PENDING:
            return EntryStatus.PENDING
        if printed in UNDONE:
            return EntryStatus.INFORMATION
        raise UnreadableFile(
            f"“{shown(printed)}” is not a status. If all rows are booked, leave the column out of the mapping",
            field=self._mapping.status,
        )

    def _currency_in(self, cells: list[str]) -> str:
        """Of this row, which must be that of all rows."""
        printed = self._cell(cells, self._mapping.currency)
        if printed:
            found = currency_of(printed)
            if self._is_stated and found != self._currency:
                raise UnreadableFile(
                    f"the row is in {found}, and those before are in {self._currency}: export each account by itself",
                    field=self._mapping.currency,
                )
            self._currency, self._is_stated = found, True
        if self._currency is None:
            raise UnreadableFile("the file does not name its currency, nor does the mapping")
        return self._currency

    def _own_account_in(self, cells: list[str]) -> None:
        found = account_of(self._cell(cells, self._mapping.own_account))
        if found is None:
            return
        if self._is_account_stated and found != self._account:
            raise UnreadableFile(
                "the row is of another account than those before: export each account by itself",
                field=self._mapping.own_account,
            )
        self._account, self._is_account_stated = found, True

    def _foreign(self, cells: list[str], amount: int) -> Foreign | None:
        mapping = self._mapping
        printed = self._cell(cells, mapping.foreign_currency)
        cell = self._cell(cells, mapping.foreign_amount)
        if not printed or not cell:
            return None
        currency = currency_of(printed)
        if currency == self._currency:
            return None
        minor = abs(amount_in(cell, currency, mapping.decimal))
        return Foreign(minor if amount >= 0 else -minor, currency, rate_of(self._cell(cells, mapping.rate)))

    def ended(self) -> BankStatement:
        """The statement, after its rows."""
        gathered = self._gathered
        if self._currency is None:
            raise UnreadableFile("The file does not name its currency, nor does the mapping")
        opening, closing = self._running.opening, self._running.closing
        return BankStatement(
            format=Format.CSV,
            account=self._account,
            currency=self._currency,
            from_day=gathered.first,
            to_day=gathered.last,
            opening=None if opening is None else Balance(opening, gathered.first),
            closing=None if closing is None else Balance(closing, gathered.last),
            entries=gathered.entries,
            problems=gathered.problems,
        )
