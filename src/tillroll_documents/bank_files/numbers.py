"""Numbers of bank accounts: IBANs (ISO 13616) of any country, and the national ones that files
still have. Pure.
"""

import re
from typing import Final

from tillroll_documents.bank_numbers import IBAN, has_right_check_digits

_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9/.-]{2,33}")
_BRITISH: Final = ("GB", "IE")
_LEAST: Final = 4
"""Characters of a number by which two can be the same."""


class NoNumber(ValueError):
    """A text is no number of a bank account. The message says why, and never repeats it."""


def read_number(text: str) -> str:
    """The number in capitals without spaces. Raises NoNumber: other characters, or wrong check
    digits of an IBAN.
    """
    number = "".join(text.split()).upper()
    if not _NUMBER.fullmatch(number):
        raise NoNumber("Give an IBAN, or the number by which the bank's files name the account.")
    if IBAN.fullmatch(number) and not has_right_check_digits(number):
        raise NoNumber("The check digits of this IBAN do not fit: look for a mistyped one.")
    return number


def is_iban(number: str) -> bool:
    """Whether a number, as `read_number` returns it, is an IBAN."""
    return IBAN.fullmatch(number) is not None and has_right_check_digits(number)


def shown(number: str) -> str:
    """Enough of a number to know it again: of an IBAN also the country and its check digits."""
    if len(number) <= _LEAST:
        return number
    if is_iban(number):
        return f"{number[:4]}…{number[-4:]}"
    return f"…{number[-4:]}"


def are_the_same(printed: str, stored: str) -> bool:
    """Whether a file means the account whose number is kept. An MT940 may name an IBAN's bank and
    account without the country, with a slash between them and without leading zeros; some files
    leave the bank out.
    """
    if printed == stored:
        return True
    if not is_iban(stored) or is_iban(printed):
        return False
    parts = [part for part in re.split(r"[/.-]", printed) if part]
    national = stored[4:]
    if len(parts) == 1:
        return len(parts[0]) > _LEAST and national.lstrip("0").endswith(parts[0].lstrip("0"))
    *banks, number = parts
    bank = "".join(banks)
    # A BIC in front names the bank by four letters, which only British and Irish IBANs have.
    if bank[:4].isalpha():
        fits = stored[:2] not in _BRITISH or national.startswith(bank[:4])
        return fits and len(number) > _LEAST and national.endswith(number.lstrip("0"))
    rest = national.removeprefix(bank)
    return rest != national and rest.lstrip("0") == number.lstrip("0")
