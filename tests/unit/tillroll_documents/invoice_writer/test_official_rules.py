"""An invoice in CII holds the official rules of EN 16931."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from tests.support.schematron import broken_rules
from tests.unit.tillroll_documents.invoice_writer.invoices import (
    BUYER,
    SELLER,
    invoice_of,
    invoices,
)
from tillroll_documents.invoice_writer.cii import write_cii
from tillroll_documents.invoice_writer.model import Invoice, Line, Party, VatCategory

STANDARD = Line("Hotel", 100_00, VatCategory.STANDARD, Decimal(19))
DISBURSED = Line("Fee of the court", 30_00, VatCategory.EXEMPT)


@given(invoices())
@settings(max_examples=15, deadline=None)
def test_the_official_rules_hold(invoice: Invoice) -> None:
    assert broken_rules(write_cii(invoice)) == []


@pytest.mark.parametrize(
    "seller",
    [
        SELLER,
        replace(SELLER, vat_id=None, registration_id=None),
        replace(SELLER, tax_number=None, registration_id=None, mail=None),
    ],
    ids=["all", "a tax number alone", "a VAT id alone"],
)
def test_a_seller_is_known_by_what_they_have(seller: Party) -> None:
    invoice = replace(invoice_of(STANDARD, DISBURSED), seller=seller)
    assert broken_rules(write_cii(invoice)) == []


def test_without_a_vat_id_what_is_outside_of_vat_is_known_by_the_tax_number() -> None:
    seller = replace(SELLER, registration_id=None, vat_id=None)
    invoice = replace(invoice_of(Line("Advice", 1_00, VatCategory.OUTSIDE)), seller=seller)
    assert broken_rules(write_cii(invoice)) == []


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": ""}, "BR-02"),
        ({"seller": replace(SELLER, name="")}, "BR-06"),
        ({"lines": (replace(STANDARD, rate=Decimal(7)), DISBURSED)}, "BR-S-"),
        ({"taxes": ()}, "BR-CO-18"),
        ({"buyer": replace(BUYER, country="XX")}, "BR-CL-14"),
    ],
)
def test_the_rules_see_what_is_wrong(change: dict[str, Any], rule: str) -> None:
    invoice = replace(invoice_of(STANDARD, DISBURSED), **change)
    assert any(each.startswith(rule) for each in broken_rules(write_cii(invoice)))
