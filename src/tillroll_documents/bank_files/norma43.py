"""Norma 43: "Cuaderno 43" of the Asociación Española de Banca, as banks in Spain write it.

An account begins (11) with its opening balance and ends (33) with its closing one. A movement (22)
may have complements (23), and the amount in another currency (24).
"""

from typing import Final

from tillroll_documents.bank_files.encodings import Encoding
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
from tillroll_documents.bank_files.records import RecordReader, day_ymd, minor_in, optional_day
from tillroll_documents.bank_files.values import one_line, printed_reference, shown, signed

_CURRENCIES: Final = {
    "978": "EUR",
    "840": "USD",
    "826": "GBP",
    "756": "CHF",
    "392": "JPY",
    "124": "CAD",
    "036": "AUD",
    "208": "DKK",
    "578": "NOK",
    "752": "SEK",
    "985": "PLN",
    "203": "CZK",
    "348": "HUF",
    "946": "RON",
    "975": "BGN",
    "949": "TRY",
    "504": "MAD",
    "484": "MXN",
    "986": "BRL",
    "032": "ARS",
    "152": "CLP",
    "170": "COP",
    "604": "PEN",
    "156": "CNY",
    "344": "HKD",
    "702": "SGD",
    "710": "ZAR",
    "554": "NZD",
}
"""By the numbers of ISO 4217."""
_DECIMALS: Final = 2
_DEBIT: Final = "1"
_CREDIT: Final = "2"
_MOST_COMPLEMENTS: Final = 20
_WEIGHTS: Final = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


class Norma43Reader(RecordReader):
    """Reads one file."""

    title = "Norma 43 (AEB)"
    width = 80

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._statement: _Statement | None = None

    def _record(self, record: str) -> None:
        takers = {
            "11": self._begin,
            "22": self._begin_entry,
            "23": self._take_complement,
            "24": self._take_foreign,
            "33": self._end_statement,
            "88": self._end_file,
        }
        self._take_by_code(takers, record[:2], record)

    def _ended(self) -> None:
        if self._statement is not None:
            self._refuse("the file is cut off: the end of the account (33) is missing")

    def _begin(self, record: str) -> None:
        if self._statement is not None:
            raise UnreadableFile("an account (11) begins before the one before it has ended (33)")
        self._statement = _Statement(record)

    @property
    def _open(self) -> "_Statement":
        if self._statement is None:
            raise UnreadableFile("a record is in no account: its beginning (11) is missing")
        return self._statement

    def _begin_entry(self, record: str) -> None:
        self._flush()
        self._count_entry()
        self._open.begin_entry(record, self._line_number)

    def _take_complement(self, record: str) -> None:
        self._open.complement(record)

    def _take_foreign(self, record: str) -> None:
        self._open.foreign(record)

    def _end_statement(self, record: str) -> None:
        self._flush()
        statement = self._open
        self._statement = None
        self._emit_statement(statement.ended(record))

    def _end_file(self, _: str) -> None:
        if self._statement is not None:
            raise UnreadableFile("the file ends (88) before the account has ended (33)")

    def _flush(self) -> None:
        entry = self._open.entry()
        if entry is not None:
            self._emit_entry(entry)


