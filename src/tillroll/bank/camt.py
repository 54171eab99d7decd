"""camt.052, camt.053 and camt.054 of ISO 20022, versions .001.01 to .001.13.

Read by expat's events: an entry at a time is held. A document type, which alone can declare entities, is refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NoReturn
from xml.parsers import expat

from tillroll.bank.limits import MAX_DEPTH, MAX_PAYMENTS, MAX_TEXT
from tillroll.bank.printed import (
    NOBODY,
    Balance,
    BankStatement,
    Counterparty,
    Details,
    Entry,
    EntryStatus,
    Foreign,
    Format,
    Payment,
    UnreadableFile,
)
from tillroll.bank.reader import Gathered, Reader
from tillroll.bank.values import (
    account_of,
    currency_of,
    iso_day,
    minor_of,
    one_line,
    rate_of,
    reference_of,
    shown,
)

NAMESPACE: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.(05[234])\.001\.(0[1-9]|1[0-3])")
_STATEMENTS: Final = {"BkToCstmrAcctRpt": "Rpt", "BkToCstmrStmt": "Stmt", "BkToCstmrDbtCdtNtfctn": "Ntfctn"}
_STATUSES: Final = {
    "BOOK": EntryStatus.BOOKED,
    "PDNG": EntryStatus.PENDING,
    "FUTR": EntryStatus.PENDING,
    "INFO": EntryStatus.INFORMATION,
}
_MAX_TOKEN: Final = 1024 * 1024
"""Bytes of a tag, a comment or the like, before the file is refused."""


@dataclass(frozen=True, slots=True)
class _Money:
    """An element with a currency: its text, and that."""

    text: str
    currency: str


_Tree = dict[str, list["str | _Money | _Tree"]]
"""The elements in an element, by their names."""


class CamtReader(Reader):
    """Reads one message."""

    def __init__(self) -> None:
        super().__init__()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser = parser
        self._prefix = ""
        self._format = Format.CAMT_053
        self._depth = 0
        self._names: list[str] = []
        self._trees: list[_Tree] = []
        self._parts: list[str] = []
        self._length = 0
        self._money: str | None = None
        self._header: _Tree = {}
        self._within: _Statement | None = None

    def _take(self, chunk: bytes) -> None:
        self._parse(chunk, final=False)
        if self._bytes - max(self._parser.CurrentByteIndex, 0) > _MAX_TOKEN:
            raise UnreadableFile(f"A tag at line {self._parser.CurrentLineNumber} does not end")

    def _end(self) -> None:
        self._parse(b"", final=True)
        if not self._prefix:
            raise UnreadableFile("The file has no message of camt.052, camt.053 or camt.054, versions 01 to 13")

    def _parse(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except UnreadableFile as error:
            if error.line is None:
                error.line = self._parser.CurrentLineNumber
            raise
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = self._parser.ErrorLineNumber
            raise UnreadableFile(f"The XML is broken at line {line}: {error}", line=line) from error

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnreadableFile(f"Elements are nested more than {MAX_DEPTH} deep")
        if not self._prefix:
            self._begin_document(name)
            self._names.append("")
            return
        name = name.removeprefix(self._prefix)
        self._names.append(name)
        self._parts.clear()
        self._length = 0
        self._money = None
        if attributes:
            if any(len(value) > MAX_TEXT for value in attributes.values()):
                raise UnreadableFile(f"An attribute of {shown(name)} has more than {MAX_TEXT} characters")
            self._money = attributes.get("Ccy")
        if name == "Ntry":
            if self._within is None or self._within.is_in_entry or self._names[-2] not in _STATEMENTS.values():
                raise UnreadableFile("An entry (Ntry) is not directly in a statement")
            self._within.is_in_entry = True
            self._count_entry()
        elif name in {"Stmt", "Rpt", "Ntfctn"} and self._is_statement(name):
            self._within = _Statement(self._format, self._header)
            self._within.tree = {}
            self._trees.append(self._within.tree)
            return
        self._trees.append({})

    def _begin_document(self, name: str) -> None:
        namespace, _, local = name.rpartition(" ")
        if local != "Document":
            if self._depth > 3:
                raise UnreadableFile("The XML is no message of camt.052, camt.053 or camt.054")
            return
        match = NAMESPACE.fullmatch(namespace)
        if match is None:
            raise UnreadableFile(
                f"The message is “{shown(namespace.rpartition(':')[2])}”, "
                "and not camt.052, camt.053 or camt.054 in a version from 01 to 13"
            )
        self._prefix = f"{namespace} "
        self._format = Format(f"camt.{match[1]}")

    def _is_statement(self, name: str) -> bool:
        return self._within is None and len(self._names) > 1 and _STATEMENTS.get(self._names[-2]) == name

    def _text(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > MAX_TEXT:
            raise UnreadableFile(f"{shown(self._names[-1])} has more than {MAX_TEXT} characters")

    def _close(self, _: str) -> None:
        self._depth -= 1
        name = self._names.pop()
        if not self._trees:
            return
        tree = self._trees.pop()
        value: str | _Money | _Tree = tree
        if not tree:
            value = "".join(self._parts).strip()
            if self._money is not None:
                value = _Money(value, self._money)
                self._money = None
        self._parts.clear()
        self._length = 0
        within = self._within
        if within is not None and name == "Ntry":
            within.is_in_entry = False
            self._emit_entry(within.entry(tree))
        elif within is not None and within.tree is tree:
            self._within = None
            self._emit_statement(within.ended())
        elif name == "GrpHdr":
            self._header = tree
        elif self._trees:
            beside = self._trees[-1].setdefault(name, [])
            if len(beside) >= MAX_PAYMENTS:
                raise UnreadableFile(f"There are more than {MAX_PAYMENTS} of {shown(name)} in one element")
            beside.append(value)


def _refuse_doctype(*_: object) -> NoReturn:
    raise UnreadableFile("The XML has a document type (DTD), which a bank's file never has")


class _Statement:
    """A statement that is being read."""

    def __init__(self, format_: Format, header: _Tree) -> None:
        self.is_in_entry = False
        self.tree: _Tree = {}
        self._format = format_
        self._header = header
        self._gathered = Gathered()
        self._currency: str | None = None
        self._account: str | None = None
        self._is_begun = False

    def _begin(self, seen: str | None) -> str:
        """Before the first entry, and at the end: whose statement it is, and in which currency."""
        tree = self.tree
        stated = _string(tree, "Acct", "Ccy")
        balances = [found.currency for each in tree.get("Bal", ()) if (found := _money(_tree(each), "Amt"))]
        self._account = _account(_first(tree, "Acct"))
        known = stated or next(iter(balances), None) or seen
        if known is None:
            raise UnreadableFile("The statement has neither a currency of the account nor a balance", field="Acct/Ccy")
        self._is_begun = True
        self._currency = currency_of(known)
        return self._currency

    def entry(self, tree: _Tree) -> Entry:
        """An entry of its element. Raises UnreadableFile: it says where."""
        position = self._gathered.entries + 1
        try:
            return self._entry(tree, position)
        except UnreadableFile as error:
            error.entry = position
            said = str(error)
            error.args = (
                f"Entry {position}: {said[:1].lower()}{said[1:]}" if said[:1] != "“" else f"Entry {position}: {said}",
            )
            raise

    def _entry(self, tree: _Tree, position: int) -> Entry:
        money = _money(tree, "Amt")
        if money is None:
            raise UnreadableFile("The amount (Amt) with its currency is missing", field="Amt")
        currency = self._currency if self._is_begun and self._currency else self._begin(money.currency)
        sign = _sign(tree)
        amount = self._amount(money, currency, "Amt") * sign
        status = _status(tree)
        is_reversal = _string(tree, "RvslInd") in {"true", "1"}
        parts = [_tree(each) for group in tree.get("NtryDtls", ()) for each in _tree(group).get("TxDtls", ())]
        if len(parts) > MAX_PAYMENTS:
            raise UnreadableFile(f"The batch has more than {MAX_PAYMENTS} payments")
        outer = self._details(tree, amount, currency, is_reversal=is_reversal)
        payments: tuple[Payment, ...] = ()
        if len(parts) == 1:
            outer = _merged(outer, self._details(parts[0], amount, currency, is_reversal=is_reversal))
        elif parts:
            payments = self._payments(parts, amount, currency, position, is_reversal=is_reversal)
        booked_on, valued_on = _day(tree, "BookgDt"), _day(tree, "ValDt")
        day = booked_on or valued_on
        if day is None and status is EntryStatus.BOOKED:
            raise UnreadableFile("The booking day (BookgDt) and the value day (ValDt) are missing", field="BookgDt")
        self._gathered.see(day)
        return Entry(
            amount=amount,
            counterparty=outer.counterparty,
            bank_reference=outer.bank_reference,
            end_to_end=outer.end_to_end,
            mandate=outer.mandate,
            creditor_reference=outer.creditor_reference,
            text=outer.text or one_line(_string(tree, "AddtlNtryInf")),
            code=outer.code,
            charges=outer.charges,
            foreign=outer.foreign,
            return_reason=outer.return_reason,
            position=position,
            status=status,
            booked_on=booked_on,
            valued_on=valued_on,
            is_reversal=is_reversal,
            payments=payments,
        )

    def _amount(self, money: _Money, currency: str, field: str) -> int:
        if currency_of(money.currency) != currency:
            raise UnreadableFile(
                f"The amount is in {shown(money.currency)}, but the account is in {currency}", field=field
            )
        minor = minor_of(money.text, currency)
        if minor < 0:
            raise UnreadableFile(f"“{shown(money.text)}” is negative: CdtDbtInd has the direction", field=field)
        return minor

    def _payments(
        self, parts: list[_Tree], amount: int, currency: str, position: int, *, is_reversal: bool
    ) -> tuple[Payment, ...]:
        payments: list[Payment] = []
        for part in parts:
            own = _own_amount(part, currency)
            if own is None:
                self._gathered.note(
                    "The batch does not say the amount of each payment in the account's currency; it is kept whole.",
                    entry=position,
                    field="TxDtls",
                )
                return ()
            sign = _sign(part) if "CdtDbtInd" in part else (1 if amount >= 0 else -1)
            found = self._details(part, own * sign, currency, is_reversal=is_reversal)
            payments.append(
                Payment(
                    amount=found.amount,
                    counterparty=found.counterparty,
                    bank_reference=found.bank_reference,
                    end_to_end=found.end_to_end,
                    mandate=found.mandate,
                    creditor_reference=found.creditor_reference,
                    text=found.text,
                    code=found.code,
                    charges=found.charges,
                    foreign=found.foreign,
                    return_reason=found.return_reason,
                )
            )
        if sum(each.amount for each in payments) != amount:
            self._gathered.note(
                "The single payments of the batch do not add up to its amount.", entry=position, field="TxDtls"
            )
        return tuple(payments)

    def _details(self, tree: _Tree, amount: int, currency: str, *, is_reversal: bool) -> Details:
        """What an entry or a single payment says, whose parts have the same names."""
        references = _first(tree, "Refs") or tree
        remittance = _first(tree, "RmtInf") or {}
        texts = [each for each in remittance.get("Ustrd", ()) if isinstance(each, str)]
        structured = [_tree(each) for each in remittance.get("Strd", ())]
        texts += [each for part in structured for each in part.get("AddtlRmtInf", ()) if isinstance(each, str)]
        creditor = next(filter(None, (_string(part, "CdtrRefInf", "Ref") for part in structured)), None)
        return Details(
            amount=amount,
            counterparty=self._counterparty(tree, is_credit=(amount >= 0) is not is_reversal),
            bank_reference=reference_of(_string(references, "AcctSvcrRef")),
            end_to_end=reference_of(_string(references, "EndToEndId")),
            mandate=reference_of(_string(references, "MndtId")),
            creditor_reference="".join(creditor.split()) if creditor else None,
            text=one_line(" ".join(texts)) or one_line(_string(tree, "AddtlTxInf")),
            code=_code(tree),
            charges=_charges(tree, currency, self._gathered),
            foreign=_foreign(tree, currency, 1 if amount >= 0 else -1),
            return_reason=_string(tree, "RtrInf", "Rsn", "Cd") or _string(tree, "RtrInf", "Rsn", "Prtry"),
        )

    def _counterparty(self, tree: _Tree, *, is_credit: bool) -> Counterparty:
        """The debtor of what came in, the creditor of what went out. Of a reversal the parties are the original's."""
        parties = _first(tree, "RltdPties")
        if parties is None:
            return NOBODY
        agents = _first(tree, "RltdAgts") or {}
        found = [_party(parties, agents, side) for side in (("Dbtr", "Cdtr") if is_credit else ("Cdtr", "Dbtr"))]
        # Some banks swap the parties of a reversal: nobody is their own counterparty.
        is_own = self._account is not None and found[0].account == self._account
        return found[1] if is_own and found[1].account != self._account else found[0]

    def ended(self) -> BankStatement:
        """The statement, after its entries."""
        tree = self.tree
        currency = self._currency if self._is_begun and self._currency else self._begin(None)
        balances = [self._balance(_tree(each), currency) for each in tree.get("Bal", ())]
        found = _Balances(balances)
        pages = _first(tree, "StmtPgntn") or _first(tree, "RptPgntn") or _first(tree, "NtfctnPgntn")
        pages = pages or _first(self._header, "MsgPgntn") or {}
        from_day = _moment(tree, "FrToDt", "FrDtTm")
        to_day = _moment(tree, "FrToDt", "ToDtTm")
        self._check_count(tree)
        gathered = self._gathered
        return BankStatement(
            format=self._format,
            account=self._account,
            currency=currency,
            bank=_bank(_first(tree, "Acct", "Svcr")),
            id=one_line(_string(tree, "Id")) or None,
            sequence=_number(_string(tree, "ElctrncSeqNb")),
            legal_sequence=_number(_string(tree, "LglSeqNb")),
            page=_number(_string(pages, "PgNb")),
            is_last_page=_string(pages, "LastPgInd") in {None, "true", "1"},
            from_day=from_day or gathered.first,
            to_day=to_day or gathered.last,
            states_period=from_day is not None and to_day is not None,
            opening=found.opening,
            closing=found.closing,
            is_interim=found.is_interim,
            available=found.last("CLAV", "ITAV"),
            expected=found.last("XPCD"),
            entries=gathered.entries,
            problems=gathered.problems,
        )

    def _balance(self, tree: _Tree, currency: str) -> tuple[str, Balance, bool]:
        """Its code, and whether it is of a page only (INTM)."""
        kind = _first(tree, "Tp", "CdOrPrtry")
        code = (_string(kind, "Cd") or _string(kind, "Prtry") or "") if kind else ""
        money = _money(tree, "Amt")
        if money is None:
            raise UnreadableFile(f"The balance {shown(code)} has no amount with a currency", field="Bal/Amt")
        minor = self._amount(money, currency, "Bal/Amt") * _sign(tree)
        return code, Balance(minor, _day(tree, "Dt")), _string(tree, "Tp", "SubTp", "Cd") == "INTM"

    def _check_count(self, tree: _Tree) -> None:
        told = _string(tree, "TxsSummry", "TtlNtries", "NbOfNtries")
        if told is not None and _number(told) not in {None, self._gathered.entries}:
            self._gathered.note(
                f"The file says that it has {shown(told)} entries, and has {self._gathered.entries}.",
                field="NbOfNtries",
            )


