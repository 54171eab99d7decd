"""Writing pain.001.001.09, the customer credit transfer initiation of ISO 20022, as SEPA uses it (EPC132-08)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from xml.sax.saxutils import escape

from tillroll.payments.pain.bank_accounts import read_bic, read_iban
from tillroll.payments.pain.characters import in_sepa

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


def write(initiation: Initiation) -> bytes:
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
            f"<RmtInf><Ustrd>{_text(each.purpose, LONGEST_PURPOSE)}</Ustrd></RmtInf></CdtTrfTxInf>"
        )
    yield "</PmtInf></CstmrCdtTrfInitn></Document>"


def _amount(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


def _name(party: Party) -> str:
    return f"<Nm>{_text(party.name, LONGEST_NAME)}</Nm>"


def _account(party: Party) -> str:
    return f"<Id><IBAN>{read_iban(party.iban)}</IBAN></Id>"


def _bank(party: Party) -> str:
    known = "<Othr><Id>NOTPROVIDED</Id></Othr>" if party.bic is None else f"<BICFI>{read_bic(party.bic)}</BICFI>"
    return f"<FinInstnId>{known}</FinInstnId>"


def _text(said: str, longest: int) -> str:
    written = in_sepa(said)
    if len(written) > longest:
        raise Unfit(f"a text has {len(written)} characters, and a file takes {longest}")
    return escape(written)
