"""CFONB 120: "Relevé de compte sur support informatique" of the Comité français d'organisation et
de normalisation bancaires (2004), with the complements of 2007 for SEPA.

A statement begins with the old balance (01) and ends with the new one (07). A movement (04) may
have complements (05), each with a qualifier. The last character of an amount has its sign as well.
"""

import re
from collections.abc import Mapping
from datetime import date
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
from tillroll_documents.bank_files.records import RecordReader, day_dmy, minor_in, optional_day
from tillroll_documents.bank_files.values import (
    currency_of,
    one_line,
    printed_reference,
    rate_of,
    reference_of,
    shown,
    signed,
)
from tillroll_documents.money import CODES

_OVERPUNCHED: Final[Mapping[str, str]] = {
    **{sign: f"+{digit}" for digit, sign in enumerate("{ABCDEFGHI")},
    **{sign: f"-{digit}" for digit, sign in enumerate("}JKLMNOPQR")},
}
_MOST_COMPLEMENTS: Final = 100
_TEXTS: Final = ("LIB", "LCC", "LC2", "LCS")
_LETTERS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789")
_RIB: Final = re.compile(r"[0-9]{10}[0-9A-Z]{11}")


class CfonbReader(RecordReader):
    """Reads one file."""

    title = "CFONB 120"
    width = 120

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._statement: _Statement | None = None

    def _record(self, record: str) -> None:
        takers = {
            "01": self._begin,
            "04": self._begin_entry,
            "05": self._take_complement,
            "07": self._end_statement,
        }
        self._take_by_code(takers, record[:2], record)

    def _ended(self) -> None:
        if self._statement is not None:
            self._refuse("the file is cut off: the new balance (07) is missing")

    def _begin(self, record: str) -> None:
        if self._statement is not None:
            raise UnreadableFile(
                "an old balance (01) comes before the new balance (07) of the last one"
            )
        self._statement = _Statement(record)

    def _of(self, record: str) -> "_Statement":
        if self._statement is None:
            raise UnreadableFile(f"a record {record[:2]} comes without an old balance (01)")
        self._statement.check(record)
        return self._statement

    def _begin_entry(self, record: str) -> None:
        statement = self._of(record)
        self._flush(statement)
        self._count_entry()
        statement.begin_entry(record, self._line_number)

    def _take_complement(self, record: str) -> None:
        self._of(record).complement(record)

    def _end_statement(self, record: str) -> None:
        statement = self._of(record)
        self._flush(statement)
        self._statement = None
        self._emit_statement(statement.ended(record))

    def _flush(self, statement: "_Statement") -> None:
        entry = statement.entry()
        if entry is not None:
            self._emit_entry(entry)


