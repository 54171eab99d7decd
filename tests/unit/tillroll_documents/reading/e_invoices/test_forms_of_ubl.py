"""UBL as countries write it: several tax totals, other meanings of a field, missing totals, other
roots.
"""

from decimal import Decimal

import pytest

from tests.support.e_invoices import Facts, cii, ubl
from tests.support.growth import assert_linear
from tillroll_documents.reading.e_invoices.e_invoice import UnknownDocument
from tillroll_documents.reading.e_invoices.extraction import extract, read_invoice
from tillroll_documents.reading.e_invoices.judgement import judge
from tillroll_documents.reading.extraction import DocumentKind
from tillroll_documents.reading.receipt import Reading

_HEAD = (
    '<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">'
)


def _amount(name: str, value: str, currency: str) -> str:
    return f'<cbc:{name} currencyID="{currency}">{value}</cbc:{name}>'


def _row(
    base: str, tax: str, percent: str, currency: str, *, category: str = "S", scheme: str = "VAT"
) -> str:
    return (
        f"<cac:TaxSubtotal>{_amount('TaxableAmount', base, currency)}"
        f"{_amount('TaxAmount', tax, currency)}"
        f"<cac:TaxCategory><cbc:ID>{category}</cbc:ID><cbc:Percent>{percent}</cbc:Percent>"
        f"<cac:TaxScheme><cbc:ID>{scheme}</cbc:ID></cac:TaxScheme></cac:TaxCategory>"
        "</cac:TaxSubtotal>"
    )


def _total(tax: str, currency: str, *rows: str) -> str:
    return f"<cac:TaxTotal>{_amount('TaxAmount', tax, currency)}{''.join(rows)}</cac:TaxTotal>"


def _invoice(
    taxes: str,
    totals: dict[str, str],
    currency: str,
    more: str = "",
    *,
    names_currency: bool = True,
) -> bytes:
    sums = "".join(_amount(name, value, currency) for name, value in totals.items())
    named = (
        f"<cbc:DocumentCurrencyCode>{currency}</cbc:DocumentCurrencyCode>" if names_currency else ""
    )
    return (
        f"{_HEAD}{more}<cbc:ID>A-17</cbc:ID><cbc:IssueDate>2026-09-24</cbc:IssueDate>"
        f"<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>{named}"
        "<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>"
        "<cbc:RegistrationName>Rimal Est"
        "</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>"
        f"{taxes}<cac:LegalMonetaryTotal>{sums}</cac:LegalMonetaryTotal></Invoice>"
    ).encode()


def judged(content: bytes) -> Reading:
    invoice = read_invoice(content)
    extraction, _ = extract(invoice)
    return judge(invoice, extraction, "")


def _rows_of(reading: Reading) -> list[tuple[str | None, str | None, str]]:
    return [(line.rate, line.net, line.tax) for line in reading.extraction.tax_lines]


_SAUDI_SUMS = {
    "TaxExclusiveAmount": "112.00",
    "TaxInclusiveAmount": "127.60",
    "PayableAmount": "127.60",
}
_SAUDI_ROWS = (_row("100.00", "15.00", "15", "SAR"), _row("12.00", "0.60", "5", "SAR"))


@pytest.mark.parametrize("with_rows_first", [True, False])
def test_a_tax_total_without_rows_restates_one_with_them(with_rows_first: bool) -> None:
    """ZATCA prescribes both, in the same currency."""
    both = [_total("15.60", "SAR", *_SAUDI_ROWS), _total("15.60", "SAR")]
    taxes = "".join(both if with_rows_first else reversed(both))
    reading = judged(_invoice(taxes, _SAUDI_SUMS, "SAR"))
    assert (reading.accepted, reading.reasons) == (True, ())
    assert reading.extraction.tax.value == "15.60"
    assert _rows_of(reading) == [("15", "100.00", "15.00"), ("5", "12.00", "0.60")]


def test_the_same_total_stated_twice_with_its_rows_counts_once() -> None:
    total = _total("15.60", "SAR", *_SAUDI_ROWS)
    reading = judged(_invoice(total + total, _SAUDI_SUMS, "SAR"))
    assert (reading.accepted, reading.extraction.tax.value, len(_rows_of(reading))) == (
        True,
        "15.60",
        2,
    )


def test_the_tax_in_the_currency_of_accounting_does_not_count() -> None:
    taxes = _total("70.20", "AED") + _total("15.60", "SAR", *_SAUDI_ROWS)
    reading = judged(_invoice(taxes, _SAUDI_SUMS, "SAR"))
    assert (reading.accepted, reading.extraction.tax.value) == (True, "15.60")


