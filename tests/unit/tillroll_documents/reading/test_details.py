"""What stands beside merchant, date and total: adjustments, tax by rate, payment, numbers."""

import pytest

from tests.unit.tillroll_documents.reading.details_of import extraction_of

BILL = (
    *(
        "Soup   20.00",
        "SUBTOTAL   20.00",
        "Discount   -2.00",
        "Service Charge 10%   1.80",
        "SST 6%   1.19",
    ),
    *("Rounding Adj   0.01", "TOTAL   21.00", "CASH  50.00", "CHANGE  29.00"),
)


def test_adjustments_between_subtotal_and_total() -> None:
    got = extraction_of(*BILL)
    assert got.total.value == "21.00"
    assert got.subtotal.value == "20.00"
    assert got.discount.value == "2.00"
    assert got.service_charge.value == "1.80"
    assert got.rounding.value == "0.01"
    assert got.tip.value is None
    assert {reason.code for reason in got.subtotal.reasons} >= {"labelled", "adds_up"}


def test_rounding_has_the_sign_that_leads_to_the_total() -> None:
    got = extraction_of("TOTAL  10.02", "Rounding  0.02", "Total rounded  10.00", "CASH  10.00")
    assert (got.total.value, got.rounding.value) == ("10.00", "-0.02")


def test_a_tip() -> None:
    got = extraction_of(
        "Fare  18.40", "Subtotal 18.40", "Tip  1.60", "Total  20.00", currency="GBP"
    )
    assert got.tip.value == "1.60"


def test_a_tip_beside_a_tax() -> None:
    got = extraction_of(
        "Soup  6.00", "Sub Total  6.00", "Tax  0.40", "GRAT 18%  1.15", "TOTAL  7.55"
    )
    assert got.tip.value == "1.15"


@pytest.mark.parametrize(
    "offered",
    [
        ["Tip Guide", "15%=4.50, 18%=5.40, 20%=6.00"],
        ["TIP SUGGESTIONS", "18%:  5.40", "20%:  6.00"],
        ["Suggested Gratuity", "GRAT 18%  5.40"],
        ["15% Gratuity = 4.50", "20% Gratuity = 6.00"],
        ["18%: (Tip 5.40 Total 38.10)", "20%: (Tip 6.00 Total 38.70)"],
        ["Tip:  __5.40"],
    ],
)
def test_a_tip_that_is_only_suggested_is_none(offered: list[str]) -> None:
    got = extraction_of("Soup  30.00", "Subtotal  30.00", "Tax  2.70", "Total  32.70", *offered)
    assert (got.total.value, got.tip.value) == ("32.70", None)


def test_tax_by_rate() -> None:
    lines = extraction_of(
        *(
            "TOTAL  21.00",
            "GST SUMMARY",
            "Tax Code   Amount   Tax",
            "SR @6%   10.38   0.62",
            "ZR @0%   10.00   0.00",
        )
    ).tax_lines
    assert [(line.rate, line.net, line.tax) for line in lines] == [
        ("6", "10.38", "0.62"),
        ("0", "10.00", "0.00"),
    ]


@pytest.mark.parametrize(
    ("line", "method", "digits"),
    [
        ("CASH  21.00", "cash", None),
        ("VISA  21.00", "card", None),
        ("CARD  XXXXXXXXXXXX4821  21.00", "card", "4821"),
        ("VISA **** **** **** 1234   21.00", "card", "1234"),
    ],
)
def test_how_it_was_paid(line: str, method: str, digits: str | None) -> None:
    got = extraction_of("TOTAL  21.00", line)
    assert got.payment_method.value == method
    assert got.card_last_four.value == digits


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("Receipt No.: CS1801/26874  Date: 21/03/2018", "CS1801/26874"),
        ("INVOICE NO 000123", "000123"),
        ("Tax Invoice# 1/A-42210", "1/A-42210"),
        ("Bon-Nr.:8841", "8841"),
        ("Bill No  HP01-188357", "HP01-188357"),
    ],
)
def test_the_receipts_number(line: str, number: str) -> None:
    assert extraction_of(line, "MwSt 19% enthalten", "TOTAL  21.00").receipt_number.value == number


@pytest.mark.parametrize("line", ["Invoice No: 21/03/2018", "RECEIPT 12.50", "TAX INVOICE"])
def test_what_is_no_number_of_a_receipt(line: str) -> None:
    assert extraction_of(line, "TOTAL  21.00").receipt_number.value is None


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("GST ID : 001234567890", "001234567890"),
        ("GST No: 0012 3456 7890", "001234567890"),
        ("USt-IdNr.: DE136695976", "DE136695976"),
        ("VAT No GB 980 7806 84", "GB980780684"),
    ],
)
def test_the_shops_tax_number(line: str, number: str) -> None:
    assert extraction_of(line, "TOTAL  21.00").tax_id.value == number


@pytest.mark.parametrize(
    "line", ["VAT No GB 980 7806 85", "Tel: 001234567890", "Date 21032018", "8800123456789"]
)
def test_what_is_no_tax_number(line: str) -> None:
    assert extraction_of(line, "TOTAL  21.00").tax_id.value is None


def test_a_misread_tax_number_is_put_right_where_its_check_digits_confirm_it() -> None:
    assert extraction_of("VAT No GB 98O 78O6 84", "TOTAL  21.00").tax_id.value == "GB980780684"
