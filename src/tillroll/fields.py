"""Types of fields that people fill in, and what each has to fulfil. Pure."""

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from tillroll_documents.bank_numbers import BIC, IBAN, has_right_check_digits
from tillroll_durable.errors import ValuesRefused
from tillroll_durable.platform.naming import look_alike

ONE_LINE: Final = r"^[^\x00-\x1f\x7f]+$"

_LONGEST_ADDRESS: Final = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
# Letters of any script are taken; what ends a header or parts addresses is not.
_ADDRESS: Final = re.compile(
    r"[^\s@<>()\[\]\\,;:\"]{1,64}@[^\s@<>()\[\]\\,;:\"]+\.[^\s@<>()\[\]\\,;:\".]{2,}"
)


class InvalidAddress(Exception):
    """The text is no address that mail could be sent to; the message says what is wrong."""


def without_spaces(value: Any) -> Any:
    """A text in capitals without spaces, as numbers of accounts, tax ids and codes are written;
    anything else as it is.
    """
    if isinstance(value, str):
        return "".join(value.split()).upper()
    return value


def trimmed(value: Any) -> Any:
    """A text with one space for many, and none around it; anything else as it is."""
    if isinstance(value, str):
        return " ".join(value.split())
    return value


def check_iban(text: str) -> str:
    """The IBAN in capitals without spaces, of any country. Raises ValueError, which never repeats
    the number.
    """
    iban = "".join(text.split()).upper()
    if not IBAN.fullmatch(iban) or not has_right_check_digits(iban):
        raise ValueError("This is no IBAN: its check digits do not fit. Copy it anew")
    return iban


def _check_bic(text: str) -> str:
    if not BIC.fullmatch(text):
        raise ValueError("A BIC is eight or eleven letters and digits, such as COBADEFFXXX")
    return text


def read_mail_address(text: str) -> str:
    """The address without blanks around it. Raises InvalidAddress: it is none."""
    address = text.strip()
    is_short = len(address) <= _LONGEST_ADDRESS
    if not is_short or not address.isprintable() or not _ADDRESS.fullmatch(address):
        raise InvalidAddress(
            f"Give one mail address of at most {_LONGEST_ADDRESS} characters, "
            "such as ann@example.com."
        )
    return address


def check_mail(text: str) -> str:
    """Raises ValueError: it is no address."""
    try:
        return read_mail_address(text)
    except InvalidAddress as error:
        raise ValueError(str(error)) from error


def check_look(name: str, others: Iterable[str], field: str) -> None:
    """Refuse a name in letters of several alphabets that looks like one of the others: a person
    chooses that, or a name that nobody mistakes for it. Raises ValuesRefused.
    """
    other = look_alike(name, others)
    if other is not None:
        message = (
            f"It looks like {other}, but has letters of another alphabet: choose {other}, or type "
            "in another name."
        )
        raise ValuesRefused([(field, message)])


OneLine = Annotated[str, Field(min_length=1, max_length=140, pattern=ONE_LINE)]
Line = Annotated[OneLine, BeforeValidator(trimmed)]
Country = Annotated[
    str, BeforeValidator(without_spaces), Field(pattern=r"^[A-Z]{2}$", examples=["DE"])
]
VatId = Annotated[
    str,
    BeforeValidator(without_spaces),
    Field(pattern=r"^[A-Z]{2}[0-9A-Z+*]{2,13}$", examples=["DE123456789"]),
]
Iban = Annotated[
    str, Field(max_length=50, examples=["DE02120300000000202051"]), AfterValidator(check_iban)
]
Bic = Annotated[
    str,
    BeforeValidator(without_spaces),
    Field(max_length=20, examples=["BYLADEM1001"]),
    AfterValidator(_check_bic),
]
MailAddress = Annotated[
    str, Field(max_length=300, examples=["books@acme.example"]), AfterValidator(check_mail)
]
