"""What an e-invoice needs beside the claim: asked for when the claim is, since EN 16931 refuses it without."""

import re
from decimal import Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tillroll.durable import Params
from tillroll.invoices.written.issued import IssuedParty, IssuedVat, VatCategory

ONE_LINE: Final = r"^[^\x00-\x1f\x7f]+$"
OneLine = Annotated[str, Field(min_length=1, max_length=140, pattern=ONE_LINE)]
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
# What stands in place of a rate (BR-AE-10, BR-O-10).
_REASONS: Final = {VatCategory.REVERSE_CHARGE: "Reverse charge", VatCategory.OUTSIDE: "Not subject to VAT"}


def _iban(given: str) -> str:
    """ISO 13616: the country and the check digits go to the end, letters count from 10, and 97 leaves one."""
    iban = given.replace(" ", "").upper()
    turned = iban[4:] + iban[:4]
    if not _IBAN.fullmatch(iban) or int("".join(str(int(letter, 36)) for letter in turned)) % 97 != 1:
        raise ValueError("This is no IBAN: its check digits do not fit. Copy it anew")
    return iban


class InvoiceParty(Params):
    """Who charges, or who is charged. `country` is its two-letter code by ISO 3166-1; `vat_id` begins with the
    country's letters; `registration_id` is that of a register of companies."""

    name: OneLine
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$", examples=["DE"])]
    street: OneLine | None = None
    city: OneLine | None = None
    postal_code: OneLine | None = None
    vat_id: Annotated[str | None, Field(pattern=r"^[A-Z]{2}[0-9A-Z+*]{2,13}$", examples=["DE123456789"])] = None
    registration_id: OneLine | None = None

    def issued(self) -> IssuedParty:
        return IssuedParty(**self.model_dump())


class InvoiceParams(Params):
    """An e-invoice in UBL 2.1 by EN 16931. `vat_category` says how it is taxed: `S` with `vat_rate` in percent, which
    is in the amounts; `E` exempt, with `vat_reason`; `AE` reverse charge; `O` not subject to VAT, such as what was paid
    in the customer's name. `reference` is the customer's own, which public buyers ask for."""

    seller: InvoiceParty
    buyer: InvoiceParty
    vat_category: Literal["S", "E", "AE", "O"]
    vat_rate: Annotated[str | None, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,2})?$", examples=["19"])] = None
    vat_reason: OneLine | None = None
    reference: OneLine | None = None
    iban: Annotated[str, AfterValidator(_iban)] | None = None

    @model_validator(mode="after")
    def _holds_the_rules(self) -> Self:
        """BR-S-02, BR-AE-02, BR-O-02, BR-E-10, BR-CO-26."""
        category, seller, buyer = VatCategory(self.vat_category), self.seller, self.buyer
        has_rate = self.vat_rate is not None and Decimal(self.vat_rate) > 0
        if has_rate != (category is VatCategory.STANDARD):
            raise ValueError("Give vatRate, above zero, with the vatCategory S, and with no other")
        if category is VatCategory.EXEMPT and self.vat_reason is None:
            raise ValueError("Give vatReason: an invoice that is exempt says why")
        if category is not VatCategory.OUTSIDE and seller.vat_id is None:
            raise ValueError(f"Give seller.vatId: the vatCategory {category.value} needs it")
        if category is VatCategory.REVERSE_CHARGE and buyer.vat_id is None:
            raise ValueError("Give buyer.vatId: reverse charge needs it")
        if category is VatCategory.OUTSIDE and (seller.vat_id or buyer.vat_id):
            raise ValueError("Leave both vatId out: what is not subject to VAT names none. Give seller.registrationId")
        if category is VatCategory.OUTSIDE and seller.registration_id is None:
            raise ValueError("Give seller.registrationId: without a vatId, the seller is known by it")
        return self

    def vat(self) -> IssuedVat:
        category = VatCategory(self.vat_category)
        return IssuedVat(category, Decimal(self.vat_rate or 0), self.vat_reason or _REASONS.get(category))
