"""E-invoices in every syntax and profile give what was written into them, with the path of each
value.
"""

from datetime import date
from decimal import Decimal
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.e_invoices import (
    CII_PROFILES,
    WITHOUT_LINES,
    Facts,
    cii,
    every_syntax,
    ubl,
    zugferd_1,
)
from tillroll_documents.reading.e_invoices.e_invoice import ElectronicInvoice, Located
from tillroll_documents.reading.e_invoices.extraction import profile_name, read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations
from tillroll_documents.reading.extraction import DocumentKind

_Value = TypeVar("_Value")
SYNTAXES = tuple(every_syntax(Facts()))
# Letters, digits, signs and spaces of names; XML has no control characters.
_NAMES = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "S", "Zs"]), min_size=1, max_size=60
).filter(lambda text: bool(text.strip()))
_PRICES = st.decimals("0.01", "9999.99", places=2)
_LINES = st.lists(
    st.tuples(_NAMES, st.integers(1, 99).map(Decimal), _PRICES), min_size=1, max_size=5
).map(tuple)


def _stated(**amounts: str) -> dict[str, Decimal]:
    return {name: Decimal(amount) for name, amount in amounts.items()}


def value(found: Located[_Value] | None) -> _Value | None:
    return None if found is None else found.value


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def check(invoice: ElectronicInvoice, facts: Facts) -> None:
    assert value(invoice.number) == in_one_line(facts.number)
    assert value(invoice.issue_date) == facts.issued
    assert value(invoice.due_date) == facts.due
    assert value(invoice.currency) == facts.currency
    assert value(invoice.seller.name) == in_one_line(facts.seller)
    assert value(invoice.seller.trading_name) == facts.trading_name
    assert value(invoice.seller.vat_id) == facts.seller_vat
    assert value(invoice.buyer.name) == in_one_line(facts.buyer)
    assert value(invoice.buyer.vat_id) == facts.buyer_vat
    assert value(invoice.totals.net) == facts.amount("net")
    assert value(invoice.totals.tax) == facts.amount("tax")
    assert value(invoice.totals.gross) == facts.amount("gross")
    assert value(invoice.totals.prepaid) == facts.prepaid
    assert value(invoice.totals.due) == facts.amount("due")
    assert [(value(row.base), value(row.tax), value(row.rate)) for row in invoice.taxes] == [
        (facts.amount("net"), facts.amount("tax"), facts.rate)
    ]
    assert value(invoice.iban) == facts.iban
    assert value(invoice.payment_reference) == in_one_line(facts.reference)
    assert value(invoice.preceding) == facts.preceding
    if invoice.lines:
        assert [
            (value(line.name), value(line.quantity), value(line.unit_price))
            for line in invoice.lines
        ] == [(in_one_line(name), quantity, price) for name, quantity, price in facts.lines]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_value_is_read_in_every_syntax(syntax: str) -> None:
    facts = Facts(
        trading_name="Lindner Papier",
        allowance=Decimal(5),
        charge=Decimal("7.90"),
        prepaid=Decimal(20),
    )
    invoice = read_invoice(every_syntax(facts)[syntax])
    check(invoice, facts)
    assert violations(invoice) == ()
    assert bool(invoice.lines) == (syntax.removeprefix("CII ") not in WITHOUT_LINES)


@given(
    names=st.tuples(_NAMES, _NAMES, _NAMES),
    issued=st.dates(date(1990, 1, 1), date(2099, 12, 31)),
    lines=_LINES,
    prepaid=_PRICES,
)
@settings(max_examples=20)
def test_whatever_was_written_is_read(
    names: tuple[str, str, str],
    issued: date,
    lines: tuple[tuple[str, Decimal, Decimal], ...],
    prepaid: Decimal,
) -> None:
    number, seller, buyer = names
    facts = Facts(
        number=number,
        seller=seller,
        buyer=buyer,
        issued=issued,
        lines=lines,
        prepaid=prepaid,
        due=None,
    )
    for content in every_syntax(facts).values():
        invoice = read_invoice(content)
        check(invoice, facts)
        assert violations(invoice) == ()


