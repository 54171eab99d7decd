"""What was fetched from a bank's API, as a file: a line of JSON for the account, one for each
record as the API has it, and one with the balances and how many records there are, which proves
that the file is whole.

`first_line`, `record_line` and `last_line` write it; `ApiReader` reads it as any bank's file.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NoReturn, cast

from tillroll_documents.bank_files.api.records import (
    Record,
    balances_of,
    enable_banking_entry,
    left_out,
    listed_in,
    mapping_in,
)
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Entry,
    EntryStatus,
    Format,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered, LineReader
from tillroll_documents.bank_files.running import RunningBalances
from tillroll_documents.bank_files.values import account_of, currency_of, iso_day, shown
from tillroll_documents.json import Json, JsonObject, dump

_VERSION: Final = "bank-api/1"
_RECORD: Final = "transaction"
_REPEATED: Final = "repeated"
_NOW_BOOKED: Final = "now_booked"
BEGINS: Final = '{"account":'
_MARK: Final = f'"tillroll":"{_VERSION}"'
MOST_OF_A_LINE: Final = 64 * 1024
"""Characters of a record."""


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """What was asked for: an account, where its number is known, and the days."""

    format: Format
    account: str | None
    currency: str
    bank: str | None
    from_day: date
    to_day: date


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """How many records of the pages are not in the file.

    Attributes:
        repeated: the same record came on an earlier page.
        now_booked: they were pending, and another page has them booked.
    """

    repeated: int = 0
    now_booked: int = 0


NOTHING_LEFT_OUT: Final = LeftOut()


def is_api_file(head: str) -> bool:
    """Whether a file that begins like this was written here."""
    return head.startswith(BEGINS) and _MARK in head.partition("\n")[0]


def first_line(fetched: Fetched) -> str:
    """The line before the records."""
    return dump(
        {
            "account": fetched.account,
            "bank": fetched.bank,
            "currency": fetched.currency,
            "from": fetched.from_day.isoformat(),
            "provider": fetched.format.value,
            "tillroll": _VERSION,
            "to": fetched.to_day.isoformat(),
        }
    )


def record_line(record: JsonObject) -> str:
    """The line of a record."""
    return dump({_RECORD: record})


def last_line(
    records: int, balances: Iterable[JsonObject], left_out: LeftOut = NOTHING_LEFT_OUT
) -> str:
    """The line after the records. It counts those of the pages that are not among them."""
    listed: list[Json] = [*balances]
    line: JsonObject = {"balances": listed, "records": records}
    if left_out.repeated:
        line[_REPEATED] = left_out.repeated
    if left_out.now_booked:
        line[_NOW_BOOKED] = left_out.now_booked
    return dump(line)


class ApiReader(LineReader):
    """Reads one file."""

    most_of_a_line = MOST_OF_A_LINE

    def __init__(self) -> None:
        super().__init__()
        self._fetched: Fetched | None = None
        self._gathered = Gathered()
        self._running = RunningBalances()
        self._chain = _Chain()
        self._records = 0
        self._is_complete = False

    def _line(self, line: str) -> None:
        if not line:
            return
        if self._is_complete:
            self._refuse("something follows the last line")
        value = self._parsed(line)
        if self._fetched is None:
            self._fetched = self._header(value)
        elif "balances" in value:
            self._end_of(self._fetched, value)
        else:
            self._record(self._fetched, value)

    def _ended(self) -> None:
        if not self._is_complete:
            self._refuse("the file is cut off: the last line is missing")

    def _parsed(self, line: str) -> Record:
        """Numbers are kept as they are printed. Raises UnreadableFile."""
        try:
            value: Any = json.loads(
                line, parse_float=str, parse_int=str, parse_constant=self._constant
            )
        except (ValueError, RecursionError) as error:
            self._refuse("this is no JSON", error)
        if not isinstance(value, dict):
            self._refuse("this is no JSON object")
        return value  # pyright: ignore[reportUnknownVariableType] - what JSON gives

    def _constant(self, name: str) -> NoReturn:
        raise ValueError(name)

    def _header(self, value: Record) -> Fetched:
        try:
            format_ = Format(str(value["provider"]))
            if format_ not in API_FORMATS or value["tillroll"] != _VERSION:
                self._refuse("this is no file of a bank's API")
            return Fetched(
                format=format_,
                account=account_of(value["account"]),
                currency=currency_of(str(value["currency"])),
                bank=value.get("bank"),
                from_day=iso_day(str(value["from"])),
                to_day=iso_day(str(value["to"])),
            )
        except (KeyError, ValueError, AttributeError) as error:
            if isinstance(error, UnreadableFile):
                raise
            self._refuse("this is no file of a bank's API", error)

    def _record(self, fetched: Fetched, value: Record) -> None:
        self._records += 1
        record = value.get(_RECORD)
        if len(value) != 1 or not isinstance(record, dict):
            self._refuse("this is no record of a transaction")
        position = self._gathered.entries + 1
        # JSON's own keys are texts.
        record = cast(Record, record)
        why = left_out(record)
        if why is not None:
            self._gathered.note(why, line=self._line_number, field="status")
            return
        self._count_entry()
        try:
            entry = self._entry(fetched, record, position)
        except UnreadableFile as error:
            sentence = f"Line {self._line_number}, entry {position}: {error}"
            raise UnreadableFile(
                sentence, line=self._line_number, entry=position, field=error.field
            ) from error
        self._gathered.see(entry.day)
        if entry.status is EntryStatus.BOOKED:
            self._running.add(entry)
            self._chain.add(entry)
        self._emit_entry(entry)

    def _entry(self, fetched: Fetched, record: Record, position: int) -> Entry:
        entry = enable_banking_entry(
            record, fetched.currency, position=position, line=self._line_number
        )
        if entry.status is EntryStatus.BOOKED and entry.day is None:
            raise UnreadableFile("it is booked, and has no day", field="booking_date")
        return entry

    def _end_of(self, fetched: Fetched, value: Record) -> None:
        self._is_complete = True
        if value.get("records") != str(self._records):
            self._refuse(
                f"the file has {self._records} records, and says {shown(str(value.get('records')))}"
            )
        self._note_left_out(value)
        records = [mapping_in(each) for each in listed_in(value["balances"])]
        booked, available, expected = balances_of(records, fetched.currency)
        opening, closing = self._printed_balances(booked, fetched)
        self._emit_statement(
            BankStatement(
                format=fetched.format,
                account=fetched.account,
                currency=fetched.currency,
                bank=fetched.bank,
                from_day=fetched.from_day,
                to_day=fetched.to_day,
                states_period=True,
                opening=opening,
                closing=closing,
                is_interim=True,
                available=available,
                expected=expected,
                entries=self._gathered.entries,
                problems=self._gathered.problems,
            )
        )

    def _note_left_out(self, value: Record) -> None:
        """Say how many records of the pages are not in the file, and why."""
        repeated = value.get(_REPEATED)
        if repeated == "1":
            self._gathered.note("1 record came again on another page, and is counted once.")
        elif repeated is not None:
            self._gathered.note(
                f"{shown(str(repeated))} records came again on other pages, and are counted once."
            )
        booked = value.get(_NOW_BOOKED)
        if booked == "1":
            self._gathered.note("1 pending record is booked on another page, and is left out.")
        elif booked is not None:
            self._gathered.note(
                f"{shown(str(booked))} pending records are booked on other pages, and are left out."
            )

    def _printed_balances(
        self, booked: Balance | None, fetched: Fetched
    ) -> tuple[Balance | None, Balance | None]:
        """Where every booked entry has the balance after it, these prove that none is missing.
        Otherwise there is the booked balance alone, which says what is on the account.
        """
        if not self._chain.is_whole:
            return None, booked
        listed = self._running.opening or 0, self._running.closing or 0
        ends = self._chain.ends(listed[1])
        if ends is None:  # the sum does not hold, and says where
            ends = listed
        return Balance(ends[0], fetched.from_day), Balance(ends[1], fetched.to_day)

    def _refuse(self, sentence: str, cause: Exception | None = None) -> NoReturn:
        line = self._line_number
        raise UnreadableFile(f"Line {line}: {sentence}", line=line) from cause


API_FORMATS: Final = frozenset({Format.ENABLE_BANKING})


class _Chain:
    """The balances before and after each entry, in any order: APIs sort the entries of a day as
    they like.
    """

    def __init__(self) -> None:
        self._ends: Counter[int] = Counter()
        self._entries = 0
        self._without = 0

    def add(self, entry: Entry) -> None:
        """Take a booked entry."""
        self._entries += 1
        if entry.balance is None:
            self._without += 1
            return
        self._ends[entry.balance - entry.amount] += 1
        self._ends[entry.balance] -= 1

    @property
    def is_whole(self) -> bool:
        """Every booked entry has a balance, and there is one."""
        return self._entries > 0 and self._without == 0

    def ends(self, closing: int) -> tuple[int, int] | None:
        """The balances before the first and after the last entry; None where the entries do not
        join each other. `closing` is the last one where the account came back to where it began.
        """
        begins = [balance for balance, count in self._ends.items() for _ in range(count)]
        stops = [balance for balance, count in self._ends.items() for _ in range(-count)]
        if not begins and not stops:
            return closing, closing
        if len(begins) == len(stops) == 1:
            return (begins[0], stops[0])
        return None
