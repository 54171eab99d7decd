"""SEPA: bank accounts (IBAN, ISO 13616), banks (BIC, ISO 9362), characters, and files of ISO 20022.

Writes pain.001.001.09 as SEPA uses it (EPC132-08).

IBANs are encrypted, as are the files that have them. Whether two are one is known by a fingerprint
under a key of the account, which is encrypted itself: the fingerprint stays when the encrypting key
is replaced."""

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from tillroll.payouts.cron import KEYS
from tillroll_documents.bank_numbers import BIC, IBAN, has_right_check_digits
from tillroll_documents.ibans import LENGTH_OF
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.encryption import decrypt, encrypt
from tillroll_durable.platform.services import Platform

# As xml.sax.saxutils has it, which imports what a start does without.
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# EPC409-09.
_SEPA: Final = """
  AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO
  PL PT RO RS SE SI SK SM VA
"""
_COUNTRIES: Final = frozenset(_SEPA.split())


class NoBankAccount(ValueError):
    """A text is no number of a bank account, or of a bank; the message says why, and never repeats
    the number."""


def read_iban(text: str) -> str:
    """The IBAN in capitals without spaces. Raises NoBankAccount: no country of SEPA, or wrong check
    digits (ISO 7064)."""
    iban = "".join(text.split()).upper()
    if not IBAN.fullmatch(iban):
        raise NoBankAccount(
            "an IBAN is two letters, two digits, and the account: DE89 3704 0044 0532 0130 00"
        )
    if iban[:2] not in _COUNTRIES:
        raise NoBankAccount(f"{iban[:2]} is no country of SEPA, which a file can pay to")
    expected = LENGTH_OF[iban[:2]]
    if len(iban) != expected:
        raise NoBankAccount(
            f"an IBAN of {iban[:2]} has {expected} characters; this one has {len(iban)}"
        )
    if not has_right_check_digits(iban):
        raise NoBankAccount("the check digits of this IBAN do not fit: look for a mistyped one")
    return iban


def read_bic(text: str) -> str:
    """The BIC in capitals. Raises NoBankAccount: it is none."""
    bic = text.strip().upper()
    if not BIC.fullmatch(bic):
        raise NoBankAccount("a BIC is eight or eleven letters and digits, such as COBADEFFXXX")
    return bic


def masked(iban: str) -> str:
    """The IBAN as it is shown: its country and check digits, and its last four."""
    return f"{iban[:4]}…{iban[-4:]}"


_ALLOWED_CHARACTERS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ "
)
# What has no parts that Unicode knows, and is read as these; each is one sign, so that a text keeps
# its length.
_ALIKE: Final = str.maketrans(
    {
        **dict(zip("ßẞÆæŒœØøŁłĐđÐðÞþĦħŊŋŦŧı", "sSAaOoOoLlDdDdTtHhNnTti", strict=True)),
        **dict.fromkeys("_–—‐‑−~=", "-"),  # noqa: RUF001 - these are what is replaced
        **dict.fromkeys('‘’‚`´"“”„«»', "'"),  # noqa: RUF001 - these are what is replaced
        **dict.fromkeys("&*", "+"),
        **dict.fromkeys("[{<", "("),
        **dict.fromkeys("]}>", ")"),
        **dict.fromkeys(";!|\\", "."),
        **dict.fromkeys("#%$@^", "."),
        "€": "E",
        "…": ".",
        "⁄": "/",  # noqa: RUF001 - this sign is meant
    }
)


class Unwritable(ValueError):
    """A text has characters that no bank of SEPA takes; the message names them."""


def in_sepa(text: str) -> str:
    """The text in SEPA's characters, without accents. Raises Unwritable: letters of another script
    are left, or nothing is."""
    plain = unicodedata.normalize("NFKD", text.translate(_ALIKE)).translate(_ALIKE)
    written = "".join(
        " " if mark.isspace() else mark for mark in plain if not unicodedata.combining(mark)
    )
    wrong = sorted(set(written) - _ALLOWED_CHARACTERS)
    if wrong:
        raise Unwritable(
            f"write it in Latin letters: a bank's file cannot have {' '.join(wrong[:10])}"
        )
    written = " ".join(written.split())
    if not any(map(str.isalnum, written)):
        raise Unwritable("it has no letter and no digit")
    return written


def as_reference(id_: str) -> str:
    """An id of ours as a file has it, at most 35 characters: run_01JD… is run-01JD…, since SEPA has
    no underscore."""
    return id_.replace("_", "-")


def from_reference(reference: str) -> str:
    """The id that `as_reference` was given."""
    return reference.replace("-", "_", 1)


_KEY: Final = "SELECT kept FROM payee_keys WHERE id = ?"


async def fingerprint(platform: Platform, account_id: str, iban: str) -> str:
    """A fingerprint of an IBAN, as `read_iban` returns it: equal for equal IBANs of an account
    only."""
    return (await fingerprints(platform, account_id))(iban)


async def fingerprints(platform: Platform, account_id: str) -> Callable[[str], str]:
    """What makes the fingerprints of an account, for many at once."""
    key = await _key_of(platform, account_id)

    def of(iban: str) -> str:
        return f"iban:{hmac.new(key, iban.encode(), hashlib.sha256).hexdigest()}"

    return of


async def _key_of(platform: Platform, account_id: str) -> bytes:
    row = await platform.database.first(statement(_KEY, [account_id]))
    if row is None:
        ciphertext = await encrypt(platform, secrets.token_hex(32), KEYS.row(account_id))
        # Somebody else may have made one meanwhile: that one holds.
        insert = "INSERT INTO payee_keys (id, kept) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
        await platform.database.batch([statement(insert, [account_id, ciphertext])])
        row = await platform.database.first(statement(_KEY, [account_id]))
        assert row is not None  # noqa: S101 - it was written
    return bytes.fromhex(await decrypt(platform, text(row, "kept"), KEYS.row(account_id)))


NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CURRENCY: Final = "EUR"
LONGEST_NAME: Final = 70
LARGEST_CENTS: Final = 99_999_999_999
"""999,999,999.99 EUR, the most that a credit transfer of SEPA carries."""
LONGEST_PURPOSE: Final = 140


class Unfit(ValueError):
    """What is to be written does not fit into a file; the message says what."""


@dataclass(frozen=True)
class Party:
    """Whose bank account it is. `bic` may be left out within the European Economic Area; None: left
    out."""

    name: str
    iban: str
    bic: str | None = None


@dataclass(frozen=True)
class CreditTransfer:
    """One payment, in `cents`. `end_to_end` is our id of it, which is the id of its instruction as
    well: some banks answer by one of them, some by the other. `purpose` is what both sides read."""

    end_to_end: str
    creditor: Party
    cents: int
    purpose: str


@dataclass(frozen=True)
class Initiation:
    """A file. A bank takes one with the same `id` (MsgId) once. `on` is the day on which it is
    asked to pay."""

    id: str
    at: datetime
    on: date
    debtor: Party
    transfers: Sequence[CreditTransfer]


def write_initiation(initiation: Initiation) -> bytes:
    """The file, the same bytes each time. Raises Unfit, Unwritable or NoBankAccount: a file cannot
    have it."""
    if not initiation.transfers:
        raise Unfit("a file has a payment at least")
    ids = [each.end_to_end for each in initiation.transfers]
    if len(set(ids)) != len(ids):
        raise Unfit("two payments of a file have one id")
    for id_ in (initiation.id, *ids):
        if not 0 < len(id_) <= 35 or in_sepa(id_) != id_ or "/" in id_:
            raise Unfit(f"{id_} is no id that a file can have")
    for each in initiation.transfers:
        if not 0 < each.cents <= LARGEST_CENTS:
            raise Unfit(f"{each.end_to_end} is not between 0.01 and 999999999.99 {CURRENCY}")
    body = "\n".join(_lines(initiation))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'.encode()


def _lines(initiation: Initiation) -> Iterator[str]:
    transfers = initiation.transfers
    # Both levels hold all payments, so their sums are the same (EPC132-08, 2.4 and 2.5).
    sums = (
        f"<NbOfTxs>{len(transfers)}</NbOfTxs>"
        f"<CtrlSum>{_amount(sum(each.cents for each in transfers))}</CtrlSum>"
    )
    debtor = initiation.debtor
    yield f'<Document xmlns="{NAMESPACE}"><CstmrCdtTrfInitn>'
    yield (
        f"<GrpHdr><MsgId>{initiation.id}</MsgId><CreDtTm>{initiation.at:%Y-%m-%dT%H:%M:%SZ}"
        f"</CreDtTm>{sums}"
        f"<InitgPty>{_name(debtor)}</InitgPty></GrpHdr>"
    )
    yield (
        f"<PmtInf><PmtInfId>{initiation.id}</PmtInfId><PmtMtd>TRF</PmtMtd>"
        f"<BtchBookg>false</BtchBookg>{sums}"
        f"<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>"
        f"<ReqdExctnDt><Dt>{initiation.on.isoformat()}</Dt></ReqdExctnDt>"
    )
    yield (
        f"<Dbtr>{_name(debtor)}</Dbtr><DbtrAcct>{_account(debtor)}</DbtrAcct>"
        f"<DbtrAgt>{_bank(debtor)}</DbtrAgt><ChrgBr>SLEV</ChrgBr>"
    )
    for each in transfers:
        creditor = each.creditor
        if creditor.bic is None:
            agent = ""
        else:
            agent = f"<CdtrAgt>{_bank(creditor)}</CdtrAgt>"
        yield (
            f"<CdtTrfTxInf><PmtId><InstrId>{each.end_to_end}</InstrId>"
            f"<EndToEndId>{each.end_to_end}</EndToEndId></PmtId>"
            f'<Amt><InstdAmt Ccy="{CURRENCY}">{_amount(each.cents)}</InstdAmt></Amt>{agent}'
            f"<Cdtr>{_name(creditor)}</Cdtr><CdtrAcct>{_account(creditor)}</CdtrAcct>"
            f"<RmtInf><Ustrd>{_escaped(each.purpose, LONGEST_PURPOSE)}</Ustrd></RmtInf>"
            "</CdtTrfTxInf>"
        )
    yield "</PmtInf></CstmrCdtTrfInitn></Document>"


def _amount(cents: int) -> str:
    return str(Decimal(cents).scaleb(-2))


def _name(party: Party) -> str:
    return f"<Nm>{_escaped(party.name, LONGEST_NAME)}</Nm>"


def _account(party: Party) -> str:
    return f"<Id><IBAN>{read_iban(party.iban)}</IBAN></Id>"


def _bank(party: Party) -> str:
    if party.bic is None:
        bank_id = "<Othr><Id>NOTPROVIDED</Id></Othr>"
    else:
        bank_id = f"<BICFI>{read_bic(party.bic)}</BICFI>"
    return f"<FinInstnId>{bank_id}</FinInstnId>"


def _escaped(content: str, longest: int) -> str:
    written = in_sepa(content)
    if len(written) > longest:
        raise Unfit(f"a text has {len(written)} characters, and a file takes {longest}")
    return written.translate(_ESCAPED)
