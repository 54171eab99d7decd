"""MT940 of SWIFT, as banks write it. The package mt-940 reads the fields `:61:` with their
variants.

Its expressions see bounded text only: a field has at most MAX_TEXT characters, a `:61:` at most
500. What `:86:` says is read in `mt940_texts`, because the package loses subfields that are
  repeated or that it does not know.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, NoReturn

from mt940.models import Transactions
from mt940.options import Options
from mt940.processors import date_fixup_pre_processor
from mt940.tags import Statement, StatementASNB, StatementGLS

from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_TEXT
from tillroll_documents.bank_files.mt940_texts import Said, read_text
from tillroll_documents.bank_files.printed import (
    Balance,
    BankStatement,
    Counterparty,
    Entry,
    EntryStatus,
    Format,
    UnreadableFile,
)
from tillroll_documents.bank_files.reader import Gathered, LineReader
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    day_of,
    minor_of,
    one_line,
    reference_of,
    shown,
)

_FIELD: Final = re.compile(r":([0-9]{2}[A-Z]?|NS):")
_FIELDS: Final = frozenset(
    [
        "20",
        "21",
        "25",
        "25P",
        "28",
        "28C",
        "13",
        "13D",
        "60",
        "60F",
        "60M",
        "61",
        "62",
        "62F",
        "62M",
        "64",
        "65",
        "86",
        "90C",
        "90D",
        "NS",
    ]
)
_OF_MT942: Final = frozenset({"34", "34F"})
_BALANCE: Final = re.compile(r"([CD])([0-9]{2})([0-9]{2})([0-9]{2})([A-Z]{3})([0-9,]{1,16})")
_NUMBERS: Final = re.compile(r"([0-9]{1,9})(?:/([0-9]{1,9}))?")
_IBAN: Final = re.compile(r"([A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}?)([A-Z]{3})?")
_SUBFIELD_OF_NS: Final = re.compile(r"^[0-9]{2}(?=[^0-9])")
"""`:NS:` numbers its lines, or has free text: `2!n35x | *x`."""
_SYMBOL: Final = re.compile(r"(?<![A-Z])VS[ :/.-]{0,2}0*([1-9][0-9]{0,9})(?![0-9])", re.IGNORECASE)
_MAX_LINE_61: Final = 500
_MAX_HEADER: Final = 20
"""Lines before the first field of a message, such as the address of the bank."""

# `reversal_sign` and the like are what the newest rules of the package are: see its options.
_CONTEXT: Final = Transactions(options=Options.all())
_LINE: Final = Statement()
_LINE_OF_ASN: Final = StatementASNB()
_LINE_OF_GLS: Final = StatementGLS()


class Mt940Reader(LineReader):
    """Reads messages of MT940, with or without the blocks that SWIFT puts around them."""

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__(encoding)
        self._field: str | None = None
        self._at = 0
        self._value: list[str] = []
        self._length = 0
        self._skipped = 0
        self._statement: _Statement | None = None

    def _line(self, line: str) -> None:
        line = line.rstrip()
        if line.startswith("{"):
            line = line.rpartition("{4:")[2] if "{4:" in line else ""
        if line in {"", "-}", "-"} or line.startswith("-}"):
            if line:
                self._flush_statement()
            return
        match = _FIELD.match(line)
        if match is not None and (match[1] in _FIELDS or self._field != "86"):
            self._flush_field()
            if match[1] == "20":
                self._flush_statement()
            self._field, self._at = match[1], self._line_number
            line = line[match.end() :]
            self._length = 0
        elif self._field is None:
            self._skipped += 1
            if self._skipped > _MAX_HEADER:
                self._refuse(f"“{shown(line)}” is in no field of MT940", self._line_number)
            return
        self._length += len(line) + 1
        if self._length > MAX_TEXT:
            self._refuse(f"The field :{self._field}: has more than {MAX_TEXT} characters", self._at)
        self._value.append(line)

    def _ended(self) -> None:
        self._flush_statement()

    def _flush_field(self) -> None:
        field = self._field
        value = self._value
        self._field = None
        self._value = []
        if field is None:
            return
        if field in _OF_MT942:
            self._refuse(
                "This is an MT942, a report within the day. Send MT940 or camt.052 in its place",
                self._at,
            )
        if field not in _FIELDS:
            self._refuse(f"MT940 has no field :{field}:", self._at)
        if self._statement is None:
            self._statement = _Statement(self._at)
        try:
            self._take_field(self._statement, field, value)
        except UnreadableFile as error:
            self._refuse(f"The field :{field}: is wrong: {error}", self._at, field)
        except (ValueError, ArithmeticError) as error:  # of the package
            if isinstance(error, ValueError):
                sentence = str(error)
            else:
                sentence = "its amount is no number"
            self._refuse(
                f"The field :{field}: “{shown(' '.join(value))}” is wrong: {sentence}",
                self._at,
                field,
            )

    def _take_field(self, statement: "_Statement", field: str, value: list[str]) -> None:
        if field in {"86", "NS"} and statement.has_line:
            statement.add_text(field, value)
            return
        if field in {"86", "NS"}:
            return
        if statement.has_line:
            self._emit_entry(statement.entry())
        if field == "61":
            self._count_entry()
            statement.begin_entry("\n".join(value), self._at)
        else:
            statement.take(field, value)

    def _flush_statement(self) -> None:
        self._flush_field()
        self._skipped = 0
        statement = self._statement
        self._statement = None
        if statement is not None:
            if statement.has_line:
                self._emit_entry(statement.entry())
            self._emit_statement(statement.ended())

    def _refuse(self, sentence: str, line: int, field: str | None = None) -> NoReturn:
        if self._statement is not None:
            position = self._statement.position
        else:
            position = 0
        raise UnreadableFile(
            f"Line {line}: {sentence}",
            line=line,
            entry=position or None,
            field=f":{field}:" if field else None,
        )


class _Statement:
    """A statement that is being read."""

    def __init__(self, line: int) -> None:
        self._begun_at = line
        self._gathered = Gathered()
        self._id: str | None = None
        self._account = ""
        self._sequence: int | None = None
        self._page: int | None = None
        self._opening: Balance | None = None
        self._closing: Balance | None = None
        self._available: Balance | None = None
        self._currency: str | None = None
        self._is_page = False
        self._is_last_page = True
        self._pending: Mapping[str, object] | None = None
        self._text: list[str] | None = None
        self._added: list[str] = []
        self._amount = 0
        self._line = 0

    @property
    def has_line(self) -> bool:
        """Whether a `:61:` waits for what follows it."""
        return self._pending is not None

    @property
    def position(self) -> int:
        """The position of the entry that is being read."""
        return self._gathered.entries + (1 if self.has_line else 0)

    def take(self, field: str, value: list[str]) -> None:
        """A field of the statement itself."""
        takers: Mapping[str, Callable[[list[str], str], None]] = {
            "20": self._take_id,
            "25": self._take_account,
            "28": self._take_numbers,
            "60": self._take_opening,
            "62": self._take_closing,
            "64": self._take_available,
        }
        taker = takers.get(field[:2])
        if taker is not None:
            taker(value, field)

    def _take_id(self, value: list[str], _: str) -> None:
        self._id = one_line(" ".join(value)) or None

    def _take_account(self, value: list[str], field: str) -> None:
        # :25P: has the bank's BIC in a line of its own.
        self._account = account_of(value[0] if field == "25P" else "".join(value)) or ""

    def _take_numbers(self, value: list[str], _: str) -> None:
        match = _NUMBERS.match("".join(value).strip())
        if match is not None:
            self._sequence = int(match[1]) or None
            self._page = int(match[2]) or None if match[2] else None

    def _take_opening(self, value: list[str], field: str) -> None:
        if self._opening is not None:
            raise UnreadableFile("the statement has two opening balances")
        self._opening = self._balance(value)
        self._is_page = field == "60M"

    def _take_closing(self, value: list[str], field: str) -> None:
        if self._closing is not None:
            raise UnreadableFile("the statement has two closing balances")
        self._closing = self._balance(value)
        self._is_page = self._is_page or field == "62M"
        self._is_last_page = field != "62M"

    def _take_available(self, value: list[str], _: str) -> None:
        self._available = self._balance(value)

    def _balance(self, value: list[str]) -> Balance:
        printed = "".join(value).strip()
        match = _BALANCE.fullmatch(printed)
        if match is None:
            raise UnreadableFile(f"“{shown(printed)}” is not a balance, such as C260331EUR1250,00")
        currency = currency_of(match[5])
        if self._currency not in {None, currency}:
            raise UnreadableFile(
                f"the balance is in {currency}, but the account is in {self._currency}"
            )
        self._currency = currency
        minor = minor_of(match[6], currency)
        day = day_of(f"20{match[2]}", match[3], day=match[4], printed=printed)
        return Balance(minor if match[1] == "C" else -minor, day)

    def begin_entry(self, value: str, line: int) -> None:
        """A `:61:`; its `:86:` follows, or does not."""
        if self._currency is None:
            raise UnreadableFile("an entry comes before the opening balance (:60F:)")
        read = _read_line(value, is_of_asn="ASNB" in self._account)
        minor = minor_of(str(read["printed"]), self._currency)
        if str(read["status"]).upper() in {"C", "RD"}:
            self._amount = minor
        else:
            self._amount = -minor
        self._pending = read
        self._line = line

    def add_text(self, field: str, lines: list[str]) -> None:
        """Keep what follows a `:61:`: one `:86:`, and what the bank adds in `:NS:`."""
        if field == "NS":
            self._added += [_SUBFIELD_OF_NS.sub("", line) for line in lines]
        elif self._text is None:
            self._text = lines

    def entry(self) -> Entry:
        """The entry that was begun, with the texts that followed it."""
        read = self._pending
        text = self._text or []
        added = one_line(" ".join(self._added))
        self._pending = None
        self._text = None
        self._added = []
        assert read is not None  # noqa: S101 - the caller has looked
        currency = self._currency or ""
        texts = read_text(text, str(read["extra_details"] or ""))
        amount = self._amount
        booked_on = read.get("entry_date")
        valued_on = read["date"]
        assert isinstance(valued_on, date)  # noqa: S101 - the package makes it one
        valued_on = date(valued_on.year, valued_on.month, valued_on.day)
        if isinstance(booked_on, date):
            booked_on = date(booked_on.year, booked_on.month, booked_on.day)
        else:
            booked_on = valued_on
        position = self._gathered.entries + 1
        self._gathered.see(booked_on)
        customer = reference_of(str(read["customer_reference"] or ""))
        bank_reference = reference_of(str(read["bank_reference"] or ""))
        if customer and any(map(str.isdigit, customer)):
            own = customer
        else:
            own = None
        return Entry(
            amount=amount,
            counterparty=Counterparty(
                texts.name, texts.account, bank=texts.bank, ultimate=texts.ultimate
            ),
            bank_reference=bank_reference,
            end_to_end=texts.end_to_end or own,
            mandate=texts.mandate,
            creditor_reference=texts.creditor_reference,
            text=_joined(texts.text, added, *_symbols(customer, bank_reference)),
            code=texts.code or str(read["id"] or "") or None,
            charges=self._charges(texts, position),
            foreign=texts.foreign(currency, 1 if amount >= 0 else -1),
            return_reason=texts.return_reason,
            position=position,
            status=EntryStatus.BOOKED,
            booked_on=booked_on,
            valued_on=valued_on,
            is_reversal=str(read["status"]).upper().startswith("R"),
            line=self._line,
        )

    def _charges(self, texts: Said, position: int) -> int:
        if texts.charges is None:
            return 0
        currency, printed = texts.charges
        if currency != self._currency:
            self._gathered.note(
                f"Charges in {currency} are left out.",
                line=self._line,
                entry=position,
                field=":61:",
            )
            return 0
        return minor_of(printed, currency)

    def ended(self) -> BankStatement:
        """The statement, after its entries. Raises UnreadableFile: it has no account or balance."""
        if not self._account:
            raise UnreadableFile(
                f"The statement at line {self._begun_at} has no account (:25:)", line=self._begun_at
            )
        if self._opening is None or self._closing is None or self._currency is None:
            if self._opening is None:
                missing = "opening balance (:60F:)"
            else:
                missing = "closing balance (:62F:)"
            raise UnreadableFile(
                f"The statement at line {self._begun_at} has no {missing}: the file may be cut off",
                line=self._begun_at,
            )
        gathered = self._gathered
        account, bank = _account(self._account, self._currency)
        return BankStatement(
            format=Format.MT940,
            account=account,
            currency=self._currency,
            bank=bank,
            id=self._id,
            sequence=self._sequence,
            page=self._page,
            is_last_page=self._is_last_page,
            from_day=gathered.first or self._opening.day,
            to_day=max(filter(None, (gathered.last, self._closing.day)), default=None),
            opening=self._opening,
            closing=self._closing,
            is_interim=self._is_page,
            available=self._available,
            entries=gathered.entries,
            problems=gathered.problems,
        )


def _symbols(*references: str | None) -> list[str]:
    """The variable symbols in references, as Czech and Slovak banks put the invoice's number."""
    return [f"VS {match[1]}" for each in references for match in _SYMBOL.finditer(each or "")]


