"""Numbers of bank accounts (IBAN, ISO 13616) and of banks (BIC, ISO 9362)."""

import re
from typing import Final

# How long an IBAN is, by country: those of SEPA (EPC409-09), with the IBAN registry's lengths.
_LENGTHS: Final = {
    length: frozenset(countries.split())
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI NL",
        19: "MK SI",
        20: "AT EE LT LU",
        21: "CH HR LI LV",
        22: "BG DE GB IE ME RS VA",
        23: "GI",
        24: "AD CZ ES MD RO SE SK",
        25: "PT",
        26: "IS",
        27: "FR GR IT MC SM",
        28: "AL CY HU PL",
        31: "MT",
    }.items()
}
_LENGTH_OF: Final = {country: length for length, countries in _LENGTHS.items() for country in countries}
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


class NoBankAccount(ValueError):
    """A text is no number of a bank account, or of a bank; the message says why, and never repeats the number."""


def read_iban(text: str) -> str:
    """The IBAN without spaces, in capitals.

    Raises:
        NoBankAccount: it is none of SEPA, or its check digits do not fit (ISO 7064, MOD 97-10).
    """
    iban = "".join(text.split()).upper()
    if not _IBAN.fullmatch(iban):
        raise NoBankAccount("an IBAN is two letters, two digits, and the account: DE89 3704 0044 0532 0130 00")
    expected = _LENGTH_OF.get(iban[:2])
    if expected is None:
        raise NoBankAccount(f"{iban[:2]} is no country of SEPA, which a file can pay to")
    if len(iban) != expected:
        raise NoBankAccount(f"an IBAN of {iban[:2]} has {expected} characters; this one has {len(iban)}")
    if int("".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])) % 97 != 1:
        raise NoBankAccount("the check digits of this IBAN do not fit: look for a mistyped one")
    return iban


def read_bic(text: str) -> str:
    """The BIC in capitals.

    Raises:
        NoBankAccount: it is none.
    """
    bic = text.strip().upper()
    if not _BIC.fullmatch(bic):
        raise NoBankAccount("a BIC is eight or eleven letters and digits, such as COBADEFFXXX")
    return bic


def masked(iban: str) -> str:
    """The IBAN as it is shown: its country and check digits, and its last four."""
    return f"{iban[:4]}…{iban[-4:]}"
