"""Files of ISO 20022: writes pain.001.001.09 as SEPA uses it (EPC132-08), and reads pain.002. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape

from tillroll.payouts.bank_files.ibans import in_sepa, read_bic, read_iban
from tillroll.payouts.payments import PaymentStatus

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY: Final = "EUR"
LONGEST_NAME: Final = 70
LARGEST_CENTS: Final = 99_999_999_999
"""999,999,999.99 EUR, the most that a credit transfer of SEPA carries."""
_LONGEST_ID: Final = 35
LONGEST_PURPOSE: Final = 140


class Unfit(ValueError):
    """What is to be written does not fit into a file; the message says what."""


@dataclass(frozen=True)
class Party:
    """Whose bank account it is. `bic` may be left out within the European Economic Area; None: left out."""

    name: str
    iban: str
    bic: str | None = None


@dataclass(frozen=True)
class CreditTransfer:
    """One payment. `end_to_end` is our id of it, which comes back in the bank's answers; `cents` of a euro; `purpose`
    is what both sides read."""

    end_to_end: str
    creditor: Party
    cents: int
    purpose: str


@dataclass(frozen=True)
class Initiation:
    """A file. `id` is its MsgId: a bank takes a file with the same one once. `at` is when it was made, `on` the day on
    which the bank is asked to pay."""

    id: str
    at: datetime
    on: date
    debtor: Party
    transfers: Sequence[CreditTransfer]


def write_initiation(initiation: Initiation) -> bytes:
    """The file, the same bytes each time.

    Raises:
        Unfit: it has no payment, or two of one id, or an id, an amount or a text that a file cannot have.
        Unwritable: a name or a purpose cannot be written in SEPA's characters.
        NoBankAccount: an IBAN or a BIC is none.
    """
    _check(initiation)
    body = "\n".join(_lines(initiation))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _check(initiation: Initiation) -> None:
    if not initiation.transfers:
        raise Unfit("a file has a payment at least")
    ids = [each.end_to_end for each in initiation.transfers]
    if len(set(ids)) != len(ids):
        raise Unfit("two payments of a file have one id")
    for id_ in (initiation.id, *ids):
        if not 0 < len(id_) <= _LONGEST_ID or in_sepa(id_) != id_ or "/" in id_:
            raise Unfit(f"{id_} is no id that a file can have")
    for each in initiation.transfers:
        if not 0 < each.cents <= LARGEST_CENTS:
            raise Unfit(f"{each.end_to_end} is not between 0.01 and 999999999.99 {CURRENCY}")


def _lines(initiation: Initiation) -> Iterator[str]:
    transfers = initiation.transfers
    # Both levels hold all payments, so their sums are the same (EPC132-08, 2.4 and 2.5).
    sums = f"<NbOfTxs>{len(transfers)}</NbOfTxs><CtrlSum>{_amount(sum(each.cents for each in transfers))}</CtrlSum>"
    debtor = initiation.debtor
    yield f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>'
    yield (
        f"<GrpHdr><MsgId>{initiation.id}</MsgId><CreDtTm>{initiation.at:%Y-%m-%dT%H:%M:%SZ}</CreDtTm>{sums}"
        f"<InitgPty>{_name(debtor)}</InitgPty></GrpHdr>"
    )
    yield (
        f"<PmtInf><PmtInfId>{initiation.id}</PmtInfId><PmtMtd>TRF</PmtMtd><BtchBookg>false</BtchBookg>{sums}"
        f"<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{initiation.on.isoformat()}</Dt></ReqdExctnDt>"
    )
    yield (
        f"<Dbtr>{_name(debtor)}</Dbtr><DbtrAcct>{_account(debtor)}</DbtrAcct>"
        f"<DbtrAgt>{_bank(debtor)}</DbtrAgt><ChrgBr>SLEV</ChrgBr>"
    )
    for each in transfers:
        creditor = each.creditor
        agent = "" if creditor.bic is None else f"<CdtrAgt>{_bank(creditor)}</CdtrAgt>"
        yield (
            f"<CdtTrfTxInf><PmtId><EndToEndId>{each.end_to_end}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="{CURRENCY}">{_amount(each.cents)}</InstdAmt></Amt>{agent}'
            f"<Cdtr>{_name(creditor)}</Cdtr><CdtrAcct>{_account(creditor)}</CdtrAcct>"
            f"<RmtInf><Ustrd>{_escaped(each.purpose, LONGEST_PURPOSE)}</Ustrd></RmtInf></CdtTrfTxInf>"
        )
    yield "</PmtInf></CstmrCdtTrfInitn></Document>"


def _amount(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


def _name(party: Party) -> str:
    return f"<Nm>{_escaped(party.name, LONGEST_NAME)}</Nm>"


def _account(party: Party) -> str:
    return f"<Id><IBAN>{read_iban(party.iban)}</IBAN></Id>"


def _bank(party: Party) -> str:
    known = "<Othr><Id>NOTPROVIDED</Id></Othr>" if party.bic is None else f"<BICFI>{read_bic(party.bic)}</BICFI>"
    return f"<FinInstnId>{known}</FinInstnId>"


def _escaped(said: str, longest: int) -> str:
    written = in_sepa(said)
    if len(written) > longest:
        raise Unfit(f"a text has {len(written)} characters, and a file takes {longest}")
    return escape(written)


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


def read_report(content: str) -> StatusReport:
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