class _Statement:
    """An account that is being read."""

    def __init__(self, record: str) -> None:
        self._account = record[2:20]
        self._currency = _currency(record[47:50])
        self._from_day = optional_day(record[20:26], day_ymd)
        self._to_day = optional_day(record[26:32], day_ymd)
        self._opening = Balance(self._balance(record[32], record[33:47]), self._from_day)
        self._gathered = Gathered()
        self._movement: str | None = None
        self._line = 0
        self._texts: list[str] = []
        self._other: tuple[int, str] | None = None
        self._debits = (0, 0)
        self._credits = (0, 0)

    def begin_entry(self, record: str, line: int) -> None:
        self._movement = record
        self._line = line
        self._texts = []
        self._other = None

    def complement(self, record: str) -> None:
        if self._movement is None:
            raise UnreadableFile("a complement (23) follows no movement (22)")
        if len(self._texts) >= _MOST_COMPLEMENTS:
            raise UnreadableFile("a movement has too many complements (23)")
        self._texts += [record[4:42], record[42:80]]

    def foreign(self, record: str) -> None:
        """The amount in the currency in which it was ordered."""
        if self._movement is None:
            raise UnreadableFile("an amount in another currency (24) follows no movement (22)")
        currency = _currency(record[4:7])
        if currency != self._currency:
            self._other = (minor_in(record[7:21], _DECIMALS, currency), currency)

    def entry(self) -> Entry | None:
        """The movement with its complements; None where none waits. Raises UnreadableFile."""
        record = self._movement
        if record is None:
            return None
        self._movement = None
        amount = self._signed(record[27], record[28:42])
        if record[27] == _DEBIT:
            self._debits = (self._debits[0] + 1, self._debits[1] - amount)
        else:
            self._credits = (self._credits[0] + 1, self._credits[1] + amount)
        booked_on = day_ymd(record[10:16])
        self._gathered.see(booked_on)
        foreign: Foreign | None = None
        if self._other is not None:
            minor, currency = self._other
            foreign = Foreign(signed(minor, is_out=amount < 0), currency)
        return Entry(
            amount=amount,
            counterparty=Counterparty(),
            bank_reference=printed_reference(record[42:52]),
            end_to_end=printed_reference(record[64:80]) or printed_reference(record[52:64]),
            text=one_line(" ".join(self._texts)),
            code=record[22:27].strip() or None,
            foreign=foreign,
            position=self._gathered.entries,
            status=EntryStatus.BOOKED,
            booked_on=booked_on,
            valued_on=optional_day(record[16:22], day_ymd) or booked_on,
            line=self._line,
        )

    def _signed(self, mark: str, digits: str) -> int:
        """Give an amount its sign by the key: 1 is debit (debe), 2 is credit (haber)."""
        minor = minor_in(digits, _DECIMALS, self._currency)
        if mark not in {_DEBIT, _CREDIT}:
            raise UnreadableFile(f"“{shown(mark)}” is neither debit (1) nor credit (2)")
        return signed(minor, is_out=mark == _DEBIT)

    def _balance(self, mark: str, digits: str) -> int:
        """Some banks write no key (0) where a balance is positive; the sum proves it."""
        return self._signed(mark.replace("0", _CREDIT), digits)

    def ended(self, record: str) -> BankStatement:
        """The statement. Raises UnreadableFile: its totals are not those of its movements."""
        if record[2:20] != self._account:
            raise UnreadableFile("the end of the account (33) is of another account")
        fields = (record[20:25], record[25:39], record[39:44], record[44:58])
        counted = (*self._debits, *self._credits)
        pairs = zip(fields, counted, strict=True)
        if any(field.isdigit() and int(field) != number for field, number in pairs):
            raise UnreadableFile("the totals of the account (33) are not those of its movements")
        gathered = self._gathered
        return BankStatement(
            format=Format.NORMA_43,
            account=_national_number(self._account),
            currency=self._currency,
            bank=self._account[:4],
            from_day=self._from_day or gathered.first,
            to_day=self._to_day or gathered.last,
            states_period=self._from_day is not None and self._to_day is not None,
            opening=self._opening,
            closing=Balance(self._balance(record[58], record[59:73]), self._to_day),
            entries=gathered.entries,
            problems=gathered.problems,
        )


def _currency(number: str) -> str:
    currency = _CURRENCIES.get(number)
    if currency is None:
        raise UnreadableFile(f"“{shown(number)}” is not the number of a currency that is known")
    return currency


def _national_number(printed: str) -> str:
    """The number with its two check digits, as an IBAN has it."""
    if not printed.isdigit():
        return printed.replace(" ", "")
    bank = printed[:8]
    account = printed[8:]
    return f"{bank}{_check_digit(f'00{bank}')}{_check_digit(account)}{account}"


def _check_digit(digits: str) -> int:
    pairs = zip(digits, _WEIGHTS, strict=True)
    rest = 11 - sum(int(digit) * weight for digit, weight in pairs) % 11
    return {10: 1, 11: 0}.get(rest, rest)
