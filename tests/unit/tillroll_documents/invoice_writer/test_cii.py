"""Our own reader reads what an invoice in CII says."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given

from tests.unit.tillroll_documents.invoice_writer.invoices import (
    BUYER,
    SELLER,
    invoice_of,
    invoices,
)
from tillroll_documents.invoice_writer.cii import write_cii
from tillroll_documents.invoice_writer.model import Invoice, Line, VatCategory
from tillroll_documents.money import Money
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations
from tillroll_documents.reading.extraction import DocumentKind

STANDARD = Line("Hotel", 100_00, VatCategory.STANDARD, Decimal(19))


def _decimal(minor: int, currency: str) -> Decimal:
    return Decimal(Money(minor, currency).to_decimal_string())


def _value(located: object) -> object:
    return getattr(located, "value", None)


@given(invoices())
def test_what_was_written_is_read(invoice: Invoice) -> None:
    read = read_invoice(write_cii(invoice))
    currency = invoice.currency
    assert violations(read) == ()
    is_credit = invoice.preceding is not None
    assert read.kind is (DocumentKind.CREDIT_NOTE if is_credit else DocumentKind.INVOICE)
    assert [
        _value(each) for each in (read.number, read.issue_date, read.due_date, read.currency)
    ] == [
        invoice.number,
        invoice.issued_on,
        invoice.due_on,
        currency,
    ]
    is_outside = invoice.lines[0].category is VatCategory.OUTSIDE
    assert (_value(read.seller.name), _value(read.seller.vat_id), _value(read.seller.country)) == (
        SELLER.name,
        None if is_outside else SELLER.vat_id,
        "DE",
    )
    assert (_value(read.buyer.name), _value(read.buyer.country)) == (BUYER.name, "AT")
    totals = [
        read.totals.lines,
        read.totals.net,
        read.totals.tax,
        read.totals.gross,
        read.totals.due,
    ]
    sums = [invoice.net, invoice.net, invoice.tax, invoice.gross, invoice.gross]
    assert [_value(each) for each in totals] == [_decimal(each, currency) for each in sums]
    assert [
        (row.category, _value(row.base), _value(row.tax), _value(row.rate)) for row in read.taxes
    ] == [
        (
            group.category.value,
            _decimal(group.base, currency),
            _decimal(group.tax, currency),
            None if is_outside else group.rate,
        )
        for group in invoice.taxes
    ]
    assert [(_value(line.name), _value(line.amount)) for line in read.lines] == [
        (line.name, _decimal(line.net, currency)) for line in invoice.lines
    ]
    assert [_value(read.iban), _value(read.payment_reference)] == (
        [None, None] if is_credit else [invoice.iban, invoice.number]
    )
    assert _value(read.preceding) == (invoice.preceding.number if invoice.preceding else None)


def test_letters_that_xml_has_not_are_left_out() -> None:
    invoice = invoice_of(replace(STANDARD, name="Hotel\x00 \ud800Ring"))
    [line] = read_invoice(write_cii(invoice)).lines
    assert _value(line.name) == "Hotel Ring"