def test_several_kinds_of_tax_are_added_up() -> None:
    """DIAN: IVA and the consumption tax INC have a total each."""
    taxes = _total("19000.00", "COP", _row("100000.00", "19000.00", "19", "COP", scheme="01"))
    taxes += _total("8000.00", "COP", _row("100000.00", "8000.00", "8", "COP", scheme="04"))
    sums = {
        "TaxExclusiveAmount": "100000.00",
        "TaxInclusiveAmount": "127000.00",
        "PayableAmount": "127000.00",
    }
    reading = judged(_invoice(taxes, sums, "COP"))
    assert (reading.accepted, reading.reasons) == (True, ())
    assert reading.extraction.tax.value == "27000.00"
    assert _rows_of(reading) == [("19", "100000.00", "19000.00"), ("8", "100000.00", "8000.00")]


_DANISH = {
    "TaxInclusiveAmount": "1250.00",
    "PayableAmount": "1250.00",
    "LineExtensionAmount": "1000.00",
}


def test_in_oioubl_the_exclusive_amount_is_the_tax() -> None:
    taxes = _total(
        "250.00", "DKK", _row("1000.00", "250.00", "25", "DKK", category="StandardRated")
    )
    profile = "<cbc:CustomizationID>OIOUBL-2.02</cbc:CustomizationID>"
    reading = judged(_invoice(taxes, {**_DANISH, "TaxExclusiveAmount": "250.00"}, "DKK", profile))
    assert (reading.accepted, reading.reasons) == (True, ())
    assert (reading.extraction.subtotal.value, reading.extraction.tax.value) == (
        "1000.00",
        "250.00",
    )
    assert reading.extraction.tax_lines[0].vat_category == "S"
    # Without the profile, such an amount contradicts the others.
    assert not judged(_invoice(taxes, {**_DANISH, "TaxExclusiveAmount": "250.00"}, "DKK")).accepted
    # One that writes the net there has what it writes.
    meant = judged(_invoice(taxes, {**_DANISH, "TaxExclusiveAmount": "1000.00"}, "DKK", profile))
    assert (meant.accepted, meant.extraction.subtotal.value) == (True, "1000.00")


def test_what_is_due_is_the_total_where_none_is_stated() -> None:
    taxes = _total("15.76", "EUR", _row("75.01", "15.76", "21", "EUR"))
    sums = {"TaxExclusiveAmount": "75.01", "PayableAmount": "90.77"}
    reading = judged(_invoice(taxes, sums, "EUR", names_currency=False))
    assert (reading.accepted, reading.reasons) == (True, ())
    assert (reading.extraction.total.value, reading.extraction.currency.value) == ("90.77", "EUR")
    off = judged(_invoice(taxes, {**sums, "PayableAmount": "80.00"}, "EUR"))
    assert (off.accepted, off.extraction.total.value) == (False, "80.00")


def test_the_tax_of_a_rate_is_computed_for_the_standard_category_alone() -> None:
    """BR-CO-17 has no meaning for the margin scheme, or a tax of the Canary Islands."""
    sums = {
        "TaxExclusiveAmount": "100.00",
        "TaxInclusiveAmount": "103.00",
        "PayableAmount": "103.00",
    }
    for category, reasons in (("S", ("br_co_17",)), ("L", ()), ("E", ())):
        taxes = _total("3.00", "EUR", _row("100.00", "3.00", "7", "EUR", category=category))
        assert judged(_invoice(taxes, sums, "EUR")).reasons == reasons


def test_a_credit_note_below_zero_is_proposed_as_it_is_stated() -> None:
    facts = Facts(type_code="381", lines=(("Papier", Decimal(-1), Decimal(70)),))
    reading = judged(ubl(facts, credit_note=True))
    assert reading.reasons == ("total_of_credit_below_zero",)
    assert (reading.extraction.total.value, reading.extraction.tax.value) == ("-83.30", "-13.30")


_SBDH = "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"


def _enveloped(*documents: bytes) -> bytes:
    inside = b"".join(document.split(b"?>", 1)[1] for document in documents)
    head = (
        f'<sh:StandardBusinessDocument xmlns:sh="{_SBDH}"><sh:StandardBusinessDocumentHeader/>'
    ).encode()
    return head + inside + b"</sh:StandardBusinessDocument>"