class _Balances:
    """The balances of a statement, by their codes: OPBD, CLBD and the like."""

    def __init__(self, found: list[tuple[str, Balance, bool]]) -> None:
        self._found = found
        interim = [each for code, each, _ in found if code == "ITBD"]
        opening, closing = self._of("OPBD", "PRCD"), self._of("CLBD")
        self.opening = opening[0] if opening else interim[0] if len(interim) > 1 else None
        """A report within the day has two interim balances, of which the first opens it."""
        self.closing = closing[-1] if closing else interim[-1] if interim else None
        self.is_interim = (bool(interim) and not closing) or any(is_page for _, _, is_page in found)

    def _of(self, *codes: str) -> list[Balance]:
        """Those of the first of these codes that there is."""
        for of in codes:
            found = [each for code, each, _ in self._found if code == of]
            if found:
                return found
        return []

    def last(self, *codes: str) -> Balance | None:
        """The last balance of the first of these codes that there is."""
        found = self._of(*codes)
        return found[-1] if found else None


def _merged(outer: Details, inner: Details) -> Details:
    """An entry with its only payment: what the payment says is more exact."""
    charges = inner.charges or outer.charges
    return replace(
        inner,
        bank_reference=outer.bank_reference or inner.bank_reference,
        code=inner.code or outer.code,
        text=inner.text or outer.text,
        charges=charges,
        foreign=_richer(inner.foreign, outer.foreign),
    )


