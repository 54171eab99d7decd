"""What a bank's own code of a transaction says: a fee, wages, a sum of payments, another one, or
nothing.

Sources: ISO 20022 External Code Sets (bank transaction codes: domain, family, sub-family); the
business codes (GVC) of the German banks, in annex 3 of their DFÜ agreement; the transaction types
of SWIFT's field 61 and of OFX.
"""

import re
from enum import StrEnum, auto
from typing import Final

from tillroll_documents.reading import words
from tillroll_documents.reading.text.folding import fold


class CodeMeaning(StrEnum):
    """What a code says of its entry."""

    FEE = auto()
    BATCH = auto()
    """One entry for several payments."""
    OTHER = auto()
    """A payment or card purchase: no fee."""
    NOTHING = auto()


_FEE_SUB_FAMILIES: Final = frozenset({"CHRG", "FEES", "COMM", "COMT", "COME", "COMI"})
_SILENT_SUB_FAMILIES: Final = frozenset({"OTHR", "NTAV", ""})
_FEE_CODES: Final = words("803 805 806 807 808 809 810 NCHG NCOM CHG COM FEE SRVCHG")
_BATCH_CODES: Final = words("188 190 191 192 193 194 195 196 197 198 199")
_PAYMENT_CODES: Final = words("POS ATM XFER CHECK DIRECTDEP DIRECTDEBIT DEP CASH PAYMENT NDDT NCHK")
_PAYMENTS: Final = range(1, 200)
"""GVC of payments in euros; those from 800 on are the bank's own."""


_WAGE_CODES: Final = frozenset({"SALA", "PAYR"})
_WAGES: Final = words("""
    lohn lohne loehne gehalt gehalter gehaelter lohnzahlung gehaltszahlung wage wages salary
    salaries payroll salaire salaires stipendio stipendi nomina nominas loon lonen salaris
    salarissen lon lonn palkka palkat wynagrodzenie wynagrodzenia pensja mzda mzdy vyplata
    placa ucret maas salario salarios ordenado vencimento
""")
"""Words for wages, folded, in the languages of the banks that are read."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def has_wage_code(code: str | None) -> bool:
    """Whether the bank or its customer says by a code that wages are paid.

    That is the sub-family or the purpose SALA of ISO 20022, or the purpose PAYR.
    """
    return not _WAGE_CODES.isdisjoint(re.split(r"[-+]", (code or "").upper()))


def has_word_of_wages(text: str) -> bool:
    """Whether a text has a word for wages, as a whole word, or names the purpose (PURP+SALA)."""
    return any(word in _WAGES or word == "sala" for word in _LETTERS.findall(fold(text)))


def meaning_of(code: str | None) -> CodeMeaning:
    """Read a code as the readers of files keep it.

    These are `PMNT-CCRD-POSD`, `106`, `NTRF`, `POS`, and what German banks write as their own code
    in camt, `NTRF+166+9310`.
    """
    for part in (code or "").upper().split("+"):
        answer = _meaning_of_part(part)
        if answer is not CodeMeaning.NOTHING:
            return answer
    return CodeMeaning.NOTHING


def _meaning_of_part(code: str) -> CodeMeaning:
    domain, _, rest = code.partition("-")
    family, _, sub_family = rest.partition("-")
    if family:
        return _meaning_of_sub_family(sub_family)
    if domain in _FEE_CODES:
        return CodeMeaning.FEE
    if domain in _BATCH_CODES:
        return CodeMeaning.BATCH
    is_gvc = len(domain) == 3 and domain.isdecimal()
    is_payment = is_gvc and int(domain) in _PAYMENTS
    if is_payment or domain in _PAYMENT_CODES:
        return CodeMeaning.OTHER
    return CodeMeaning.NOTHING


def _meaning_of_sub_family(sub_family: str) -> CodeMeaning:
    if sub_family in _FEE_SUB_FAMILIES:
        return CodeMeaning.FEE
    if sub_family in _SILENT_SUB_FAMILIES:
        return CodeMeaning.NOTHING
    return CodeMeaning.OTHER
