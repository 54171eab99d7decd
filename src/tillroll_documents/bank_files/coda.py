"""CODA: the coded statement of account of Febelfin (version 2.3, 2011), as banks in Belgium write.

A statement begins with 0 and the old balance (1), and ends with the new balance (8) and 9. A
movement has up to three parts (2.1 to 2.3) and pieces of information (3.1 to 3.3). Amounts have
three decimals. A movement whose detail number is not 0000 is a part of the one before it.
"""

from collections.abc import Callable, Mapping
from typing import Final

from tillroll_documents.bank_files.camt.tree import number
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_PAYMENTS
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Counterparty,
    Entry,
    EntryStatus,
    Format,
    Payment,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered
from tillroll_documents.bank_files.records import RecordReader, day_dmy, minor_in, optional_day
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    one_line,
    reference_of,
    shown,
    signed,
)

_DECIMALS: Final = 3
_MOST_TEXT: Final = 4_000
_WHOLE: Final = "0000"
_OF_A_TRANSFER: Final = frozenset({"101", "102"})
_DIRECT_DEBIT: Final = "127"
_NAMES: Final = frozenset({"001"})


class CodaReader(RecordReader):
    """Reads one file."""

    title = "CODA"
    width = 128

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._version = "2"
        self._statement: _Statement | None = None
        self._is_begun = False

    def _record(self, record: str) -> None:
        takers: Mapping[str, Callable[[str], None]] = {
            "0": self._begin,
            "1": self._take_opening,
            "2": self._take_movement,
            "3": self._take_information,
            "4": self._skip,
            "8": self._take_closing,
            "9": self._end_statement,
        }
        self._take_by_code(takers, record[0], record)

    def _skip(self, _: str) -> None:
        """Free text of the bank."""

    def _ended(self) -> None:
        if self._is_begun:
            self._refuse("the file is cut off: the new balance (8) or the end (9) is missing")

    def _begin(self, record: str) -> None:
        if self._is_begun:
            raise UnreadableFile("a statement (0) begins before the one before it has ended (9)")
        self._is_begun = True
        self._version = record[127]
        if self._version not in {"1", "2"}:
            raise UnreadableFile(f"version {shown(self._version)} of CODA is not known")

    def _take_opening(self, record: str) -> None:
        if not self._is_begun or self._statement is not None:
            raise UnreadableFile("an old balance (1) is in no statement, or comes twice")
        self._statement = _Statement(record, self._version)

    @property
    def _open(self) -> "_Statement":
        if self._statement is None:
            raise UnreadableFile("a record comes before the old balance (1)")
        return self._statement

    def _take_movement(self, record: str) -> None:
        statement = self._open
        if record[1] != "1":
            statement.go_on(record)
            return
        if record[6:10] == _WHOLE:
            self._flush()
            self._count_entry()
        statement.begin_movement(record, self._line_number)

    def _take_information(self, record: str) -> None:
        self._open.inform(record)

    def _take_closing(self, record: str) -> None:
        self._flush()
        self._open.take_closing(record)

    def _end_statement(self, _: str) -> None:
        statement = self._statement
        if statement is None:
            raise UnreadableFile("a statement ends (9) that has not begun")
        self._statement = None
        self._is_begun = False
        self._emit_statement(statement.ended())

    def _flush(self) -> None:
        entry = self._open.entry()
        if entry is not None:
            self._emit_entry(entry)


class _Movement:
    """A movement, or a part of one, with what its records say."""

    def __init__(self, record: str, line: int, currency: str) -> None:
        self.line = line
        self.number = record[2:10]
        self.bank_reference = record[10:31]
        amount = minor_in(record[32:47], _DECIMALS, currency)
        if record[31] not in {"0", "1"}:
            raise UnreadableFile(f"“{shown(record[31])}” is neither credit (0) nor debit (1)")
        self.amount = signed(amount, is_out=record[31] == "1")
        self.value_day = record[47:53]
        self.code = record[53:61]
        self.is_structured = record[61] == "1"
        self.communication = record[62:115]
        self.entry_day = record[115:121]
        self.customer_reference = ""
        self.reason = ""
        self.bank = ""
        self.account = ""
        self.name = ""
        self.information: list[str] = []
        self.is_of_names = False
        self._size = 0

    def add_information(self, text: str, *, begins: bool) -> None:
        self._size += len(text)
        if self._size > _MOST_TEXT:
            raise UnreadableFile(f"a movement has more than {_MOST_TEXT} characters of information")
        if begins or not self.information:
            self.information.append(text)
        else:
            self.information[-1] += text