def _joined(*texts: str) -> str:
    """Texts with a space between them, without those that are in one before."""
    joined = ""
    for text in texts:
        number = text.removeprefix("VS ")
        if number and number not in joined:
            joined = f"{joined} {text}".strip()
    return joined


def _read_line(value: str, *, is_of_asn: bool) -> Mapping[str, object]:
    """The parts of a `:61:` as the package names them, and `printed`, the amount as text."""
    if len(value) > _MAX_LINE_61:
        raise UnreadableFile(f"it has more than {_MAX_LINE_61} characters")
    if not value.isascii() and any(mark.isdigit() and not mark.isascii() for mark in value):
        raise UnreadableFile("it has digits of another script")
    for tag in _tags(value, is_of_asn=is_of_asn):
        match = tag.re.match(value)
        if match is None:
            continue
        groups = match.groupdict()
        printed = groups["amount"]
        date_fixup_pre_processor(_CONTEXT, tag, groups)
        return {**tag(_CONTEXT, groups), "printed": printed}
    raise UnreadableFile(
        f"“{shown(value)}” is not an entry, such as 2603310331D12,50NTRFNONREF//B123"
    )


def _tags(value: str, *, is_of_asn: bool) -> tuple[Statement, ...]:
    """The variants of a line, the likeliest first: ASN puts an IBAN, and GLS a long reference,
    before the `//`.
    """
    if is_of_asn:
        return (_LINE_OF_ASN, _LINE)
    match = _LINE.re.match(value)
    first_line = value.partition("\n")[0]
    is_long = match is not None and match["bank_reference"] is None and "//" in first_line
    if is_long:
        return (_LINE_OF_GLS, _LINE)
    return (_LINE,)


def _account(printed: str, currency: str) -> tuple[str, str | None]:
    """The account and its bank: of NL69INGB0123456789EUR, /PL61…, 20041133/0432512300EUR or
    ABNANL2A/123456789.
    """
    number = printed.lstrip("/")
    match = _IBAN.fullmatch(number)
    if match is not None:
        if match[2] in {None, currency}:
            return (match[1], None)
        return (number, None)
    bank, slash, rest = number.partition("/")
    if slash and _IBAN.fullmatch(rest) is not None:
        return rest.removesuffix(currency), bank
    return number.removesuffix(currency), bank if slash else None
