"""What lines come to, by line, by rate and in all."""

from decimal import Decimal

from hypothesis import given

from tests.unit.tillroll_documents.invoice_writer.invoices import invoice_of, invoices
from tillroll_documents.invoice_writer.model import (
    Invoice,
    Line,
    VatCategory,
    tax_groups,
    tax_on,
)


def test_tax_is_rounded_half_up_on_the_sum_of_a_rate() -> None:
    lines = [Line("A", net, VatCategory.STANDARD, Decimal(19)) for net in (50, 50, 50)]
    # 9.5 each: 28.5 in all, and not three times 10.
    assert [group.tax for group in tax_groups(lines)] == [29]


def test_what_is_given_back_is_rounded_like_what_is_charged() -> None:
    assert (tax_on(50, Decimal(19)), tax_on(-50, Decimal(19))) == (10, -10)


@given(invoices())
def test_lines_rates_and_totals_agree(invoice: Invoice) -> None:
    assert sum(group.base for group in invoice.taxes) == invoice.net
    assert invoice.gross == invoice.net + sum(group.tax for group in invoice.taxes)
    for group in invoice.taxes:
        exact = Decimal(group.base) * group.rate / 100
        assert abs(group.tax - exact) <= Decimal("0.5")


def test_an_invoice_of_several_rates_has_a_group_of_each() -> None:
    invoice = invoice_of(
        Line("A", 100_00, VatCategory.STANDARD, Decimal(19)),
        Line("B", 100_00, VatCategory.STANDARD, Decimal(7)),
        Line("C", 30_00, VatCategory.EXEMPT),
        Line("D", 1_00, VatCategory.STANDARD, Decimal(19)),
    )
    assert [(group.category, group.base, group.tax) for group in invoice.taxes] == [
        ("S", 101_00, 19_19),
        ("S", 100_00, 7_00),
        ("E", 30_00, 0),
    ]
    assert (invoice.net, invoice.tax, invoice.gross) == (231_00, 26_19, 257_19)
