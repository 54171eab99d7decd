"""Each amount gets its role from the words before it."""

import pytest

from tillroll_documents.reading.extraction import Transcript
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.amounts import NumberStyle
from tillroll_documents.reading.totals.labels import LabelledAmount, Role, label_amounts


def label(text: str) -> list[LabelledAmount]:
    return label_amounts(Page.of(Transcript.from_text(text)), NumberStyle(".", 2, 2))


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("TOTAL  12.00", Role.TOTAL),
        ("Grand Total RM 12.00", Role.PAYABLE),
        ("Total (Inclusive of GST):  12.00", Role.TOTAL),
        ("Total with GST 6%  12.00", Role.TOTAL),
        ("AMOUNT DUE  12.00", Role.PAYABLE),
        ("Rounded Total  12.00", Role.ROUNDED_TOTAL),
        ("Total (Excluding GST)  12.00", Role.NET),
        ("Total Excl. Tax  12.00", Role.NET),
        ("Sub-Total  12.00", Role.SUBTOTAL),
        ("Total GST :  0.72", Role.TAX),
        ("GST included in total  0.72", Role.TAX),
        ("Inclusive of 6% GST : RM0.72", Role.GROSS_OR_TAX),
        ("Rounding Adj  0.02", Role.ROUNDING),
        ("Discount  2.00", Role.DISCOUNT),
        ("Gift voucher  2.00", Role.VOUCHER),
        ("Total saving  2.00", Role.IGNORED),
        ("Points  12.00", Role.IGNORED),
        ("Total Items  1.00", Role.COUNT),
        ("Service Charge 10%  1.20", Role.SERVICE),
        ("Tip  2.00", Role.TIP),
        ("CASH  20.00", Role.PAID),
        ("VISA  12.00", Role.PAID),
        ("Change Due  8.00", Role.CHANGE),
        ("Milk  1.20", Role.NONE),
    ],
)
def test_the_label_gives_the_role(line: str, role: Role) -> None:
    assert label(line)[-1].role is role


def test_two_labels_on_a_line_each_take_their_amount() -> None:
    roles = [item.role for item in label("TOTAL SAVING:  0.00   TOTAL   25.85")]
    assert roles == [Role.IGNORED, Role.TOTAL]


def test_a_total_may_stand_behind_a_count() -> None:
    assert [item.role for item in label("Total Qty :  2  4.60")] == [Role.COUNT, Role.SUBTOTAL]


def test_a_label_alone_takes_the_amount_of_the_next_line() -> None:
    assert [item.role for item in label("TOTAL AMOUNT PAYABLE\nRM 50.00")] == [Role.PAYABLE]
    assert [item.role for item in label("TOTAL AMOUNT PAYABLE\nMilk 50.00")] == [Role.NONE]


def test_a_label_without_a_decimal_point_gets_it_back() -> None:
    (item,) = label("TOTAL     2700")
    assert (item.amount.minor, item.amount.repaired) == (2700, True)


def test_the_table_of_taxes_ends_where_payment_or_thanks_begin() -> None:
    items = label("GST SUMMARY\nSR  6  12.00  0.72\nTotal :  12.00  0.72\nThank you\nTOTAL  12.72")
    assert [item.in_summary for item in items if item.amount.exact] == [
        True,
        True,
        True,
        True,
        False,
    ]