class _Statement:
    """A statement that is being read."""

    def __init__(self, record: str, version: str) -> None:
        self._version = version
        self._number = record[2:5]
        self._account, self._currency = _account(record, version)
        self._opening = _balance(record[42:64], self._currency)
        self._closing: Balance | None = None
        self._gathered = Gathered()
        self._whole: _Movement | None = None
        self._parts: list[_Movement] = []

    def begin_movement(self, record: str, line: int) -> None:
        movement = _Movement(record, line, self._currency)
        if record[6:10] == _WHOLE:
            self._whole = movement
            return
        if self._whole is None:
            raise UnreadableFile("a detail (2.1) follows no movement")
        if len(self._parts) >= MAX_PAYMENTS:
            raise UnreadableFile(f"a movement has more than {MAX_PAYMENTS} details")
        self._parts.append(movement)

    @property
    def _last(self) -> _Movement:
        if self._parts:
            return self._parts[-1]
        movement = self._whole
        if movement is None:
            raise UnreadableFile("a record follows no movement (2.1)")
        return movement

    def go_on(self, record: str) -> None:
        """The second or the third part of a movement. Raises UnreadableFile."""
        movement = self._last
        if record[2:6] != movement.number[:4]:
            raise UnreadableFile(f"a record 2.{shown(record[1])} is of another movement")
        if record[1] == "2":
            movement.communication += record[10:63]
            movement.customer_reference = record[63:98]
            movement.bank = record[98:109]
            movement.reason = record[113:117]
        elif record[1] == "3" and self._version == "1":
            movement.account = record[10:22]
            movement.name = record[47:73]
        elif record[1] == "3":
            movement.account = record[10:44]
            if record[22] == " ":
                # an old Belgian number, with its currency behind it
                movement.account = record[10:22]
            movement.name = record[47:82]
            movement.communication += record[82:125]
        else:
            raise UnreadableFile(f"CODA has no record 2.{shown(record[1])}")

    def inform(self, record: str) -> None:
        """What the bank says of a movement beside. Raises UnreadableFile."""
        if self._whole is None:
            return  # information of the statement
        movement = self._last
        if record[1] == "1":
            is_structured = record[39] == "1"
            text = record[40:113]
            movement.is_of_names = is_structured and text[:3] in _NAMES
            if movement.is_of_names:
                movement.name = movement.name.strip() or text[3:73]
                return
            if not is_structured:
                movement.add_information(text, begins=True)
        elif not movement.is_of_names and movement.information:
            end = {"2": 115}.get(record[1], 100)
            movement.add_information(record[10:end], begins=False)

    def entry(self) -> Entry | None:
        """The movement with its parts; None where none waits. Raises UnreadableFile."""
        whole = self._whole
        if whole is None:
            return None
        parts = self._parts
        self._whole = None
        self._parts = []
        booked_on = optional_day(whole.entry_day, day_dmy) or self._opening.day
        valued_on = optional_day(whole.value_day, day_dmy)
        if booked_on is None:
            raise UnreadableFile("a movement (2.1) has no day")
        self._gathered.see(booked_on)
        position = self._gathered.entries
        payments: tuple[Payment, ...] = ()
        if len(parts) > 1:
            payments = tuple(_payment(each) for each in parts)
        if payments and sum(each.amount for each in payments) != whole.amount:
            self._gathered.note(
                "The single payments of the batch do not add up to its amount.",
                entry=position,
                line=whole.line,
            )
            payments = ()
        details = _payment(whole)
        if len(parts) == 1 and parts[0].amount == whole.amount:
            details = _merged(details, _payment(parts[0]))
        return Entry(
            amount=whole.amount,
            counterparty=details.counterparty,
            bank_reference=details.bank_reference,
            end_to_end=details.end_to_end,
            mandate=details.mandate,
            creditor_reference=details.creditor_reference,
            text=details.text,
            code=details.code,
            return_reason=details.return_reason,
            position=position,
            status=EntryStatus.BOOKED,
            booked_on=booked_on,
            valued_on=valued_on or booked_on,
            payments=payments,
            line=whole.line,
        )

    def take_closing(self, record: str) -> None:
        if self._closing is not None:
            raise UnreadableFile("the statement has two new balances (8)")
        self._closing = _balance(record[41:63], self._currency)

    def ended(self) -> BankStatement:
        """The statement. Raises UnreadableFile: it has no new balance."""
        if self._closing is None:
            raise UnreadableFile("the statement has no new balance (8)")
        gathered = self._gathered
        return BankStatement(
            format=Format.CODA,
            account=self._account,
            currency=self._currency,
            sequence=number(self._number.lstrip("0")),
            from_day=gathered.first or self._closing.day,
            to_day=max(filter(None, (gathered.last, self._closing.day)), default=None),
            opening=self._opening,
            closing=self._closing,
            entries=gathered.entries,
            problems=gathered.problems,
        )


