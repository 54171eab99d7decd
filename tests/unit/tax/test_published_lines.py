"""Each line of a return by what is published of the forms, not by the table that fills them.

Germany: the form USt 1 A of 2023 (letter of the Federal Ministry of Finance of 21 December 2022,
III C 3 - S 7344/19/10001 :004) has 87 for supplies and 90 for acquisitions at 0 percent, which the
forms of 2021 and 2022 lack; the instructions USt 1 E want bases in whole euros, without VAT, less
what came down. United Kingdom: VAT Notice 700/12 section 3 (box 6 has reduced, zero-rated and
exempt supplies, those abroad and those under a reverse charge), VAT Notice 741A (services from
abroad: boxes 1, 4, 6 and 7), VAT Notice 735 (a domestic reverse charge: the seller fills box 6
alone, the buyer boxes 1, 4 and 7).
"""

from decimal import Decimal
from typing import Any

import pytest

from tillroll.claims.contract import InvoiceParams
from tillroll.claims.invoices.sales import sale_key
from tillroll.tax.returns import fill, return_of
from tillroll.tax.rules import Figures, Key, Treatment
from tillroll.tax.sales import SaleFigures, SaleKey, SaleTreatment

TAXED_AT_19 = {"vat_category": "S", "vat_rate": "19"}
TAXED_AT_20 = {"vat_category": "S", "vat_rate": "20"}
SMALL = "No VAT is charged: small business by section 19 UStG."


def amounts(
    country: str,
    year: int,
    *,
    rows: dict[Key, Figures] | None = None,
    sales: dict[SaleKey, SaleFigures] | None = None,
) -> dict[str, int]:
    """The lines that are not empty."""
    form = return_of(country, year)
    assert form is not None
    filled = fill(form, rows or {}, sales or {}, unit=100)
    return {line.number: line.amount for line in filled if line.amount}


def charged(seller: str, buyer: str, *, tax: int = 0, **taxed: Any) -> dict[SaleKey, SaleFigures]:
    """An invoice of 1,000.50 without VAT."""
    params = InvoiceParams.model_validate(
        {
            "seller": {"name": "Atlas", "country": seller},
            "buyer": {"name": "Northwind", "country": buyer},
            **taxed,
        }
    )
    return {sale_key("exp_1", params): SaleFigures(1, 100_050, tax=tax)}


def bought(
    treatment: Treatment, rate: str, *, owed: int = 0, net: int = 100_050
) -> dict[Key, Figures]:
    figures = Figures(1, net=net, gross=net, owed=owed, owed_deductible=owed)
    return {Key(treatment, Decimal(rate)): figures}


@pytest.mark.parametrize(
    ("buyer", "taxed", "expected"),
    [
        pytest.param("DE", TAXED_AT_19, {"81": 100_000, "83": 19_000}, id="at the standard rate"),
        pytest.param(
            "AT", TAXED_AT_19, {"81": 100_000, "83": 19_000}, id="to a private person in the EU"
        ),
        pytest.param(
            "DE",
            {"vat_category": "S", "vat_rate": "7"},
            {"86": 100_000, "83": 7_000},
            id="at the reduced rate",
        ),
        pytest.param(
            "AT", {"vat_category": "AE"}, {"21": 100_000}, id="services to a firm in the EU"
        ),
        pytest.param(
            "DE", {"vat_category": "AE"}, {"60": 100_000}, id="building for a builder in Germany"
        ),
        pytest.param(
            "CH", {"vat_category": "AE"}, {"45": 100_000}, id="services to a firm in Switzerland"
        ),
        pytest.param(
            "US", {"vat_category": "O"}, {"45": 100_000}, id="services to a firm in the US"
        ),
        pytest.param("AT", {"vat_category": "O"}, {"45": 100_000}, id="work on land in Austria"),
        pytest.param("DE", {"vat_category": "O"}, {}, id="no supply at all"),
        pytest.param("DE", {"vat_category": "E", "vat_reason": "Letting"}, {}, id="exempt"),
        pytest.param("DE", {"vat_category": "E", "vat_reason": SMALL}, {}, id="a small business"),
    ],
)
def test_what_a_german_invoice_fills(
    buyer: str, taxed: dict[str, Any], expected: dict[str, int]
) -> None:
    assert amounts("DE", 2026, sales=charged("DE", buyer, **taxed)) == expected


def test_other_rates_say_their_tax() -> None:
    """A credit note in 2026 for a supply of 2020."""
    sales = {SaleKey(SaleTreatment.TAXED, Decimal(16)): SaleFigures(1, -100_050, tax=-16_008)}
    expected = {"35": -100_000, "36": -16_008, "83": -16_008}
    assert amounts("DE", 2026, sales=sales) == expected


