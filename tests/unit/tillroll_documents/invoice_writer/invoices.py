"""Invoices of any shape, for tests of what writes them."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tillroll_documents.invoice_writer.model import (
    Exemption,
    Invoice,
    Line,
    Party,
    Preceding,
    VatCategory,
    tax_groups,
)

SELLER = Party(
    "Books & Söhne GmbH",
    "DE",
    street="Ring 1",
    postal_code="50667",
    city="Köln",
    vat_id="DE123456789",
    tax_number="215/123/45678",
    registration_id="HRB 123",
    mail="billing@books.example",
)
BUYER = Party(
    "ACME <Wien> AG", "AT", street="Graben 2", postal_code="1010", city="Wien", vat_id="ATU12345678"
)
EXEMPTIONS = {
    VatCategory.EXEMPT: Exemption("Paid in your name", "VATEX-EU-79-C"),
    VatCategory.REVERSE_CHARGE: Exemption("Reverse charge", "VATEX-EU-AE"),
    VatCategory.OUTSIDE: Exemption("Not subject to VAT", "VATEX-EU-O"),
}
DAY = date(2026, 3, 1)


def invoice_of(*lines: Line, currency: str = "EUR", is_credit: bool = False) -> Invoice:
    return Invoice(
        number="CN-2026-0001" if is_credit else "INV-2026-0007",
        issued_on=DAY,
        due_on=None if is_credit else DAY + timedelta(days=30),
        currency=currency,
        seller=SELLER,
        buyer=BUYER,
        lines=lines,
        taxes=tax_groups(lines, EXEMPTIONS),
        first_day=DAY - timedelta(days=9),
        last_day=DAY,
        reference="PO-7",
        iban="DE02120300000000202051",
        preceding=Preceding("INV-2026-0006", DAY) if is_credit else None,
    )


_RATES = st.sampled_from([Decimal(19), Decimal(7), Decimal("8.1"), Decimal("25.5")])
_NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40
)


@st.composite
def lines_of(draw: st.DrawFn, category: VatCategory | None = None) -> Line:
    chosen = category or draw(st.sampled_from([each for each in VatCategory if each != "O"]))
    net = draw(st.integers(-10_000_00, 10_000_00).filter(bool))
    rate = draw(_RATES) if chosen is VatCategory.STANDARD else Decimal(0)
    return Line(draw(_NAMES), net, chosen, rate, DAY)


@st.composite
def invoices(draw: st.DrawFn) -> Invoice:
    currency = draw(st.sampled_from(["EUR", "JPY", "CHF"]))
    if draw(st.booleans()):
        lines = draw(st.lists(lines_of(), min_size=1, max_size=6))
    else:
        lines = draw(st.lists(lines_of(VatCategory.OUTSIDE), min_size=1, max_size=3))
    return invoice_of(*lines, currency=currency, is_credit=draw(st.booleans()))