def test_a_path_leads_to_the_element_alone() -> None:
    invoice = read_invoice(cii(Facts()))
    assert invoice.number is not None
    assert invoice.number.path == "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID"
    assert invoice.lines[1].name is not None
    assert invoice.lines[1].name.path == (
        "/rsm:CrossIndustryInvoice/rsm:SupplyChainTradeTransaction/"
        "ram:IncludedSupplyChainTradeLineItem[2]"
        "/ram:SpecifiedTradeProduct/ram:Name"
    )
    written_in_ubl = read_invoice(ubl(Facts()))
    assert written_in_ubl.totals.gross is not None
    assert (
        written_in_ubl.totals.gross.path == "/Invoice/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"
    )


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *(
            (code, DocumentKind.INVOICE)
            for code in ("380", "384", "326", "389", "875", "877", "751")
        ),
        *((code, DocumentKind.CREDIT_NOTE) for code in ("381", "261", "396", "83")),
        *((code, DocumentKind.OTHER) for code in ("325", "310")),
    ],
)
def test_the_type_code_names_the_kind(code: str, kind: DocumentKind) -> None:
    facts = Facts(type_code=code)
    assert {
        read_invoice(content).kind for content in (ubl(facts), cii(facts), zugferd_1(facts))
    } == {kind}


def test_a_credit_note_names_the_invoice_before_it() -> None:
    facts = Facts(type_code="381", preceding="RE-2026-0001")
    for content in (ubl(facts, credit_note=True), cii(facts), zugferd_1(facts)):
        invoice = read_invoice(content)
        assert value(invoice.preceding) == "RE-2026-0001"
        assert invoice.kind is DocumentKind.CREDIT_NOTE


@pytest.mark.parametrize("name", CII_PROFILES)
def test_a_profile_is_called_by_its_name(name: str) -> None:
    profile = read_invoice(cii(Facts(), name)).profile
    assert profile is not None
    assert profile_name(profile.value) == name


@pytest.mark.parametrize(
    ("stated", "rules"),
    [
        (_stated(lines="71"), ("BR-CO-10", "BR-CO-13")),
        (_stated(allowances="1"), ("BR-CO-11", "BR-CO-13")),
        (_stated(charges="1"), ("BR-CO-12", "BR-CO-13")),
        (_stated(net="70.01"), ("BR-CO-13", "BR-CO-15")),
        (_stated(tax="13.31"), ("BR-CO-14", "BR-CO-15")),
        (_stated(gross="83.31"), ("BR-CO-15", "BR-CO-16")),
        (_stated(due="83.29"), ("BR-CO-16",)),
        (_stated(row="14.30"), ("BR-CO-14", "BR-CO-17")),
        (_stated(row="14.30", tax="14.30", gross="84.30", due="84.30"), ("BR-CO-17",)),
    ],
)
@pytest.mark.parametrize("syntax", ["UBL", "CII EN 16931", "ZUGFeRD 1 EXTENDED"])
def test_a_sum_that_does_not_add_up_breaks_the_rule_of_it(
    syntax: str, stated: dict[str, Decimal], rules: tuple[str, ...]
) -> None:
    found = violations(read_invoice(every_syntax(Facts(stated=stated))[syntax]))
    adjusted = {"BR-CO-11", "BR-CO-12"} if syntax.startswith("ZUGFeRD 1") else set[str]()
    assert found == tuple(rule for rule in rules if rule not in adjusted)


def test_amounts_and_rates_of_any_size_are_held_to_their_sums() -> None:
    digits = "9" * 15
    content = ubl(Facts(rate=Decimal(digits))).replace(b">70.00<", f">{digits}<".encode())
    assert "BR-CO-17" in violations(read_invoice(content))


def test_a_tax_in_the_currency_of_accounting_is_not_the_invoices() -> None:
    in_pounds = (
        b'<ram:TaxTotalAmount currencyID="GBP">11.20</ram:TaxTotalAmount><ram:TaxTotalAmount '
        b'currencyID="EUR">'
    )
    content = cii(Facts()).replace(b'<ram:TaxTotalAmount currencyID="EUR">', in_pounds)
    assert value(read_invoice(content).totals.tax) == Facts().amount("tax")
    extra = (
        b'<cac:TaxTotal><cbc:TaxAmount currencyID="GBP">11.20</cbc:TaxAmount></cac:TaxTotal>'
        b"<cac:TaxTotal>"
    )
    twice = ubl(Facts()).replace(b"<cac:TaxTotal>", extra)
    assert value(read_invoice(twice).totals.tax) == Facts().amount("tax")


def test_a_line_that_groups_others_does_not_count() -> None:
    grouping = (
        b"<ram:LineID>1</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>"
        b"</ram:AssociatedDocumentLineDocument>"
    )
    content = cii(
        Facts(stated={"lines": Decimal(16), "net": Decimal(16), "tax": Decimal("3.04")}), "EXTENDED"
    ).replace(b"<ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>", grouping)
    assert "BR-CO-10" not in violations(read_invoice(content))


def test_days_may_carry_an_offset() -> None:
    content = ubl(Facts()).replace(
        b"<cbc:IssueDate>2026-03-05<", b"<cbc:IssueDate>2026-03-05+01:00<"
    )
    assert value(read_invoice(content).issue_date) == date(2026, 3, 5)