def _richer(first: Foreign | None, other: Foreign | None) -> Foreign | None:
    if first is None or other is None or first.rate:
        return first or other
    return replace(first, rate=other.rate)


def _tree(value: "str | _Money | _Tree") -> _Tree:
    return value if isinstance(value, dict) else {}


def _at(tree: _Tree, path: tuple[str, ...]) -> "str | _Money | _Tree | None":
    """What is at a path, the first of each name."""
    value: str | _Money | _Tree = tree
    for name in path:
        found = value.get(name) if isinstance(value, dict) else None
        if not found:
            return None
        value = found[0]
    return value


def _first(tree: _Tree, *path: str) -> _Tree | None:
    """The element at a path; None if there is none, or it has no elements."""
    found = _at(tree, path)
    return found if isinstance(found, dict) else None


def _string(tree: _Tree, *path: str) -> str | None:
    """The text at a path; None if it is not there or empty."""
    found = _at(tree, path)
    return found or None if isinstance(found, str) else None


def _money(tree: _Tree, *path: str) -> _Money | None:
    found = _at(tree, path)
    return found if isinstance(found, _Money) else None


def _sign(tree: _Tree) -> int:
    mark = _string(tree, "CdtDbtInd")
    if mark not in {"CRDT", "DBIT"}:
        raise UnreadableFile(f"CdtDbtInd is “{shown(mark or '')}”, and not CRDT or DBIT", field="CdtDbtInd")
    return 1 if mark == "CRDT" else -1


