"""OFX and QFX: OFX 1 in SGML, whose values have no end tags, and OFX 2 in XML. Statements of banks
and credit cards.

One scanner reads both. Entities cannot be declared: a document type is refused.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NoReturn

from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_DEPTH, MAX_PAYMENTS, MAX_TEXT
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
from tillroll_documents.bank_files.reader import Gathered, Reader, TextDecoder
from tillroll_documents.bank_files.records import WAY_OUT
from tillroll_documents.bank_files.values import (
    account_of,
    currency_of,
    day_of,
    minor_of,
    one_line,
    rate_of,
    reference_of,
    shown,
)
from tillroll_documents.money import minor_digits

_STATEMENTS: Final = frozenset({"STMTRS", "CCSTMTRS"})
_OTHERS: Final = {"INVSTMTRS": "an account of investments", "LOANSTMTRS": "an account of a loan"}
_ENTRIES: Final = {"STMTTRN": EntryStatus.BOOKED, "STMTTRNP": EntryStatus.PENDING}
_NAME: Final = re.compile(r"/?([A-Za-z0-9._]{1,64})\s{0,20}/?")
_PAID: Final = "DEBIT"
_GROUPED: Final = re.compile(
    r"[+-]?[0-9]{1,3}(?P<group>[.,' \u00a0\u202f])[0-9]{3}(?:(?P=group)[0-9]{3}){0,4}"
    r"(?:(?!(?P=group))(?P<decimal>[.,])[0-9]{1,10})?"
)
_OTHER: Final = {".": ",", ",": "."}
"""The sign before the decimals, by that between thousands."""
_GROUP: Final = 3
_BEGIN: Final = re.compile(r"<OFX\s{0,20}>", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});")
_NAMED: Final = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_CHARSET: Final = re.compile(r"CHARSET:\s?([A-Za-z0-9-]{1,20})")
_DECLARED: Final = re.compile(r"<\?xml [^>]{0,80}encoding=[\"']([A-Za-z0-9_-]{1,20})")
_ENCODINGS: Final = {
    **{str(page): f"cp{page}" for page in range(1250, 1259)},
    **{f"WINDOWS-{page}": f"cp{page}" for page in range(1250, 1259)},
    **{f"ISO-8859-{part}": f"iso8859-{part}" for part in (2, 3, 4, 5, 7, 9, 10, 13, 15, 16)},
    **dict.fromkeys(("ISO-8859-1", "ISO8859-1", "8859-1", "LATIN1", "LATIN-1"), "cp1252"),
}
"""What is read where the text is no UTF-8; many banks write UTF-8, and state another encoding."""
_UNSAID: Final = frozenset(
    {"NONE", "0", "ASCII", "USASCII", "US-ASCII", "UTF-8", "UTF8", "UTF-16", "UNICODE"}
)
"""Names that do not say in which of them a text is that is no UTF-8."""
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
"""One without an end goes to the end of the file, so that it is found in linear time."""
_HEAD: Final = 2_000
_CDATA: Final = "![CDATA["
_COMMENT_BEGIN: Final = "<!--"
_Aggregate = dict[str, "str | _Aggregate"]


class OfxReader(Reader):
    """Reads one file."""

    def __init__(self, encoding: Encoding | None = None) -> None:
        super().__init__()
        self._decoder = TextDecoder(encoding)
        self._rest: str = ""
        self._head = ""
        self._is_in_body = False
        self._line = 1
        self._stack: list[tuple[str, _Aggregate]] = []
        self._leaf = ""
        self._statement: _Statement | None = None
        self._is_complete = False

    def _take(self, chunk: bytes) -> None:
        if not self._is_in_body and not self._head:
            self._declare(chunk[:_HEAD].decode("latin-1"))
        self._scan(self._decoder.decode(chunk), final=False)

    def _end(self) -> None:
        self._scan(self._decoder.decode(b"", final=True), final=True)
        if self._statement is not None or not self._is_complete:
            self._refuse("The file is cut off: </OFX> is missing")

    def _declare(self, head: str) -> None:
        self._head = head
        match = _DECLARED.search(head) or _CHARSET.search(head)
        if match is None or match[1].upper() in _UNSAID:
            return
        encoding = _ENCODINGS.get(match[1].upper())
        if encoding is None:
            self._refuse(f"The encoding “{match[1]}” is not known")
        self._decoder.declare(encoding)

    def _scan(self, text: str, *, final: bool) -> None:
        """Take the tags that are complete, each with the text that follows it."""
        text = self._rest + text
        if not self._is_in_body:
            self._rest = text
            start = self._body(text, final=final)
            if start < 0:
                return
            text = text[start:]
        at = 0
        while (tag_end := self._tag_end(text, at)) >= 0:
            if text.startswith(_COMMENT_BEGIN, at):
                begin = self._after_comment(text, at, final=final)
                if begin < 0:
                    break
                self._line += text.count("\n", at, begin)
                at = begin
                continue
            following = text.find("<", tag_end + 1)
            is_data = following >= 0 and text.startswith(_CDATA, following + 1)
            if is_data:
                following = self._after_data(text, following)
            if following < 0 and not final:
                break
            following = len(text) if following < 0 else following
            self._tag(text[at + 1 : tag_end], text[tag_end + 1 : following])
            self._line += text.count("\n", at, following)
            at = following
        self._rest = text[at:]
        if len(self._rest) > 2 * MAX_TEXT:
            self._refuse(f"A tag or a value has more than {MAX_TEXT} characters")
        if final and self._rest.strip():
            self._refuse("The file is cut off within a tag")

    def _body(self, text: str, *, final: bool) -> int:
        """Where the body begins; -1 if it is not there yet."""
        # Comments are blanked, so that lines and places stay.
        bare = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text[: 2 * MAX_TEXT])
        bare += text[2 * MAX_TEXT :]
        begin = _BEGIN.search(bare)
        start = -1
        if begin is not None:
            start = begin.start()
        prolog = bare[: max(start, 0) or len(bare)]
        if "<!" in prolog.partition(_COMMENT_BEGIN)[0]:
            self._refuse("The file has a document type (DTD), which OFX never has")
        is_long = len(" ".join(bare.split())) > _HEAD or len(bare) > 2 * MAX_TEXT
        if start < 0 and (is_long or final):
            self._refuse("The file has no <OFX>")
        if start >= 0:
            self._is_in_body = True
            self._line += text.count("\n", 0, start)
        return start

    def _tag_end(self, text: str, at: int) -> int:
        if at >= len(text):
            return -1
        if text[at] != "<":
            self._refuse(f"“{shown(text[at:])}” is in no tag")
        return text.find(">", at, at + MAX_TEXT)

    @staticmethod
    def _after_data(text: str, at: int) -> int:
        """Where the tag after a CDATA section begins; -1 if it is not there yet."""
        end = text.find("]]>", at)
        if end < 0:
            return -1
        return text.find("<", end)

    def _after_comment(self, text: str, at: int, *, final: bool) -> int:
        """Where the tag after a comment begins; -1 if it is not there yet."""
        end = text.find("-->", at)
        if end < 0:
            return -1
        following = text.find("<", end)
        if following < 0 and not final:
            return -1
        if following < 0:
            following = len(text)
        if text[end + 3 : following].strip():
            self._refuse("A comment stands within a value")
        return following

    def _tag(self, tag: str, value: str) -> None:
        match = _NAME.fullmatch(tag)
        if match is None:
            if tag.startswith("?"):
                return
            self._refuse(f"“<{shown(tag)}>” is not a tag of OFX")
        if len(value) > MAX_TEXT:
            self._refuse(f"{shown(tag)} has more than {MAX_TEXT} characters")
        name = match[1].upper()
        value = value.strip()
        if tag.startswith("/"):
            self._close(name)
        elif value or tag.endswith("/"):
            self._leaf = name
            self._value(name, _plain(value))
        else:
            self._open(name)

    def _value(self, name: str, value: str) -> None:
        if not self._stack:
            self._refuse(f"<{name}> is in no element")
        tree = self._stack[-1][1]
        if len(tree) >= MAX_PAYMENTS:
            self._refuse(f"{self._stack[-1][0]} has more than {MAX_PAYMENTS} values")
        tree.setdefault(name, value)

    def _open(self, name: str) -> None:
        if len(self._stack) >= MAX_DEPTH:
            self._refuse(f"Elements are nested more than {MAX_DEPTH} deep")
        if name in _OTHERS:
            self._refuse(f"The OFX is of {_OTHERS[name]}, which is not read. {WAY_OUT}")
        if name in _STATEMENTS:
            if self._statement is not None:
                self._refuse(f"<{name}> is within another statement")
            self._statement = _Statement(is_card=name == "CCSTMTRS")
        elif name in _ENTRIES:
            self._count_entry()
        tree: _Aggregate = {}
        self._leaf = ""
        self._stack.append((name, tree))

    def _close(self, name: str) -> None:
        if name == self._leaf:
            self._leaf = ""
            return
        self._leaf = ""
        # What OFX 1 leaves empty has no end tag: it ends with what it is in.
        depth = next(
            (at for at in range(len(self._stack) - 1, -1, -1) if self._stack[at][0] == name), None
        )
        if depth is None:
            self._refuse(f"</{name}> ends what has not begun")
        for empty, tree in self._stack[depth + 1 :]:
            if empty in _ENTRIES or empty in _STATEMENTS:
                self._refuse(f"</{empty}> is missing before </{name}>")
            # Their values belong to what encloses them.
            for key, value in tree.items():
                self._stack[depth][1].setdefault(key, value)
        del self._stack[depth + 1 :]
        tree = self._stack.pop()[1]
        self._closed(name, tree)

    def _closed(self, name: str, tree: _Aggregate) -> None:
        statement = self._statement
        if name == "OFX":
            self._is_complete = True
        elif name in _ENTRIES:
            if statement is None:
                self._refuse(f"<{name}> is in no statement")
            try:
                parents = [part for _, part in self._stack]
                self._emit_entry(
                    statement.entry(tree, parents, status=_ENTRIES[name], line=self._line)
                )
            except UnreadableFile as error:
                position = statement.position
                raise UnreadableFile(
                    f"Line {self._line}, entry {position}: {error}",
                    line=self._line,
                    entry=position,
                    field=error.field,
                ) from error
        elif name in _STATEMENTS and statement is not None:
            self._statement = None
            try:
                self._emit_statement(statement.ended(tree))
            except UnreadableFile as error:
                self._refuse(str(error))
        elif self._stack:
            self._stack[-1][1].setdefault(name, tree)

    def _refuse(self, sentence: str) -> NoReturn:
        raise UnreadableFile(f"Line {self._line}: {sentence}", line=self._line)


class _Statement:
    """A statement that is being read."""

    def __init__(self, *, is_card: bool) -> None:
        self._is_card = is_card
        self._gathered = Gathered()
        self._currency: str | None = None
        self._amounts = _Amounts()

    @property
    def position(self) -> int:
        """The position of the entry that is being read."""
        return self._gathered.entries + 1

    def entry(
        self, tree: _Aggregate, parents: list[_Aggregate], status: EntryStatus, line: int
    ) -> Entry:
        """An entry of its element. Raises UnreadableFile."""
        if self._currency is None:
            stated = next(
                filter(None, (_string(parent, "CURDEF") for parent in reversed(parents))), None
            )
            if stated is None:
                raise UnreadableFile("the statement has no currency (CURDEF)", field="CURDEF")
            self._currency = currency_of(stated)
        currency = self._currency
        position = self.position
        is_deletion = _is_deletion(tree)
        day = _day(tree, "DTPOSTED") or _day(tree, "DTTRAN")
        if day is None:
            raise UnreadableFile("the day (DTPOSTED) is missing", field="DTPOSTED")
        amount, foreign = self._amounts.of_entry(tree, currency)
        if amount > 0 and (_string(tree, "TRNTYPE") or "").upper() == _PAID:
            amount = -amount
            if foreign is not None:
                foreign = replace(foreign, minor=-foreign.minor)
            self._gathered.note(
                "The amount has no minus, and the entry is a debit: it is read as money out.",
                line=line,
                entry=position,
                field="TRNTYPE",
            )
        payee = _inner(tree, "PAYEE")
        account = _inner(tree, "BANKACCTTO") or _inner(tree, "CCACCTTO")
        name = _string(tree, "NAME") or _string(payee, "NAME") or _string(tree, "EXTDNAME")
        texts = [_string(tree, each) for each in ("MEMO", "CHECKNUM", "REFNUM")]
        self._gathered.see(day)
        return Entry(
            amount=amount,
            counterparty=Counterparty(
                one_line(name) or None,
                account_of(_string(account, "ACCTID")),
                account_of(_string(account, "BANKID")),
            ),
            bank_reference=reference_of(_string(tree, "FITID")),
            text=one_line(" ".join(filter(None, texts))),
            code=_string(tree, "TRNTYPE"),
            foreign=foreign,
            position=position,
            status=status,
            booked_on=day if status is EntryStatus.BOOKED else None,
            valued_on=_day(tree, "DTAVAIL") or day,
            line=line,
            corrects=reference_of(_string(tree, "CORRECTFITID")),
            is_deletion=is_deletion,
        )

    def ended(self, tree: _Aggregate) -> BankStatement:
        """The statement, after its entries. Raises UnreadableFile."""
        stated = _string(tree, "CURDEF")
        if stated is None:
            raise UnreadableFile("The statement has no currency (CURDEF)", field="CURDEF")
        currency = currency_of(stated)
        if self._currency not in {None, currency}:
            raise UnreadableFile("The statement has two currencies (CURDEF)", field="CURDEF")
        owner = _inner(tree, "CCACCTFROM" if self._is_card else "BANKACCTFROM")
        listed = _inner(tree, "BANKTRANLIST")
        from_day = _day(listed, "DTSTART")
        to_day = _day(listed, "DTEND")
        gathered = self._gathered
        return BankStatement(
            format=Format.OFX,
            account=account_of(_string(owner, "ACCTID")),
            currency=currency,
            bank=account_of(_string(owner, "BANKID")),
            from_day=from_day or gathered.first,
            to_day=to_day or gathered.last,
            states_period=from_day is not None and to_day is not None,
            closing=_balance(_inner(tree, "LEDGERBAL"), self._amounts, currency),
            available=_balance(_inner(tree, "AVAILBAL"), self._amounts, currency),
            entries=gathered.entries,
            problems=gathered.problems,
        )


def _is_deletion(tree: _Aggregate) -> bool:
    """Whether an entry takes back an earlier one. Raises UnreadableFile: the action is unknown."""
    if _string(tree, "CORRECTFITID") is None:
        return False
    action = _string(tree, "CORRECTACTION") or "REPLACE"
    if action.upper() not in {"REPLACE", "DELETE"}:
        problem = f"“{shown(action)}” is neither REPLACE nor DELETE"
        raise UnreadableFile(problem, field="CORRECTACTION")
    return action.upper() == "DELETE"


class _Amounts:
    """Reads the amounts of a statement.

    OFX has no signs between thousands. Some banks write them all the same (“1.400,82”): the amounts
    that leave no other reading say which sign is before the decimals.
    """

    def __init__(self) -> None:
        self._decimal: str | None = None
        self._doubt: str | None = None

    def of_entry(self, tree: _Aggregate, currency: str) -> tuple[int, Foreign | None]:
        """Read the amount in the account's currency, and the other one.

        With CURRENCY, TRNAMT is in that currency, and CURRATE units of the account's are one of it.
        With ORIGCURRENCY, the bank has converted TRNAMT already (OFX 2.2, 5.2).
        """
        printed = _string(tree, "TRNAMT")
        if printed is None:
            raise UnreadableFile("the amount (TRNAMT) is missing", field="TRNAMT")
        for name in ("CURRENCY", "ORIGCURRENCY"):
            part = _inner(tree, name)
            symbol = _string(part, "CURSYM")
            rate = rate_of(_string(part, "CURRATE"))
            if symbol is None or currency_of(symbol) == currency:
                continue
            other = currency_of(symbol)
            if rate is None:
                raise UnreadableFile(f"{name} has no rate (CURRATE)", field="CURRATE")
            factor = Decimal(rate).scaleb(minor_digits(currency) - minor_digits(other))
            if name == "CURRENCY":
                foreign = self.minor_of(printed, other)
                return _whole(Decimal(foreign) * factor), Foreign(foreign, other, rate)
            minor = self.minor_of(printed, currency)
            return minor, Foreign(_whole(Decimal(minor) / factor), other, rate)
        return self.minor_of(printed, currency), None

    def minor_of(self, printed: str, currency: str) -> int:
        """Signed minor units. Raises UnreadableFile: it is no number, or an earlier one could be
        read in two ways.
        """
        match = _GROUPED.fullmatch(printed)
        if match is None:
            minor = minor_of(printed, currency)
            self._see(next((sign for sign in ".," if sign in printed), None))
            return minor
        group = match["group"]
        is_sure = match["decimal"] is not None or printed.count(group) > 1 or group not in _OTHER
        if not is_sure and self._decimal in {None, group}:
            # 1.400 has three decimals as the format says, or is a thousand and more.
            if minor_digits(currency) < _GROUP:
                self._doubt = group
            return minor_of(printed, currency)
        self._see(match["decimal"] or _OTHER.get(group))
        return minor_of(printed.replace(group, ""), currency)

    def _see(self, decimal: str | None) -> None:
        if decimal is None:
            return
        if self._doubt is not None and self._doubt != decimal:
            raise UnreadableFile(
                f"the decimals are behind “{decimal}” here, and an amount before it has "
                f"“{self._doubt}” before three digits",
                field="TRNAMT",
            )
        self._decimal = self._decimal or decimal


def _whole(number: Decimal) -> int:
    if abs(number) > 10**17:
        raise UnreadableFile("the amount in the other currency is out of bounds", field="CURRATE")
    return int(number.quantize(Decimal(1), ROUND_HALF_UP))


def _balance(tree: _Aggregate, amounts: _Amounts, currency: str) -> Balance | None:
    printed = _string(tree, "BALAMT")
    if printed is None:
        return None
    return Balance(amounts.minor_of(printed, currency), _day(tree, "DTASOF"))


def _inner(tree: _Aggregate, name: str) -> _Aggregate:
    child = tree.get(name)
    if isinstance(child, dict):
        return child
    return {}


def _string(tree: _Aggregate, name: str) -> str | None:
    child = tree.get(name)
    if isinstance(child, str):
        return child or None
    return None


def _day(tree: _Aggregate, name: str) -> date | None:
    """The day of 20260331, or 20260331120000.000[-5:EST], as it is printed. OFX 1 has `0` and empty
    dates.
    """
    printed = _string(tree, name)
    if printed is None or not printed.strip("0"):
        return None
    return day_of(printed[:4], printed[4:6], day=printed[6:8], printed=printed)


def _plain(value: str) -> str:
    """A value with its character references replaced. Others than these stay: SGML has AT&T as it
    is.
    """
    if value.startswith(f"<{_CDATA}"):
        return value[len(_CDATA) + 1 :].partition("]]>")[0].strip()
    if "&" in value:
        return _REFERENCE.sub(_character, value)
    return value


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if not name.startswith("#"):
        return _NAMED[name]
    if name[1] == "x":
        number = int(f"0{name[1:]}", base=0)
    else:
        number = int(name[1:])
    if 31 < number < 0xD800 or 0xE000 <= number < 0x110000:
        return chr(number)
    return "�"
