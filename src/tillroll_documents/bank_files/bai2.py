"""BAI2: "Cash Management Balance Reporting Specifications, Version 2" of BAI (2005), as banks in
the United States, Canada and Australia write it.

A file has groups (02 to 98) of one bank and day; a group has accounts (03 to 49), each a statement.
Amounts have no point: the currency says how many of their digits are decimals. A record that 88
continues is read as one.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_TEXT
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Counterparty,
    Entry,
    EntryStatus,
    Format,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered
from tillroll_documents.bank_files.records import RecordReader, day_ymd, optional_day
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    one_line,
    printed_reference,
    shown,
    signed,
)

_AMOUNT: Final = re.compile(r"([+-]?)([0-9]{1,18})")
_CODE: Final = re.compile(r"[0-9]{3}")
_LONGEST_COUNT: Final = 3
_OPENING: Final = "010"
_CLOSING: Final = "015"
_AVAILABLE: Final = "045"
_UPDATE: Final = "1"
_STATUSES: Final = {
    "2": "takes back what an earlier file reported. Undo the import of that file",
    "3": (
        "corrects what an earlier file reported. Undo the import of that file, and ask the "
        "bank for the whole day"
    ),
    "4": "is a test, and its accounts have no money",
}
_INTERIM: Final = frozenset({"1", "3"})
_SAME_DAY_INTERIM: Final = "3"
_NO_MONEY: Final = "890"


class _Fields:
    """The fields of a record, with those of the records that continue it."""

    def __init__(self, parts: list[str]) -> None:
        self._joined = "\n".join(parts)
        self._at = 0

    @property
    def has_more(self) -> bool:
        return self._at < len(self._joined)

    def next(self) -> str:
        """The next field; empty after the last one."""
        begin = self._at
        places = [self._joined.find(mark, begin) for mark in ",\n"]
        end = min((place for place in places if place >= 0), default=len(self._joined))
        self._at = end + 1
        return self._joined[begin:end].strip()

    def rest(self) -> str:
        """The text to the end, which may contain commas."""
        return one_line(self._joined[self._at :])

    def skip_funds(self) -> date | None:
        """Skip when the money can be used; the value day where it is stated."""
        kind = self.next().upper()
        if kind == "S":
            for _ in range(3):
                self.next()
        elif kind == "D":
            count = self.next()
            if not (count.isdigit() and len(count) < _LONGEST_COUNT):
                raise UnreadableFile(f"“{shown(count)}” is not a number of distributions")
            for _ in range(2 * int(count)):
                self.next()
        elif kind == "V":
            day = self.next()
            self.next()
            return optional_day(day, day_ymd)
        elif kind not in {"", "Z", "0", "1", "2"}:
            raise UnreadableFile(f"“{shown(kind)}” is not a funds type")
        return None


class Bai2Reader(RecordReader):
    """Reads one file."""

    title = "BAI2"

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._code = ""
        self._parts: list[str] = []
        self._length = 0
        self._has_text = False
        self._group: _Group | None = None
        self._account: _Account | None = None

    def _record(self, record: str) -> None:
        if self._is_ended:
            raise UnreadableFile("a record comes after the end of the file (99)")
        record = record.strip()
        code = record[:2]
        value = record[2:].removeprefix(",")
        if code == "88":
            if not self._code:
                raise UnreadableFile("a continuation (88) has nothing to continue")
            self._add(value)
            return
        self._flush()
        self._code = code
        self._add(value)

    def _add(self, value: str) -> None:
        self._length += len(value)
        if self._length > MAX_TEXT:
            raise UnreadableFile(f"a record has more than {MAX_TEXT} characters")
        self._parts.append(value.removesuffix("/").rstrip())

    def _ended(self) -> None:
        if self._code != "99" and not self._is_ended:
            self._refuse("the file is cut off: its end (99) is missing")
        try:
            self._flush()
        except UnreadableFile as error:
            if error.line is not None:
                raise
            self._refuse(str(error))

    def _flush(self) -> None:
        """Take the record that is complete."""
        code = self._code
        fields = _Fields(self._parts)
        self._code = ""
        self._parts = []
        self._length = 0
        takers: Mapping[str, Callable[[_Fields], None]] = {
            "01": self._begin_file,
            "02": self._begin_group,
            "03": self._begin_account,
            "16": self._take_detail,
            "49": self._end_account,
            "98": self._end_group,
            "99": self._end_file,
        }
        if not code:
            return
        taker = takers.get(code)
        if taker is None:
            raise UnreadableFile(f"BAI2 has no record “{shown(code)}”")
        taker(fields)

    def _begin_file(self, fields: _Fields) -> None:
        for _ in range(7):
            version = fields.next()
        version = fields.next()
        if version not in {"2", "3"}:
            raise UnreadableFile(f"the version of the file is “{shown(version)}”, and not 2")

    def _begin_group(self, fields: _Fields) -> None:
        if self._account is not None:
            raise UnreadableFile("a group (02) begins within an account")
        fields.next()
        bank = fields.next()
        status = fields.next()
        day = day_ymd(fields.next())
        fields.next()
        currency = fields.next()
        modifier = fields.next()
        if status in _STATUSES:
            raise UnreadableFile(f"the group (02) {_STATUSES[status]}")
        if status not in {"", _UPDATE}:
            raise UnreadableFile(f"the status of the group (02) is “{shown(status)}”")
        self._group = _Group(bank, day, currency=currency, modifier=modifier)

    def _begin_account(self, fields: _Fields) -> None:
        if self._group is None or self._account is not None:
            raise UnreadableFile("an account (03) begins outside of a group, or within another one")
        self._account = _Account(self._group, fields)

    def _take_detail(self, fields: _Fields) -> None:
        if self._account is None:
            raise UnreadableFile("an entry (16) is in no account")
        entry = self._account.entry(fields, self._line_number)
        if entry is not None:
            self._count_entry()
            self._emit_entry(entry)

    def _end_account(self, fields: _Fields) -> None:
        account = self._account
        if account is None:
            raise UnreadableFile("an account ends (49) that has not begun")
        self._account = None
        self._emit_statement(account.ended(fields.next()))

    def _end_group(self, _: _Fields) -> None:
        if self._group is None or self._account is not None:
            raise UnreadableFile("a group ends (98) that has not begun, or within an account")
        self._group = None

    def _end_file(self, _: _Fields) -> None:
        if self._group is not None:
            raise UnreadableFile("the file ends (99) within a group")
        self._is_ended = True


class _Group:
    """What a group says of its accounts."""

    def __init__(self, bank: str, day: date, *, currency: str, modifier: str) -> None:
        self.bank = bank
        self.day = day
        self.currency = currency
        self.is_interim = modifier in _INTERIM
        # What is posted within the day may not stay.
        self.status = EntryStatus.BOOKED
        if modifier == _SAME_DAY_INTERIM:
            self.status = EntryStatus.PENDING


class _Account:
    """An account that is being read."""

    def __init__(self, group: _Group, fields: _Fields) -> None:
        self._group = group
        self._number = account_of(fields.next())
        if self._number is None:
            raise UnreadableFile("an account (03) has no number")
        self._currency = currency_of(fields.next() or group.currency or "USD")
        self._gathered = Gathered()
        self._balances: dict[str, int] = {}
        self._control = 0
        while fields.has_more:
            self._take_summary(fields)

    def _take_summary(self, fields: _Fields) -> None:
        code = fields.next()
        printed = fields.next()
        fields.next()
        fields.skip_funds()
        if not code:
            return
        amount = _amount(printed or "0")
        self._control += amount
        if printed:
            self._balances[code] = amount

    def entry(self, fields: _Fields, line: int) -> Entry | None:
        """An entry; None for what says nothing of money. Raises UnreadableFile."""
        code = fields.next()
        printed = fields.next()
        amount = _amount(printed or "0")
        valued_on = fields.skip_funds()
        bank_reference = fields.next()
        customer_reference = fields.next()
        text = fields.rest()
        self._control += amount
        sign = _sign(code)
        if not sign:
            problem = f"A record (16) of type {code} moves no money, and is left out: {text}."
            self._gathered.note(problem, line=line)
            return None
        group = self._group
        self._gathered.see(group.day)
        booked_on: date | None = group.day
        if group.status is not EntryStatus.BOOKED:
            booked_on = None
        return Entry(
            amount=sign * amount,
            counterparty=Counterparty(),
            bank_reference=printed_reference(bank_reference),
            end_to_end=printed_reference(customer_reference),
            text=text,
            code=code,
            position=self._gathered.entries,
            status=group.status,
            booked_on=booked_on,
            valued_on=valued_on or group.day,
            line=line,
        )

    def ended(self, control: str) -> BankStatement:
        """The statement, after its entries. Raises UnreadableFile: its control total differs."""
        is_proven = {_OPENING, _CLOSING} <= self._balances.keys()
        if control and _amount(control) != self._control:
            problem = "The control total (49) is not the sum of the amounts"
            if not is_proven:
                raise UnreadableFile(problem)
            self._gathered.note(f"{problem}.")
        group = self._group
        return BankStatement(
            format=Format.BAI2,
            account=self._number,
            currency=self._currency,
            bank=group.bank or None,
            from_day=group.day,
            to_day=group.day,
            opening=self._balance(_OPENING),
            closing=self._balance(_CLOSING),
            available=self._balance(_AVAILABLE),
            is_interim=group.is_interim,
            entries=self._gathered.entries,
            problems=self._gathered.problems,
        )

    def _balance(self, code: str) -> Balance | None:
        if code not in self._balances:
            return None
        return Balance(self._balances[code], self._group.day)


def _sign(code: str) -> int:
    """1 for money in, -1 for money out, 0 for none. Raises UnreadableFile: the code is neither."""
    if code == _NO_MONEY:
        return 0
    number = 0
    if _CODE.fullmatch(code):
        number = int(code)
    if 100 <= number < 400 or 920 <= number < 960:
        return 1
    if 400 <= number < 700 or number >= 960:
        return -1
    raise UnreadableFile(f"“{shown(code)}” is not the type of an entry that is read")


def _amount(printed: str) -> int:
    match = _AMOUNT.fullmatch(printed)
    if match is None:
        raise UnreadableFile(f"“{shown(printed)}” is not an amount without a point")
    return signed(int(match[2]), is_out=match[1] == "-")