def _status(tree: _Tree) -> EntryStatus:
    """Versions up to 07 have the code as text, later ones in an element."""
    code = _string(tree, "Sts") or _string(tree, "Sts", "Cd")
    if code not in _STATUSES:
        raise UnreadableFile(f"The status (Sts) is “{shown(code or '')}”, and not BOOK, PDNG or INFO", field="Sts")
    return _STATUSES[code]


def _day(tree: _Tree, name: str) -> date | None:
    printed = _string(tree, name, "Dt") or _string(tree, name, "DtTm")
    return iso_day(printed) if printed else None


def _moment(tree: _Tree, *path: str) -> date | None:
    printed = _string(tree, *path)
    return iso_day(printed) if printed else None


def _number(text: str | None) -> int | None:
    return int(text) if text and len(text) <= 18 and text.isascii() and text.isdigit() else None


def _account(tree: _Tree | None) -> str | None:
    if tree is None:
        return None
    return account_of(_string(tree, "Id", "IBAN") or _string(tree, "Id", "Othr", "Id"))


def _bank(tree: _Tree | None) -> str | None:
    institution = _first(tree, "FinInstnId") if tree else None
    if institution is None:
        return None
    return (
        _string(institution, "BICFI")
        or _string(institution, "BIC")
        or _string(institution, "Nm")
        or _string(institution, "ClrSysMmbId", "MmbId")
        or _string(institution, "Othr", "Id")
    )


