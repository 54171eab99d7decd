"""The company's profile, and what its fields have to fulfil. Pure."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from tillroll.mail.addresses import InvalidAddress, read_mail_address
from tillroll_documents.reading.bank_numbers import BIC, IBAN, has_right_check_digits
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import ChangeBody, Model

ONE_LINE: Final = r"^[^\x00-\x1f\x7f]+$"


class Audited(Action):
    CHANGED = (
        "company.changed",
        "the company's profile was changed; `fields` names what, without the values",
    )
    LOGO_CHANGED = "company.logo_changed", "the company's logo was set, or removed"


def _squeezed(given: Any) -> Any:
    """What people type with spaces or in small letters: numbers of accounts, tax ids, codes."""
    if isinstance(given, str):
        return "".join(given.split()).upper()
    return given


def trimmed(given: Any) -> Any:
    """A text with one space for many, and none around it; anything else as it is."""
    if isinstance(given, str):
        return " ".join(given.split())
    return given


def check_iban(given: str) -> str:
    """The IBAN in capitals without spaces, of any country. Raises ValueError, which never repeats
    the number.
    """
    iban = "".join(given.split()).upper()
    if not IBAN.fullmatch(iban) or not has_right_check_digits(iban):
        raise ValueError("This is no IBAN: its check digits do not fit. Copy it anew")
    return iban


def _bic(given: str) -> str:
    if not BIC.fullmatch(given):
        raise ValueError("A BIC is eight or eleven letters and digits, such as COBADEFFXXX")
    return given


def check_mail(given: str) -> str:
    """Raises ValueError: it is no address."""
    try:
        return read_mail_address(given)
    except InvalidAddress as error:
        raise ValueError(str(error)) from error


OneLine = Annotated[str, Field(min_length=1, max_length=140, pattern=ONE_LINE)]
Line = Annotated[OneLine, BeforeValidator(trimmed)]
Country = Annotated[str, BeforeValidator(_squeezed), Field(pattern=r"^[A-Z]{2}$", examples=["DE"])]
VatId = Annotated[
    str,
    BeforeValidator(_squeezed),
    Field(pattern=r"^[A-Z]{2}[0-9A-Z+*]{2,13}$", examples=["DE123456789"]),
]
Iban = Annotated[
    str, Field(max_length=50, examples=["DE02120300000000202051"]), AfterValidator(check_iban)
]
Bic = Annotated[
    str,
    BeforeValidator(_squeezed),
    Field(max_length=20, examples=["BYLADEM1001"]),
    AfterValidator(_bic),
]
MailAddress = Annotated[
    str, Field(max_length=300, examples=["books@acme.example"]), AfterValidator(check_mail)
]


class Logo(Model):
    """A picture in PNG or JPEG. Sizes are in pixels, `size` in bytes; `url` shows it to people of
    the account.
    """

    media_type: str
    width: int
    height: int
    size: int
    sha256: str
    url: str
    object_key: str = Field(exclude=True)


class CompanyProfile(Model):
    """The company, as claims, invoices and payment files name it. Null is what nobody has entered;
    `name` is the account's own then. `missing` names what invoices and transfers still need.
    """

    name: str
    street: str | None
    postal_code: str | None
    city: str | None
    country: str | None
    vat_id: str | None
    registration_id: str | None
    mail: str | None
    iban: str | None
    bic: str | None
    logo: Logo | None
    missing: list[str]
    updated_at: str | None


class CompanyRequest(ChangeBody):
    """What is left out stays; null takes away. `country` is its two-letter code by ISO 3166-1;
    `registrationId` the number in a register of companies; `bic` is needed outside of the European
    Economic Area only.
    """

    name: Line | None = None
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None
    country: Country | None = None
    vat_id: VatId | None = None
    registration_id: Line | None = None
    mail: MailAddress | None = None
    iban: Iban | None = None
    bic: Bic | None = None


FIELDS: Final = tuple(CompanyRequest.model_fields)
"""The columns of `company_profiles` that a person fills in."""
