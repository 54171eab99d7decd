"""Reads what a bank says of a file: pain.002 of ISO 20022. Pure.

A reason is read before a status is believed: what a bank refuses as a copy says nothing of the
payment, whose other copy may be on its way.

Sources:
    ISO 20022, pain.002.001.10: several `OrgnlPmtInfAndSts` for a file, reasons on three levels,
    `OrgnlInstrId` and `OrgnlEndToEndId` each optional. ISO 20022, External Code Sets:
    ExternalPaymentTransactionStatus1Code and ExternalStatusReason1Code. Deutsche
    Kreditwirtschaft, Anlage 3 des DFÜ-Abkommens, has AM05 as "Doppeleinreichung".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tillroll.payouts.payments import PaymentStatus

LARGEST_CHARACTERS: Final = 1_000_000
_ROOT: Final = re.compile(
    r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.(?:03|10|12|13|14)}Document"
)
_PARTLY: Final = "PART"
# Of ISO 20022's external code set ExternalPaymentTransactionStatus1Code. What is only accepted has
# not left yet.
_ENDS: Final[Mapping[str, PaymentStatus]] = {
    "RJCT": PaymentStatus.FAILED,
    "CANC": PaymentStatus.CANCELED,
    "ACSC": PaymentStatus.POSTED,
    "ACCC": PaymentStatus.POSTED,
}
ACCEPTED: Final = frozenset({"ACCP", "ACFC", "ACPD", "ACSP", "ACWC", "ACWP"})
"""The bank has taken the payment on: its customer may make it, and it is carried out. RCVD and ACTC
only say that the file came, and has the right form."""
_GOES_ON: Final = ACCEPTED | {"RCVD", "ACTC", "PDNG", "PATC", "PRES", "BLCK"}
# ExternalStatusReason1Code: duplication; an id of the message, of the payment information, of the
# transaction, from end to end or of the instruction that is not unique; a duplicate payment; a
# reference that is not unique within the message, as those of files from here always are.
_OF_COPIES: Final = frozenset({"AM05", "DU01", "DU02", "DU03", "DU04", "DU05", "DUPL", "RF01"})
# Where the bank gives its reason in words alone (NARR, MS03), these are such words.
_WORDS_OF_COPIES: Final = re.compile(
    r"duplica|doppelt|doppeleinreich|dublett|doublon|dubbel|bereits eingereicht|already received",
    re.IGNORECASE,
)
_REASON: Final = re.compile(r"[A-Za-z0-9]{1,35}")
_NO_ID: Final = "NOTPROVIDED"


class BadReport(ValueError):
    """A file is no status report that is read here; the message says why."""


@dataclass(frozen=True)
class BankAnswer:
    """What a bank says: its code, what that comes to, and the code of its reason (AC04, MS03…).
    `is_copy`: it refuses a copy of what it has already, and which copy that is nobody knows."""

    code: str
    status: PaymentStatus
    reason: str | None = None
    is_copy: bool = False

    @property
    def is_end(self) -> bool:
        """Whether it says that the payment has come to an end."""
        return self.status is not PaymentStatus.PROCESSING and not self.is_copy


Answers = tuple[BankAnswer, ...]
"""All that one report says of a payment; what goes on comes before what has ended."""


@dataclass(frozen=True)
class StatusReport:
    """Answers the file whose MsgId is `original`: as a whole, and by the ids of its payments."""

    id: str
    original: str
    of_all: Answers = ()
    of_each: Mapping[str, Answers] = field(default_factory=dict[str, Answers])


@dataclass(frozen=True)
class _Reasons:
    """The reasons on one level: the code of the first, and whether any says that it is a copy."""

    code: str | None = None
    is_copy: bool = False


@dataclass(frozen=True)
class _Part:
    """One payment information: what is said of it as a whole, and of its payments by their ids."""

    answer: BankAnswer | None
    of_each: Sequence[tuple[str, BankAnswer | None]]


def read_report(content: str) -> StatusReport:
    """Read what a bank says of a file. Raises BadReport: it is no pain.002 of a pain.001, or has an
    unknown status."""
    root = _parse(content)
    if not _ROOT.fullmatch(root.tag):
        raise BadReport("this is no pain.002 of the version 001.10 (or .03, .12, .13, .14)")
    report = _one(root, "CstmrPmtStsRpt")
    original = _one(report, "OrgnlGrpInfAndSts")
    if not _text(original, "OrgnlMsgNmId").startswith("pain.001"):
        raise BadReport("it answers no pain.001: look for the report of the credit transfers")
    group = _status_of(original, "GrpSts", above=())
    parts = [_read_part(each, group) for each in _all(report, "OrgnlPmtInfAndSts")]
    of_all = _of_all(group, parts)
    of_each = _of_each(parts)
    if not of_all and not of_each:
        raise BadReport("it says nothing of the file, and nothing of a payment")
    return StatusReport(
        _text(_one(report, "GrpHdr"), "MsgId"),
        _text(original, "OrgnlMsgId"),
        of_all=of_all,
        of_each=of_each,
    )


def _read_part(part: Element, group: BankAnswer | None) -> _Part:
    answer = _status_of(part, "PmtInfSts", above=(group,))
    of_each: list[tuple[str, BankAnswer | None]] = []
    for transaction in _all(part, "TxInfAndSts"):
        status = _status_of(transaction, "TxSts", above=(answer, group))
        inherited = answer or group
        name = _name_of(transaction, is_needed=status is not None or inherited is None)
        if name is None:
            continue
        if status is None and inherited is None:
            raise BadReport(f"it says no status of the payment {name[:35]}")
        of_each.append((name, status or inherited))
    return _Part(answer, of_each)


def _name_of(transaction: Element, *, is_needed: bool) -> str | None:
    """The payment's id, by which a file from here names it twice. Raises BadReport: it has none, or
    those of two payments."""
    names = {
        (element.text or "").strip()
        for tag in ("OrgnlInstrId", "OrgnlEndToEndId")
        for element in _all(transaction, tag)
    }
    names -= {"", _NO_ID}
    if len(names) > 1:
        both = " and ".join(sorted(each[:35] for each in names))
        raise BadReport(f"it names two payments at once, {both}")
    if names:
        return names.pop()
    if is_needed:
        raise BadReport("it has 0 elements OrgnlEndToEndId or OrgnlInstrId of a payment")
    return None


def _of_all(group: BankAnswer | None, parts: Sequence[_Part]) -> Answers:
    """What is said of all payments. That of a payment information comes before that of the file,
    which has only one; of several, each speaks of the payments that it names."""
    answers = [
        each.answer
        for each in parts
        if each.answer is not None and (not each.of_each or len(parts) == 1)
    ]
    if not answers and group is not None:
        answers = [group]
    return _in_order(answers, "the file")


def _of_each(parts: Sequence[_Part]) -> Mapping[str, Answers]:
    """What is said of each payment, also by what other payment informations say of all."""
    answers: dict[str, list[BankAnswer]] = {}
    for part in parts:
        for name, answer in part.of_each:
            if answer is not None:
                answers.setdefault(name, []).append(answer)
    general = [each.answer for each in parts if each.answer is not None and not each.of_each]
    return {
        name: _in_order([*general, *own], f"the payment {name[:35]}")
        for name, own in answers.items()
    }


def _in_order(answers: Iterable[BankAnswer], of: str) -> Answers:
    """Each answer once, what goes on before what has ended. Raises BadReport: it has two ends."""
    different = dict.fromkeys(answers)
    if len({each.status for each in different if each.is_end}) > 1:
        raise BadReport(f"it says two things of {of}")
    return tuple(sorted(different, key=_rank))


def _rank(answer: BankAnswer) -> int:
    if answer.status is PaymentStatus.PROCESSING:
        return 0
    if answer.is_copy:
        return 1
    return 2


def _status_of(
    element: Element, name: str, above: Sequence[BankAnswer | None]
) -> BankAnswer | None:
    """The status in a child; None where there is none, or where it says that parts differ. `above`
    are the answers of the levels over it, whose reasons hold for it too."""
    elements = _all(element, name)
    if elements:
        code = (elements[0].text or "").strip()
    else:
        code = _PARTLY
    if code == _PARTLY:
        if name == "TxSts" and elements:
            raise BadReport("it says of one payment that it was taken partly (PART)")
        return None
    if code not in _ENDS and code not in _GOES_ON:
        raise BadReport(f"the status {code[:4]} is not known here")
    answer = BankAnswer(code, _ENDS.get(code, PaymentStatus.PROCESSING))
    return _with_reasons(answer, _reasons(element), above)


def _with_reasons(
    answer: BankAnswer, reasons: _Reasons, above: Sequence[BankAnswer | None]
) -> BankAnswer:
    """The answer with its reason, or that of the nearest level over it that says the same. Where a
    level over it is refused as a copy, so is all beneath."""
    same = [each for each in above if each is not None and each.status is answer.status]
    code = reasons.code
    if code is None:
        code = next((each.reason for each in same if each.reason is not None), None)
    is_refused = answer.status in {PaymentStatus.FAILED, PaymentStatus.CANCELED}
    is_copy = is_refused and (reasons.is_copy or any(each.is_copy for each in same))
    return replace(answer, reason=code, is_copy=is_copy)


def _reasons(element: Element) -> _Reasons:
    """All reasons of one level. The code of a copy comes before others; a proprietary one may be
    words, with a name among them, which are not repeated."""
    codes: list[str] = []
    is_copy = False
    for information in _all(element, "StsRsnInf"):
        for reason in _all(information, "Rsn"):
            for reason_code in (*_all(reason, "Cd"), *_all(reason, "Prtry")):
                code = (reason_code.text or "").strip()
                is_copy = is_copy or _WORDS_OF_COPIES.search(code) is not None
                if not _REASON.fullmatch(code):
                    code = "proprietary"
                codes.append(code)
        for words in _all(information, "AddtlInf"):
            is_copy = is_copy or _WORDS_OF_COPIES.search(words.text or "") is not None
    of_copies = [each for each in codes if each.upper() in _OF_COPIES]
    first = next(iter([*of_copies, *codes]), None)
    return _Reasons(first, is_copy=is_copy or bool(of_copies))


def _all(element: Element, name: str) -> Sequence[Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == name]


def _one(element: Element, name: str) -> Element:
    elements = _all(element, name)
    if len(elements) != 1:
        raise BadReport(f"it has {len(elements)} elements {name}, where one is expected")
    return elements[0]


def _text(element: Element, name: str) -> str:
    content = (_one(element, name).text or "").strip()
    if not content:
        raise BadReport(f"the element {name} is empty")
    return content


def _parse(content: str) -> Element:
    """The root. Read by expat's events: a document type, which alone can declare entities, ends the
    reading."""
    if len(content) > LARGEST_CHARACTERS:
        raise BadReport(f"it has more than {LARGEST_CHARACTERS} characters")
    builder = TreeBuilder()
    parser = expat.ParserCreate("utf-8", "}")
    level = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > 40:
            raise BadReport("its elements are nested too deep")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal level
        level -= 1
        builder.end(name)

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content.encode(), True)
        return builder.close()
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise BadReport(f"it is no well-formed XML: {error}") from error


def _refuse_doctype(*_: object) -> NoReturn:
    raise BadReport("it has a document type (DOCTYPE), which no status report has")
