"""The company's profile. Pure."""

from typing import Final, Literal

from pydantic import Field

from tillroll.fields import Bic, Country, Iban, Line, MailAddress, VatId
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import ChangeBody, Model


class Audited(Action):
    CHANGED = (
        "company.changed",
        "the company's profile was changed; `fields` names what, without the values",
    )
    LOGO_CHANGED = "company.logo_changed", "the company's logo was set, or removed"


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
    tax_number: str | None
    vat_scheme: Literal["standard", "small_business"] | None
    vat_due_on: Literal["issue", "payment"] | None
    registration_id: str | None
    mail: str | None
    iban: str | None
    bic: str | None
    logo: Logo | None
    missing: list[str]
    updated_at: str | None


class CompanyRequest(ChangeBody):
    """What is left out stays; null takes away. `country` is its two-letter code by ISO 3166-1;
    `taxNumber` is that of the local tax office; `vatScheme` `small_business` charges no VAT on
    invoices; `vatDueOn` `payment` counts VAT by what is paid of an invoice (section 20 UStG);
    `registrationId` is the number in a register of companies; `bic` is needed outside of the
    European Economic Area only.
    """

    name: Line | None = None
    street: Line | None = None
    postal_code: Line | None = None
    city: Line | None = None
    country: Country | None = None
    vat_id: VatId | None = None
    tax_number: Line | None = None
    vat_scheme: Literal["standard", "small_business"] | None = None
    vat_due_on: Literal["issue", "payment"] | None = None
    registration_id: Line | None = None
    mail: MailAddress | None = None
    iban: Iban | None = None
    bic: Bic | None = None


FIELDS: Final = tuple(CompanyRequest.model_fields)
"""The columns of `company_profiles` that a person fills in."""
