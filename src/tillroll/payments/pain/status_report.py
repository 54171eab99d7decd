"""Reading pain.002.001.10, the customer payment status report of ISO 20022; also .03 and .12 to .14, whose parts that
are read here are the same."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from tillroll.payments.provider import PaymentStatus

LARGEST_CHARACTERS: Final = 1_000_000
_MOST_LEVELS: Final = 40
_ROOT: Final = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.(?:03|10|12|13|14)}Document")
_ORIGINAL: Final = "pain.001"
_PARTLY: Final = "PART"
# Of ISO 20022's external code set ExternalPaymentTransactionStatus1Code. What is only accepted has not left yet.
_ENDS: Final[Mapping[str, PaymentStatus]] = {
    "RJCT": PaymentStatus.FAILED,
    "CANC": PaymentStatus.CANCELED,
    "ACSC": PaymentStatus.POSTED,
    "ACCC": PaymentStatus.POSTED,
}
_GOES_ON: Final = frozenset(
    {"RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "ACWP", "ACFC", "ACPD", "PDNG", "PATC", "PRES", "BLCK"}
)
_REASON: Final = re.compile(r"[A-Za-z0-9]{1,35}")


class BadReport(ValueError):
    """A file is no status report that is read here; the message says why."""


@dataclass(frozen=True)
class Told:
    """What a bank says: its code, what that comes to, and the code of its reason (AC04, MS03…), None where it gives
    none."""

    code: str
    status: PaymentStatus
    reason: str | None = None


@dataclass(frozen=True)
class StatusReport:
    """
    Attributes:
        id: the report's own.
        original: the MsgId of the file that it answers.
        of_all: what it says of the whole file; None where it says nothing of it, or that parts differ.
        of_each: what it says of single payments, by their EndToEndId.
    """

    id: str
    original: str
    of_all: Told | None = None
    of_each: Mapping[str, Told] = field(default_factory=dict[str, Told])


def read(content: str) -> StatusReport:
    """What a bank says of a file.

    Raises:
        BadReport: it is no pain.002, answers no pain.001, says nothing, or has a status that is not known.
    """
    root = _parse(content)
    if not _ROOT.fullmatch(root.tag):
        raise BadReport("this is no pain.002 of the version 001.10 (or .03, .12, .13, .14)")
    report = _one(root, "CstmrPmtStsRpt")
    original = _one(report, "OrgnlGrpInfAndSts")
    if not _text(original, "OrgnlMsgNmId").startswith(_ORIGINAL):
        raise BadReport("it answers no pain.001: look for the report of the credit transfers")
    of_all, parts = _told(original, "GrpSts"), _all(report, "OrgnlPmtInfAndSts")
    if len(parts) > 1:
        raise BadReport("it has several payment informations; a file from here has one")
    of_each: dict[str, Told] = {}
    for part in parts:
        # What is said of the one payment information is said of all of the file's payments.
        of_all = _told(part, "PmtInfSts") or of_all
        for each in _all(part, "TxInfAndSts"):
            name, told = _text(each, "OrgnlEndToEndId"), _told(each, "TxSts")
            if told is None:
                raise BadReport(f"it says no status of the payment {name[:35]}")
            if of_each.setdefault(name, told) != told:
                raise BadReport(f"it says two things of the payment {name[:35]}")
    if of_all is None and not of_each:
        raise BadReport("it says nothing of the file, and nothing of a payment")
    return StatusReport(_text(_one(report, "GrpHdr"), "MsgId"), _text(original, "OrgnlMsgId"), of_all, of_each)


def _told(element: Element, name: str) -> Told | None:
    """The status in a child; None where there is none, or where it says that parts differ."""
    found = _all(element, name)
    code = (found[0].text or "").strip() if found else _PARTLY
    if code == _PARTLY:
        if name == "TxSts" and found:
            raise BadReport("it says of one payment that it was taken partly (PART)")
        return None
    if code not in _ENDS and code not in _GOES_ON:
        raise BadReport(f"the status {code[:4]} is not known here")
    return Told(code, _ENDS.get(code, PaymentStatus.PROCESSING), _reason(element))


def _reason(element: Element) -> str | None:
    for information in _all(element, "StsRsnInf"):
        for reason in _all(information, "Rsn"):
            for said in (*_all(reason, "Cd"), *_all(reason, "Prtry")):
                code = (said.text or "").strip()
                # A proprietary one may be words, with a name among them.
                return code if _REASON.fullmatch(code) else "proprietary"
    return None


def _all(element: Element, name: str) -> Sequence[Element]:
    return [child for child in element if child.tag.rpartition("}")[2] == name]


def _one(element: Element, name: str) -> Element:
    found = _all(element, name)
    if len(found) != 1:
        raise BadReport(f"it has {len(found)} elements {name}, where one is expected")
    return found[0]


def _text(element: Element, name: str) -> str:
    said = (_one(element, name).text or "").strip()
    if not said:
        raise BadReport(f"the element {name} is empty")
    return said


def _parse(content: str) -> Element:
    """The root. Read by expat's events: a document type, which alone can declare entities, ends the reading."""
    if len(content) > LARGEST_CHARACTERS:
        raise BadReport(f"it has more than {LARGEST_CHARACTERS} characters")
    builder, parser, level = TreeBuilder(), expat.ParserCreate("utf-8", "}"), 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal level
        level += 1
        if level > _MOST_LEVELS:
            raise BadReport("its elements are nested too deep")
        builder.start(name, attributes)

    def end(name: str) -> None:
        nonlocal level
        level -= 1
        builder.end(name)

    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content.encode(), True)
        return builder.close()
    except (expat.ExpatError, UnicodeEncodeError) as error:
        raise BadReport(f"it is no well-formed XML: {error}") from error


def _refuse_doctype(*_: object) -> NoReturn:
    raise BadReport("it has a document type (DOCTYPE), which no status report has")