def _party(parties: _Tree, agents: _Tree, side: str) -> Counterparty:
    return Counterparty(
        name=_name(_first(parties, side)),
        account=_account(_first(parties, f"{side}Acct")),
        bank=_bank(_first(agents, f"{side}Agt")),
        ultimate=_name(_first(parties, f"Ultmt{side}")),
    )


def _name(party: _Tree | None) -> str | None:
    """Versions from 08 have a party or an agent inside."""
    if party is None:
        return None
    return (
        one_line(_string(party, "Nm") or _string(party, "Pty", "Nm") or _string(party, "Agt", "FinInstnId", "Nm"))
        or None
    )


def _code(tree: _Tree) -> str | None:
    domain = _first(tree, "BkTxCd", "Domn")
    if domain is not None:
        parts = (_string(domain, "Cd"), _string(domain, "Fmly", "Cd"), _string(domain, "Fmly", "SubFmlyCd"))
        return "-".join(filter(None, parts)) or None
    return _string(tree, "BkTxCd", "Prtry", "Cd")


def _own_amount(part: _Tree, currency: str) -> int | None:
    """Of a payment in a batch, unsigned, in the account's currency."""
    candidates = [_money(part, "Amt")]
    candidates += [_money(part, "AmtDtls", name, "Amt") for name in ("TxAmt", "InstdAmt", "CntrValAmt")]
    for money in candidates:
        if money is not None and money.currency == currency:
            minor = minor_of(money.text, currency)
            if minor < 0:
                raise UnreadableFile(f"“{shown(money.text)}” is negative: CdtDbtInd has the direction", field="TxDtls")
            return minor
    return None


