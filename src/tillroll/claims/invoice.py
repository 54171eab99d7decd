"""The e-invoice of a claim: what a request says of it, and its sums. Terms (BT) and groups (BG) are of EN 16931-1."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from tillroll.durable import Params

ONE_LINE: Final = r"^[^\x00-\x1f\x7f]+$"
OneLine = Annotated[str, Field(min_length=1, max_length=140, pattern=ONE_LINE)]
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}", re.ASCII)
_CENT: Final = Decimal("0.01")
# What stands in place of a rate (BR-AE-10, BR-O-10).
_REASONS: Final = {"AE": "Reverse charge", "O": "Not subject to VAT"}


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
        category, seller, buyer = self.vat_category, self.seller, self.buyer
        has_rate = self.vat_rate is not None and Decimal(self.vat_rate) > 0
        if has_rate != (category == "S"):
            raise ValueError("Give vatRate, above zero, with the vatCategory S, and with no other")
        if category == "E" and self.vat_reason is None:
            raise ValueError("Give vatReason: an invoice that is exempt says why")
        if category != "O" and seller.vat_id is None:
            raise ValueError(f"Give seller.vatId: the vatCategory {category} needs it")
        if category == "AE" and buyer.vat_id is None:
            raise ValueError("Give buyer.vatId: reverse charge needs it")
        if category == "O" and (seller.vat_id or buyer.vat_id):
            raise ValueError("Leave both vatId out: what is not subject to VAT names none. Give seller.registrationId")
        if category == "O" and seller.registration_id is None:
            raise ValueError("Give seller.registrationId: without a vatId, the seller is known by it")
        return self

    @property
    def rate(self) -> Decimal:
        """In percent; zero but for the category S."""
        return Decimal(self.vat_rate or 0)

    @property
    def exemption(self) -> str | None:
        """Why there is no VAT."""
        return self.vat_reason or _REASONS.get(self.vat_category)


@dataclass(frozen=True)
class IssuedLine:
    """What is charged. `gross` is what is to be paid for it, tax included; below zero, it is given back."""

    name: str
    gross: Decimal


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note takes something back of (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class IssuedInvoice:
    """An invoice, or, with `preceding`, a credit note, whose amounts are what is given back.

    Attributes:
        due_on: the last day on which it is paid in time; None of a credit note.
        terms: between whom it is, and how the whole of it is taxed.
    """

    number: str
    issued_on: date
    due_on: date | None
    currency: str
    terms: InvoiceParams
    lines: Sequence[IssuedLine]
    preceding: Preceding | None = None

    @property
    def gross(self) -> Decimal:
        """BT-112: what the lines come to."""
        return sum((line.gross for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        """BT-109. Tax is what lies between: EN 16931, BR-CO-17, holds to the cent."""
        return self._net_of(self.gross)

    @property
    def tax(self) -> Decimal:
        """BT-110."""
        return self.gross - self.net

    @property
    def net_lines(self) -> list[Decimal]:
        """BT-131 of each line. They come to the net amount exactly, since the sums are rounded, not the lines."""
        nets, so_far = list[Decimal](), Decimal(0)
        for line in self.lines:
            nets.append(self._net_of(so_far + line.gross) - self._net_of(so_far))
            so_far += line.gross
        return nets

    def _net_of(self, gross: Decimal) -> Decimal:
        return (gross * 100 / (100 + self.terms.rate)).quantize(_CENT, ROUND_HALF_UP)
