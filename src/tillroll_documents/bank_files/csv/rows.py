"""The rows of a CSV file, or of a QIF, by the mapping of its layout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from tillroll_documents.bank_files.csv.layout import CsvLayout, CsvMapping, sums_up
from tillroll_documents.bank_files.csv.status import status_of
from tillroll_documents.bank_files.csv.values import amount_in, day_in, reads
from tillroll_documents.bank_files.csv.words import CREDIT, DEBIT
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Counterparty,
    Entry,
    EntryStatus,
    Foreign,
    Format,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered
from tillroll_documents.bank_files.running import RunningBalances
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    one_line,
    rate_of,
    reference_of,
    shown,
    signed,
)
from tillroll_documents.cells import with_formulas

_PREVIEWED = 10


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as the proposed mapping reads it, or why it cannot."""

    line: int
    entry: Entry | None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewTotals:
    """How much goes out and comes in by booked rows, in minor units of `currency`; out is
    negative.
    """

    rows: int
    money_out: int
    money_in: int
    currency: str


class Rows:
    """The rows of a file, by its mapping."""

    def __init__(
        self,
        layout: CsvLayout,
        mapping: CsvMapping,
        currency: str | None,
        format_: Format = Format.CSV,
    ) -> None:
        self.layout = layout
        self._format = format_
        self._mapping = mapping
        self._at = {column: at for at, column in enumerate(layout.columns)}
        self._gathered = Gathered()
        printed = mapping.currency_code or layout.currency or currency
        self._currency: str | None = None
        if printed:
            self._currency = currency_of(printed)
        self._is_stated = False
        self._account: str | None = account_of(mapping.own_account_number) or layout.account
        self._is_account_stated = False
        self._running = RunningBalances()

    @property
    def position(self) -> int:
        """The position of the entry that is being read."""
        return self._gathered.entries + 1

    @property
    def currency(self) -> str | None:
        """The account's currency, as far as it is known."""
        return self._currency

    @property
    def lists_states(self) -> bool:
        """Whether a column says of each row whether it is booked."""
        return self._mapping.status is not None

    def is_entry(self, cells: Sequence[str], line: int) -> bool:
        """Whether a row is one; others have no amount, or sum up."""
        mapping = self._mapping
        amounts = [
            self._cell(cells, column) for column in (mapping.amount, mapping.debit, mapping.credit)
        ]
        days = [self._cell(cells, column) for column in (mapping.booked_on, mapping.valued_on)]
        if sums_up(cells) and not any(
            day and reads(partial(day_in, day, mapping.order)) for day in days
        ):
            amounts = []
            days = []
        if any(amounts) and any(days):
            return True
        if any(amounts):
            if self._status(cells) is not EntryStatus.BOOKED:
                return True  # what is not booked may have no day
            raise UnreadableFile("the row has an amount, but no day")
        is_dated = any(day and reads(partial(day_in, day, mapping.order)) for day in days)
        if is_dated and not sums_up(cells):
            raise UnreadableFile("the row has a day, but no amount")
        if any(cells):
            self._gathered.note(
                f"Line {line} has no day, and is left out: “{shown(' '.join(cells))}”.", line=line
            )
        return False

    def entry(self, cells: Sequence[str], line: int) -> Entry:
        """The entry of a row. Raises UnreadableFile."""
        mapping = self._mapping
        if len(cells) > len(self.layout.columns) and any(cells[len(self.layout.columns) :]):
            expected = len(self.layout.columns)
            raise UnreadableFile(f"the row has {len(cells)} columns, but the header has {expected}")
        currency = self._currency_in(cells)
        self._own_account_in(cells)
        charges = abs(self._amount(cells, mapping.charges, currency) or 0)
        amount = self._signed(cells, currency)
        if mapping.charges_apart:
            amount -= charges
        booked_on = self._day(cells, mapping.booked_on)
        valued_on = self._day(cells, mapping.valued_on)
        status = self._status(cells)
        texts = [self._text(cells, column) for column in mapping.text]
        balance = self._amount(cells, mapping.balance, currency)
        if balance is not None and mapping.balance_is_owed:
            balance = -balance
        entry = Entry(
            amount=amount,
            counterparty=Counterparty(
                one_line(self._name(cells, amount)) or None,
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
            booked_on=_booking_day(status, booked_on or valued_on),
            valued_on=valued_on or booked_on,
            balance=balance,
            line=line,
        )
        self._gathered.see(entry.day)
        if status is EntryStatus.BOOKED:
            self._running.add(entry)
        elif status is EntryStatus.INFORMATION:
            printed = shown(self._cell(cells, mapping.status))
            self._gathered.note(
                f"Line {line} moved no money (“{printed}”), and is left out.", line=line
            )
        return entry

    def _name(self, cells: Sequence[str], amount: int) -> str:
        """Who paid what came in, and who got what went out, where the file has a column for
        each.
        """
        mapping = self._mapping
        payer = self._text(cells, mapping.payer)
        payee = self._text(cells, mapping.payee)
        names = (payee, payer)
        return names[amount > 0] or self._text(cells, mapping.name)

    def _text(self, cells: Sequence[str], column: str | None) -> str:
        """A cell in words, without the apostrophe that keeps a spreadsheet from computing it."""
        return with_formulas(self._cell(cells, column))

    def _cell(self, cells: Sequence[str], column: str | None) -> str:
        at = self._at.get(column or "", len(cells))
        if at >= len(cells):
            return ""
        return cells[at]

    def _amount(self, cells: Sequence[str], column: str | None, currency: str) -> int | None:
        cell = self._cell(cells, column)
        if not cell:
            return None
        try:
            return amount_in(cell, currency, self._mapping.decimal)
        except UnreadableFile as error:
            error.field = column
            raise

    def _signed(self, cells: Sequence[str], currency: str) -> int:
        amount = self._printed_amount(cells, currency)
        return signed(amount, is_out=self._mapping.purchases_positive)

    def _printed_amount(self, cells: Sequence[str], currency: str) -> int:
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
        debit = self._amount(cells, mapping.debit, currency)
        credit = self._amount(cells, mapping.credit, currency)
        if debit and credit:
            raise UnreadableFile("the row has both a debit and a credit", field=mapping.debit)
        if mapping.purchases_positive:
            # The two are what is owed to the card: purchases, and payments with a minus.
            return (debit or 0) + (credit or 0)
        return (credit or 0) - abs(debit or 0)

    def _day(self, cells: Sequence[str], column: str | None) -> date | None:
        cell = self._cell(cells, column)
        if not any(mark.isalnum() for mark in cell):
            return None  # empty, or a dash
        try:
            return day_in(cell, self._mapping.order)
        except UnreadableFile as error:
            if status_of(cell) is not None:
                return None  # some banks write “pending” in place of the day
            error.field = column
            raise

    def _status(self, cells: Sequence[str]) -> EntryStatus:
        """Read the status from its column, and from what stands in place of a day."""
        mapping = self._mapping
        for column in (mapping.booked_on, mapping.valued_on):
            cell = self._cell(cells, column)
            if cell and not cell[:1].isdigit():
                status = status_of(cell)
                if status is not None and status is not EntryStatus.BOOKED:
                    return status
        printed = self._cell(cells, mapping.status)
        if not printed and self._lacks_day_and_balance(cells):
            return EntryStatus.PENDING
        if not printed:
            return EntryStatus.BOOKED
        status = status_of(printed, mapping.status or "")
        if status is None:
            raise UnreadableFile(
                f"“{shown(printed)}” is not a status. If all rows are booked, leave the column out "
                "of the mapping",
                field=mapping.status,
            )
        return status

    def _lacks_day_and_balance(self, cells: Sequence[str]) -> bool:
        """Whether the columns of the booking day and the balance are empty in this row."""
        mapping = self._mapping
        if mapping.booked_on is None or mapping.balance is None:
            return False
        return not self._cell(cells, mapping.booked_on) and not self._cell(cells, mapping.balance)

    def _currency_in(self, cells: Sequence[str]) -> str:
        """The currency of this row, which must be that of all rows."""
        printed = self._cell(cells, self._mapping.currency)
        if printed:
            currency = currency_of(printed)
            if self._is_stated and currency != self._currency:
                raise UnreadableFile(
                    f"the row is in {currency}, and those before are in {self._currency}: "
                    "export each account by itself",
                    field=self._mapping.currency,
                )
            self._currency = currency
            self._is_stated = True
        if self._currency is None:
            raise UnreadableFile("the file does not name its currency, nor does the mapping")
        return self._currency

    def _own_account_in(self, cells: Sequence[str]) -> None:
        account = account_of(self._cell(cells, self._mapping.own_account))
        if account is None:
            return
        if self._is_account_stated and account != self._account:
            raise UnreadableFile(
                "the row is of another account than those before: export each account by itself",
                field=self._mapping.own_account,
            )
        self._account = account
        self._is_account_stated = True

    def _foreign(self, cells: Sequence[str], amount: int) -> Foreign | None:
        mapping = self._mapping
        printed = self._cell(cells, mapping.foreign_currency)
        cell = self._cell(cells, mapping.foreign_amount)
        if not printed or not cell:
            return None
        currency = currency_of(printed)
        if currency == self._currency:
            return None
        minor = abs(amount_in(cell, currency, mapping.decimal))
        minor = signed(minor, is_out=amount < 0)
        return Foreign(minor, currency, rate_of(self._cell(cells, mapping.rate)))

    def ended(self) -> BankStatement:
        """The statement, after its rows."""
        gathered = self._gathered
        if self._currency is None:
            raise UnreadableFile("The file does not name its currency, nor does the mapping")
        opening = self._running.opening
        closing = self._running.closing
        if opening is None and closing is None:
            opening = self._above(self.layout.opening)
            closing = self._above(self.layout.closing)
        return BankStatement(
            format=self._format,
            account=self._account,
            currency=self._currency,
            from_day=gathered.first,
            to_day=gathered.last,
            opening=_balance(opening, gathered.first),
            closing=_balance(closing, gathered.last),
            entries=gathered.entries,
            problems=gathered.problems,
        )

    def _above(self, printed: str | None) -> int | None:
        """A balance that stands above the header; None where it is no amount of this currency."""
        if printed is None or self._currency is None:
            return None
        try:
            return amount_in(printed, self._currency, self._mapping.decimal)
        except UnreadableFile:
            return None


def _booking_day(status: EntryStatus, day: date | None) -> date | None:
    if status is not EntryStatus.BOOKED:
        return None
    return day


def _balance(minor: int | None, day: date | None) -> Balance | None:
    if minor is None:
        return None
    return Balance(minor, day)


def preview(
    layout: CsvLayout, mapping: CsvMapping, currency: str | None = None
) -> tuple[tuple[PreviewRow, ...], PreviewTotals]:
    """The first rows of a layout as a mapping reads them, and what its booked rows come to."""
    missing = mapping.missing()
    if missing is not None:
        totals = PreviewTotals(rows=0, money_out=0, money_in=0, currency=currency or "")
        return (PreviewRow(layout.first_line, None, missing),), totals
    rows = Rows(layout, mapping, currency or "XXX")
    previewed: list[PreviewRow] = []
    counted = money_out = money_in = 0
    for number, row in enumerate(layout.rows):
        line = layout.first_line + number
        try:
            if not rows.is_entry(row, line):
                continue
            entry = rows.entry(row, line)
        except UnreadableFile as error:
            if number < _PREVIEWED:
                previewed.append(PreviewRow(line, None, str(error)))
            continue
        if number < _PREVIEWED:
            previewed.append(PreviewRow(line, entry))
        if entry.status is EntryStatus.BOOKED:
            counted += 1
            money_out += min(entry.amount, 0)
            money_in += max(entry.amount, 0)
    totals = PreviewTotals(
        rows=counted,
        money_out=money_out,
        money_in=money_in,
        currency=rows.currency or "",
    )
    return tuple(previewed), totals
