"""What a bank's own code of a transaction says: a fee of the bank, a sum of payments, something else, or nothing.

Sources: ISO 20022 External Code Sets (bank transaction codes: domain, family, sub-family); the business codes (GVC) of
the German banks, in annex 3 of their DFÜ agreement; the transaction types of SWIFT's field 61 and of OFX.
"""

from enum import StrEnum, auto
from typing import Final

from tillroll.reading import words


class Says(StrEnum):
    """What a code says."""

    FEE = auto()
    BATCH = auto()
    """One entry for several payments."""
    OTHER = auto()
    """A payment or card purchase: no fee."""
    NOTHING = auto()


_FEE_SUB_FAMILIES: Final = frozenset({"CHRG", "FEES", "COMM", "COMT", "COME", "COMI"})
_SILENT_SUB_FAMILIES: Final = frozenset({"OTHR", "NTAV", ""})
_FEE_CODES: Final = frozenset(words("803 805 806 807 808 809 810 NCHG NCOM CHG COM FEE SRVCHG"))
_BATCH_CODES: Final = frozenset(words("188 190 191 192 193 194 195 196 197 198 199"))
_OTHER_CODES: Final = frozenset(words("POS ATM XFER CHECK DIRECTDEP DIRECTDEBIT DEP CASH PAYMENT NDDT NCHK NSTO"))
_PAYMENTS: Final = range(1, 200)
"""GVC of payments in euros; those from 800 on are the bank's own."""


def code_says(code: str | None) -> Says:
    """What a code says, as the readers of files keep it: `PMNT-CCRD-POSD`, `106`, `NTRF`, `POS`, or what German banks
    write as their own code in camt, `NTRF+166+9310`."""
    said = [_part_says(part) for part in (code or "").upper().split("+")]
    return next((each for each in said if each is not Says.NOTHING), Says.NOTHING)


def _part_says(written: str) -> Says:
    domain, _, rest = written.partition("-")
    family, _, sub_family = rest.partition("-")
    if family:
        if sub_family in _FEE_SUB_FAMILIES:
            return Says.FEE
        return Says.NOTHING if sub_family in _SILENT_SUB_FAMILIES else Says.OTHER
    if domain in _FEE_CODES:
        return Says.FEE
    if domain in _BATCH_CODES:
        return Says.BATCH
    is_payment = len(domain) == 3 and domain.isdecimal() and int(domain) in _PAYMENTS
    return Says.OTHER if is_payment or domain in _OTHER_CODES else Says.NOTHING
