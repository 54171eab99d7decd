"""Goods are read in the layouts that tills use: one line or two, the description above or below,
weighed goods.
"""

import pytest

from tests.unit.tillroll_documents.reading.details_of import extraction_of

Item = tuple[str, str | None, str | None, str]


def items(*lines: str, currency: str = "MYR") -> list[Item]:
    return [
        (item.description, item.quantity, item.unit_price, item.amount)
        for item in extraction_of(*lines, currency=currency).line_items
    ]


def test_one_line_each() -> None:
    read = items("NASI LEMAK       12.50", "2 x TEH TARIK    2.50   5.00", "TOTAL   17.50")
    assert read == [("NASI LEMAK", None, None, "12.50"), ("TEH TARIK", "2", "2.50", "5.00")]


def test_the_description_above() -> None:
    read = items(
        *(
            "ITEM  QTY  PRICE  AMOUNT",
            "BRASS HINGE 3IN",
            "8800123  2  4.00  8.00",
            "SANDPAPER",
            "8800456  1  1.50  1.50",
        ),
        "TOTAL  9.50",
    )
    assert read == [("BRASS HINGE 3IN", "2", "4.00", "8.00"), ("SANDPAPER", "1", "1.50", "1.50")]


def test_the_description_below() -> None:
    read = items(
        *(
            "ITEM  QTY  PRICE  AMOUNT",
            "8800123  2  4.00  8.00",
            "BRASS HINGE 3IN",
            "8800456  1  1.50  1.50",
            "SANDPAPER",
        ),
        "TOTAL  9.50",
    )
    assert read == [("BRASS HINGE 3IN", "2", "4.00", "8.00"), ("SANDPAPER", "1", "1.50", "1.50")]


def test_weighed_goods() -> None:
    read = items("BANANAS", "0.875kg @ 0.90/kg    0.79", "TOTAL  0.79", currency="GBP")
    assert read == [("BANANAS", "0.875", "0.90", "0.79")]


def test_a_unit_is_no_label() -> None:
    assert items("WIRE  1.00 PCS  48.00   48.00", "TOTAL  48.00")[0][3] == "48.00"


def test_a_decimal_comma() -> None:
    assert items("Butter  2 x 2,29   4,58", "SUMME  4,58", currency="EUR") == [
        ("Butter", "2", "2.29", "4.58")
    ]


@pytest.mark.parametrize("line", ["Subtotal  5.00", "SERVICE CHARGE  5.00", "CASH  5.00"])
def test_sums_are_no_goods(line: str) -> None:
    assert items(line, "TOTAL  5.00") == []