def _foreign(tree: _Tree, currency: str, sign: int) -> Foreign | None:
    amounts = _first(tree, "AmtDtls")
    if amounts is None:
        return None
    rate: str | None = None
    found: _Money | None = None
    for name in ("InstdAmt", "TxAmt", "CntrValAmt", "AnncdPstngAmt"):
        money = _money(amounts, name, "Amt")
        rate = rate or rate_of(_string(amounts, name, "CcyXchg", "XchgRate"))
        if found is None and money is not None and money.currency != currency:
            found = money
    if found is None:
        return None
    other = currency_of(found.currency)
    return Foreign(abs(minor_of(found.text, other)) * sign, other, rate)


def _charges(tree: _Tree, currency: str, gathered: Gathered) -> int:
    total = 0
    for record in _charge_records(tree):
        if _string(record, "ChrgInclInd") in {"false", "0"}:
            continue
        money = _money(record, "Amt")
        if money is None:
            continue
        if money.currency != currency:
            gathered.note(
                f"Charges in {shown(money.currency)} are left out.", entry=gathered.entries + 1, field="Chrgs"
            )
            continue
        minor = abs(minor_of(money.text, currency))
        total += -minor if _string(record, "CdtDbtInd") == "CRDT" else minor
    if not total:
        sums = [_money(_tree(each), "TtlChrgsAndTaxAmt") for each in tree.get("Chrgs", ())]
        total = sum(abs(minor_of(each.text, currency)) for each in sums if each and each.currency == currency)
    return max(total, 0)


def _charge_records(tree: _Tree) -> Iterator[_Tree]:
    """Versions up to 03 have one in each element, later ones several in one."""
    for each in tree.get("Chrgs", ()):
        charges = _tree(each)
        records = charges.get("Rcrd")
        if records:
            yield from (_tree(record) for record in records)
        else:
            yield charges