@pytest.mark.parametrize(("year", "base"), [(2022, "35"), (2023, "87"), (2026, "87")])
def test_supplies_at_no_rate_have_their_own_line_since_2023(year: int, base: str) -> None:
    sales = {SaleKey(SaleTreatment.TAXED, Decimal(0)): SaleFigures(1, 100_050)}
    assert amounts("DE", year, sales=sales) == {base: 100_000}


@pytest.mark.parametrize(("year", "base"), [(2022, "95"), (2023, "90"), (2026, "90")])
def test_acquisitions_at_no_rate_have_their_own_line_since_2023(year: int, base: str) -> None:
    """Solar panels from Austria, section 12 (3) UStG."""
    assert amounts("DE", year, rows=bought(Treatment.EU_GOODS, "0")) == {base: 100_000}


@pytest.mark.parametrize("treatment", [Treatment.OTHER_SERVICES, Treatment.DOMESTIC_REVERSE])
def test_what_else_the_buyer_owes_in_germany_stands_together(treatment: Treatment) -> None:
    """Section 13b (2): a firm outside of the EU, and a builder at home."""
    rows = bought(treatment, "19", owed=19_010)
    assert amounts("DE", 2026, rows=rows) == {"84": 100_000, "85": 19_010, "67": 19_010}


def test_more_input_tax_than_tax_is_below_zero() -> None:
    rows = {Key(Treatment.DOMESTIC, Decimal(19)): Figures(1, 50_000, 9_500, 59_500, 9_500)}
    assert amounts("DE", 2026, rows=rows) == {"66": 9_500, "83": -9_500}
    british = {Key(Treatment.DOMESTIC, Decimal(20)): Figures(1, 50_000, 10_000, 60_000, 10_000)}
    assert amounts("GB", 2026, rows=british) == {"4": 10_000, "5": -10_000, "7": 50_000}


@pytest.mark.parametrize(
    ("buyer", "tax", "taxed", "expected"),
    [
        pytest.param(
            "GB",
            20_010,
            TAXED_AT_20,
            {"1": 20_010, "3": 20_010, "5": 20_010, "6": 100_000},
            id="at the standard rate",
        ),
        pytest.param(
            "GB", 0, {"vat_category": "E", "vat_reason": "Training"}, {"6": 100_000}, id="exempt"
        ),
        pytest.param(
            "GB", 0, {"vat_category": "AE"}, {"6": 100_000}, id="a domestic reverse charge"
        ),
        pytest.param("FR", 0, {"vat_category": "AE"}, {"6": 100_000}, id="to a firm in France"),
        pytest.param("US", 0, {"vat_category": "O"}, {"6": 100_000}, id="to a firm in the US"),
        pytest.param("GB", 0, {"vat_category": "O"}, {}, id="outside of the scope at home"),
        pytest.param("GB", 0, TAXED_AT_20 | {"disbursements": ["exp_1"]}, {}, id="a disbursement"),
    ],
)
def test_what_a_british_invoice_fills(
    buyer: str, tax: int, taxed: dict[str, Any], expected: dict[str, int]
) -> None:
    assert amounts("GB", 2026, sales=charged("GB", buyer, tax=tax, **taxed)) == expected


def test_zero_rated_sales_stand_in_box_six() -> None:
    sales = {SaleKey(SaleTreatment.TAXED, Decimal(0)): SaleFigures(1, 100_050)}
    assert amounts("GB", 2026, sales=sales) == {"6": 100_000}


@pytest.mark.parametrize(
    ("treatment", "owed_in", "bases"),
    [
        pytest.param(Treatment.OTHER_SERVICES, "1", ("6", "7"), id="services from abroad"),
        pytest.param(Treatment.EU_SERVICES, "1", ("6", "7"), id="services from the EU"),
        pytest.param(Treatment.DOMESTIC_REVERSE, "1", ("7",), id="a builder at home"),
        pytest.param(Treatment.EU_GOODS, "2", ("7", "9"), id="goods to Northern Ireland"),
    ],
)
def test_what_the_buyer_owes_in_the_united_kingdom(
    treatment: Treatment, owed_in: str, bases: tuple[str, ...]
) -> None:
    expected = {owed_in: 20_010, "3": 20_010, "4": 20_010, **dict.fromkeys(bases, 100_000)}
    assert amounts("GB", 2026, rows=bought(treatment, "20", owed=20_010)) == expected