def _account(record: str, version: str) -> tuple[str | None, str]:
    """The number of the account and its currency, by the structure that the record states."""
    structure = record[1]
    if version == "1":
        structure = "0"
    if structure == "0":
        return account_of(record[5:17]), currency_of(record[18:21])
    if structure == "2":
        return account_of(record[5:21]), currency_of(record[39:42])
    if structure in {"1", "3"}:
        return account_of(record[5:39]), currency_of(record[39:42])
    raise UnreadableFile(f"“{shown(structure)}” is not the structure of an account's number")


def _balance(printed: str, currency: str) -> Balance:
    """A sign, fifteen digits, and a day."""
    minor = minor_in(printed[1:16], _DECIMALS, currency)
    if printed[0] not in {"0", "1"}:
        raise UnreadableFile(f"“{shown(printed[0])}” is neither credit (0) nor debit (1)")
    minor = signed(minor, is_out=printed[0] == "1")
    return Balance(minor, optional_day(printed[16:22], day_dmy))


def _payment(movement: _Movement) -> Payment:
    printed = movement.communication
    creditor: str | None = None
    mandate: str | None = None
    text = printed
    if movement.is_structured:
        kind = printed[:3]
        text = printed[3:]
        if kind in _OF_A_TRANSFER:
            creditor = printed[3:15].strip() or None
            text = printed[15:]
        elif kind == _DIRECT_DEBIT:
            # The day, three marks, the creditor's id, the mandate, and what was said to the debtor.
            mandate = reference_of(printed[47:82])
            text = printed[82:144]
    texts = [text, *movement.information]
    return Payment(
        amount=movement.amount,
        counterparty=Counterparty(
            one_line(movement.name) or None, account_of(movement.account), account_of(movement.bank)
        ),
        bank_reference=reference_of(movement.bank_reference),
        end_to_end=reference_of(movement.customer_reference),
        mandate=mandate,
        creditor_reference=creditor,
        text=" ".join(filter(None, map(one_line, texts))),
        code=movement.code.strip() or None,
        return_reason=movement.reason.strip() or None,
    )


def _merged(whole: Payment, part: Payment) -> Payment:
    """A movement with its only detail, which says more of the other side."""
    counterparty = whole.counterparty
    if part.counterparty.name:
        counterparty = part.counterparty
    return Payment(
        amount=whole.amount,
        counterparty=counterparty,
        bank_reference=whole.bank_reference or part.bank_reference,
        end_to_end=part.end_to_end or whole.end_to_end,
        mandate=part.mandate or whole.mandate,
        creditor_reference=part.creditor_reference or whole.creditor_reference,
        text=part.text or whole.text,
        code=whole.code,
        return_reason=part.return_reason or whole.return_reason,
    )