def test_an_envelope_of_peppol_is_opened() -> None:
    reading = judged(_enveloped(ubl(Facts())))
    assert (reading.accepted, reading.extraction.total.value) == (True, "83.30")
    evidence = reading.extraction.total.evidence
    assert evidence is not None
    assert str(evidence.path).startswith("/sh:StandardBusinessDocument/Invoice/")
    assert "several_invoices" in judged(_enveloped(ubl(Facts()), cii(Facts()))).reasons


def _renamed(content: bytes, root: str, line: str, *, totals: str = "LegalMonetaryTotal") -> bytes:
    changed = content.replace(b"schema:xsd:Invoice-2", f"schema:xsd:{root}-2".encode())
    for old, new in (
        ("<Invoice ", f"<{root} "),
        ("</Invoice>", f"</{root}>"),
        ("InvoiceLine>", f"{line}>"),
    ):
        changed = changed.replace(old.encode(), new.encode())
    return changed.replace(b"LegalMonetaryTotal", totals.encode())


def test_a_debit_note_is_read_and_asked() -> None:
    content = _renamed(ubl(Facts()), "DebitNote", "DebitNoteLine", totals="RequestedMonetaryTotal")
    reading = judged(content.replace(b"InvoicedQuantity", b"DebitedQuantity"))
    assert reading.reasons == ("debit_note",)
    assert (reading.extraction.total.value, len(reading.extraction.line_items)) == ("83.30", 2)


def test_an_invoice_that_the_buyer_wrote_is_read() -> None:
    reading = judged(_renamed(ubl(Facts(type_code="389")), "SelfBilledInvoice", "InvoiceLine"))
    assert (reading.accepted, reading.extraction.total.value) == (True, "83.30")
    credit = _renamed(ubl(Facts(type_code="261")), "SelfBilledCreditNote", "CreditNoteLine")
    reading = judged(credit.replace(b"InvoicedQuantity", b"CreditedQuantity"))
    assert reading.extraction.document_kind.value is DocumentKind.CREDIT_NOTE
    assert reading.extraction.total.value == "-83.30"


@pytest.mark.parametrize(("day", "is_sure"), [("2022-05-24", True), ("2023-02-01", False)])
def test_a_currency_that_ended_holds_until_its_last_day(*, day: str, is_sure: bool) -> None:
    taxes = _total("250.00", "HRK", _row("1000.00", "250.00", "25", "HRK"))
    sums = {
        "TaxExclusiveAmount": "1000.00",
        "TaxInclusiveAmount": "1250.00",
        "PayableAmount": "1250.00",
    }
    reading = judged(_invoice(taxes, sums, "HRK").replace(b"2026-09-24", day.encode()))
    assert reading.extraction.currency.value == "HRK"
    assert reading.accepted is is_sure


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (Facts(type_code="384", preceding="RE-1"), "corrected_invoice"),
        (Facts(type_code="IADE"), "goods_returned"),
        (Facts(type_code="TEVKIFATIADE"), "goods_returned"),
    ],
)
def test_what_belongs_to_an_earlier_invoice_is_asked(facts: Facts, reason: str) -> None:
    assert judged(ubl(facts)).reasons == (reason,)


def test_a_final_invoice_is_asked_where_something_was_paid_before() -> None:
    assert judged(ubl(Facts(type_code="877", prepaid=Decimal(20)))).reasons == ("final_invoice",)
    assert judged(ubl(Facts(type_code="877"))).accepted


def test_minimum_has_no_place_for_what_was_paid_before() -> None:
    less = Facts(stated={"due": Decimal("50.00")})
    reading = judged(cii(less, "MINIMUM").replace(b"TotalPrepaidAmount", b"Nothing"))
    assert (
        reading.accepted,
        reading.extraction.total.value,
        reading.extraction.amount_due.value,
    ) == (
        True,
        "83.30",
        "50.00",
    )
    more = judged(cii(Facts(stated={"due": Decimal("90.00")}), "MINIMUM"))
    assert more.reasons == ("br_co_16",)


def test_a_wide_envelope_is_read_in_linear_time() -> None:
    """An envelope of nothing is refused by what it is."""

    def refuse(count: int) -> None:
        wide = (
            f'<sh:StandardBusinessDocument xmlns:sh="{_SBDH}">{"<sh:a/>" * count}'
            "</sh:StandardBusinessDocument>"
        )
        with pytest.raises(UnknownDocument, match="envelope"):
            read_invoice(wide.encode())

    assert_linear(refuse, 10_000)
