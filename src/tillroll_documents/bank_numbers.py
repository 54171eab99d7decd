"""Numbers of bank accounts and of banks, as their standards have them. Pure."""

import re
from typing import Final

IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
"""The form of an IBAN of any country (ISO 13616), in capitals without spaces."""
BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
"""The form of a bank's identifier (ISO 9362), in capitals."""


def has_right_check_digits(iban: str) -> bool:
    """Whether the third and fourth character of what has an IBAN's form fit the others (ISO 7064,
    MOD 97-10).
    """
    return int("".join(str(int(mark, 36)) for mark in iban[4:] + iban[:4])) % 97 == 1