class _Statement:
    """A statement that is being read."""

    def __init__(self, record: str) -> None:
        self._account = (record[2:7], record[11:16], record[21:32])
        self._currency = currency_of(record[16:19])
        self._decimals = _decimals(record[19])
        self._opening = self._balance(record)
        self._gathered = Gathered()
        self._movement: str | None = None
        self._line = 0
        self._complements: list[tuple[str, str]] = []

    def check(self, record: str) -> None:
        """Raises UnreadableFile: the record is of another account, or in another currency."""
        # The bank's own codes before it differ from record to record.
        if record[21:32] != self._account[2]:
            raise UnreadableFile("the record is of another account than the statement")
        if record[16:19].strip() and record[16:19] != self._currency:
            other = shown(record[16:19])
            raise UnreadableFile(f"the record is in {other}, and the statement in {self._currency}")

    def begin_entry(self, record: str, line: int) -> None:
        self._movement = record
        self._line = line

    def complement(self, record: str) -> None:
        if self._movement is None:
            raise UnreadableFile("a complement (05) follows no movement (04)")
        if len(self._complements) >= _MOST_COMPLEMENTS:
            raise UnreadableFile(f"a movement has more than {_MOST_COMPLEMENTS} complements (05)")
        self._complements.append((record[45:48], record[48:118]))

    def entry(self) -> Entry | None:
        """The movement with its complements; None where none waits. Raises UnreadableFile."""
        record = self._movement
        if record is None:
            return None
        complements = self._complements
        self._movement = None
        self._complements = []
        amount = self._amount(record)
        booked_on = day_dmy(record[34:40])
        self._gathered.see(booked_on)
        words: dict[str, str] = {}
        for qualifier, text in complements:
            words.setdefault(qualifier, text)
        payer = words.get("NPY", "")
        payee = words.get("NBE", "")
        names = (payee, payer)
        ultimate = words.get("NBU")
        if amount > 0:
            names = (payer, payee)
            ultimate = words.get("NPO")
        texts = [record[48:79], *(text for qualifier, text in complements if qualifier in _TEXTS)]
        return Entry(
            amount=amount,
            counterparty=Counterparty(
                one_line(names[0]) or one_line(names[1]) or None,
                ultimate=one_line(ultimate) or None,
            ),
            bank_reference=printed_reference(words.get("REF") or record[104:120]),
            end_to_end=printed_reference(words.get("RCN", "")[:35]),
            mandate=reference_of(words.get("RUM", "")[:35]),
            text=_joined(texts),
            code=record[32:34].strip() or None,
            foreign=self._foreign(words.get("MMO"), amount),
            return_reason=record[40:42].strip() or None,
            position=self._gathered.entries,
            status=EntryStatus.BOOKED,
            booked_on=booked_on,
            valued_on=optional_day(record[42:48], day_dmy) or booked_on,
            line=self._line,
        )

    def _foreign(self, printed: str | None, amount: int) -> Foreign | None:
        """The original amount: its currency, how many decimals it has, its digits, and a rate."""
        if printed is None or printed[:3] not in CODES or printed[:3] == self._currency:
            return None
        minor = minor_in(printed[4:18], _decimals(printed[3]), printed[:3])
        return Foreign(signed(minor, is_out=amount < 0), printed[:3], _rate(printed[18:]))

    def _amount(self, record: str) -> int:
        digits = record[90:104]
        last = _OVERPUNCHED.get(digits[-1])
        if last is None:
            raise UnreadableFile(f"“{shown(digits)}” is not an amount with its sign")
        minor = minor_in(digits[:-1].replace(" ", "0") + last[1], self._decimals, self._currency)
        return signed(minor, is_out=last[0] == "-")

    def _balance(self, record: str) -> Balance:
        return Balance(self._amount(record), day_dmy(record[34:40]))

    def ended(self, record: str) -> BankStatement:
        """The statement, by its new balance. Raises UnreadableFile."""
        gathered = self._gathered
        closing = self._balance(record)
        return BankStatement(
            format=Format.CFONB,
            account=_national_number(*self._account),
            currency=self._currency,
            bank=self._account[0],
            from_day=gathered.first or self._opening.day,
            to_day=_later(gathered.last, closing.day),
            opening=self._opening,
            closing=closing,
            entries=gathered.entries,
            problems=gathered.problems,
        )


def _decimals(printed: str) -> int:
    if not printed.isdigit():
        raise UnreadableFile(f"“{shown(printed)}” is not a number of decimals")
    return int(printed)


def _later(one: date | None, other: date | None) -> date | None:
    return max(filter(None, (one, other)), default=None)


def _national_number(bank: str, branch: str, account: str) -> str:
    """The number with its key, as an IBAN has it: 97 minus a remainder by 97; letters are
    digits.
    """
    printed = f"{bank}{branch}{account}".replace(" ", "").upper()
    if not _RIB.fullmatch(printed):
        return printed
    bare = printed.translate(_LETTERS)
    key = 97 - (89 * int(bare[:5]) + 15 * int(bare[5:10]) + 3 * int(bare[10:])) % 97
    return f"{printed}{key:02d}"


def _rate(printed: str) -> str | None:
    """A number of decimals, seven blanks, and digits; banks leave it out often."""
    digits = printed[8:12].strip()
    if not (printed[:1].isdigit() and digits.isascii() and digits.isdigit()):
        return None
    decimals = int(printed[0])
    if not decimals:
        return rate_of(digits)
    padded = digits.rjust(decimals + 1, "0")
    return rate_of(f"{padded[:-decimals]}.{padded[-decimals:]}")


def _joined(texts: list[str]) -> str:
    """Each text once: the label of a movement is often the begin of a complement."""
    different: list[str] = []
    for text in map(one_line, texts):
        different = [each for each in different if not text.startswith(each)]
        if text and text not in different:
            different.append(text)
    return " ".join(different)
