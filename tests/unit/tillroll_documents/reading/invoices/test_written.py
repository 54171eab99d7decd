"""An e-invoice that is written is read back to the same numbers, and holds the rules of EN
16931.
"""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll.claims.contract import InvoiceParams, InvoiceParty
from tillroll.claims.documents import IssuedInvoice, IssuedLine, Preceding, write_ubl
from tillroll_documents.reading.e_invoices.e_invoice import Syntax
from tillroll_documents.reading.e_invoices.extraction import profile_name, read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations
from tillroll_documents.reading.extraction import DocumentKind

# OASIS UBL 2.1, UBL-CreditNote-2.1.xsd, as far as EN 16931 takes it.
_ORDER = (
    *(
        "CustomizationID",
        "ProfileID",
        "ID",
        "IssueDate",
        "TaxPointDate",
        "CreditNoteTypeCode",
        "Note",
    ),
    *(
        "DocumentCurrencyCode",
        "TaxCurrencyCode",
        "AccountingCost",
        "BuyerReference",
        "InvoicePeriod",
        "OrderReference",
    ),
    *(
        "BillingReference",
        "DespatchDocumentReference",
        "ContractDocumentReference",
        "AdditionalDocumentReference",
    ),
    *(
        "AccountingSupplierParty",
        "AccountingCustomerParty",
        "PayeeParty",
        "TaxRepresentativeParty",
        "Delivery",
    ),
    *(
        "PaymentMeans",
        "PaymentTerms",
        "AllowanceCharge",
        "TaxTotal",
        "LegalMonetaryTotal",
        "CreditNoteLine",
    ),
)
SELLER = InvoiceParty(
    name="Ann & Söhne GmbH",
    country="DE",
    street="Weg 1",
    city="Köln",
    postal_code="50667",
    vat_id="DE123456789",
    registration_id="HRB 1",
)
BUYER = InvoiceParty(name="Kunde <AG>", country="AT", city="Wien")


def terms_of(
    category: str = "S", rate: str | None = "19", reason: str | None = None
) -> InvoiceParams:
    """Not held to the rules: the parties stay the same whatever the category."""
    return InvoiceParams.model_construct(
        seller=SELLER,
        buyer=BUYER,
        vat_category=category,
        vat_rate=rate,
        vat_reason=reason,
        reference="04011-12",
        iban="DE02120300000000202051",
    )


STANDARD = terms_of()


def invoice_of(*gross: str, terms: InvoiceParams = STANDARD, name: str = "Taxi") -> IssuedInvoice:
    lines = [IssuedLine(name, Decimal(each)) for each in gross]
    days = date(2026, 3, 1), date(2026, 3, 31)
    return IssuedInvoice("2026-0001", *days, "EUR", terms, lines)


def test_what_is_written_is_read_back() -> None:
    written = invoice_of("119.00", "-11.90", "0.01")
    read = read_invoice(write_ubl(written))
    assert (read.syntax, read.kind) == (Syntax.UBL_INVOICE, DocumentKind.INVOICE)
    assert read.profile is not None
    assert profile_name(read.profile.value) == "EN 16931"
    assert read.number is not None
    assert read.issue_date is not None
    assert read.due_date is not None
    assert read.currency is not None
    assert (read.number.value, read.currency.value) == ("2026-0001", "EUR")
    assert (read.issue_date.value, read.due_date.value) == (date(2026, 3, 1), date(2026, 3, 31))
    assert read.seller.name is not None
    assert read.seller.vat_id is not None
    assert read.buyer.name is not None
    assert (read.seller.name.value, read.seller.vat_id.value) == ("Ann & Söhne GmbH", "DE123456789")
    assert (read.buyer.name.value, read.buyer.vat_id) == ("Kunde <AG>", None)
    assert read.iban is not None
    assert read.payment_reference is not None
    assert (read.iban.value, read.payment_reference.value) == (
        "DE02120300000000202051",
        "2026-0001",
    )
    assert [each.amount.value for each in read.lines if each.amount] == [
        Decimal("100.00"),
        Decimal("-10.00"),
        Decimal("0.01"),
    ]
    assert [each.quantity.value for each in read.lines if each.quantity] == [1, -1, 1]
    assert (read.taxes[0].category, violations(read)) == ("S", ())


@pytest.mark.parametrize("category", ["O", "E", "AE"])
def test_without_tax_all_is_net_and_the_reason_stands_there(category: str) -> None:
    content = write_ubl(
        invoice_of("12.90", "25.00", terms=terms_of(category, None, "Paid for you"))
    )
    read = read_invoice(content)
    assert read.totals.net is not None
    assert read.totals.gross is not None
    assert read.totals.tax is not None
    assert (read.totals.net.value, read.totals.gross.value, read.totals.tax.value) == (
        Decimal("37.90"),
        Decimal("37.90"),
        0,
    )
    assert (content.count(b"Paid for you"), read.taxes[0].category, violations(read)) == (
        1,
        category,
        (),
    )
    assert (b"Percent" in content) == (category != "O")


def credit_note_of(*gross: str) -> IssuedInvoice:
    invoice = invoice_of(*gross)
    preceding = Preceding("2026-0001", invoice.issued_on)
    return replace(
        invoice, number="CN-2026-0001", issued_on=date(2026, 4, 1), due_on=None, preceding=preceding
    )


def test_a_credit_note_is_read_back_and_names_its_invoice() -> None:
    content = write_ubl(credit_note_of("119.00", "-11.90"))
    read = read_invoice(content)
    assert (read.syntax, read.kind, violations(read)) == (
        Syntax.UBL_CREDIT_NOTE,
        DocumentKind.CREDIT_NOTE,
        (),
    )
    assert read.number is not None
    assert read.preceding is not None
    assert read.type_code is not None
    assert (read.number.value, read.preceding.value, read.type_code.value) == (
        "CN-2026-0001",
        "2026-0001",
        "381",
    )
    assert [each.quantity.value for each in read.lines if each.quantity] == [1, -1]
    assert read.totals.gross is not None
    assert (read.totals.gross.value, read.due_date) == (Decimal("107.10"), None)
    names = [*dict.fromkeys(re.findall(r"^  <\w+:(\w+)", content.decode(), re.MULTILINE))]
    assert names == [each for each in _ORDER if each in names], "UBL has an order"
    assert (b"DueDate" in content, b"PaymentMeans" in content) == (False, False)


def test_letters_that_xml_does_not_take_are_left_out() -> None:
    read = read_invoice(write_ubl(invoice_of("1.00", name="a\x00b\ud800c\x1f")))
    assert read.lines[0].name is not None
    assert read.lines[0].name.value == "a b c"


_GROSS = st.lists(st.integers(-5_000, 500_000), min_size=1, max_size=200)


@given(_GROSS, st.sampled_from(["1", "5.5", "7", "19", "20", "21", "25.5"]))
def test_sums_hold_whatever_is_charged(minor: list[int], rate: str) -> None:
    written = invoice_of(*[str(Decimal(each) / 100) for each in minor], terms=terms_of(rate=rate))
    read = read_invoice(write_ubl(written))
    assert violations(read) == ()
    assert read.totals.gross is not None
    assert read.totals.due is not None
    assert read.totals.gross.value == read.totals.due.value == Decimal(sum(minor)) / 100
    assert abs(written.tax - written.net * written.terms.rate / 100) <= Decimal("0.01")
