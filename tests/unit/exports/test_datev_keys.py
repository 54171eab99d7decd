"""DATEV's BU-Schlüssel and Sachverhalt by how an expense is taxed. The right keys are those of
DATEV's published tables; each line of the file is held to the published form of its fields.
"""

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.exports.datev_rules import faults_of, fields_of
from tests.unit.exports.expenses import BOOKS, MARCH, an_expense
from tillroll.exports.writers.datev import DatevWriter
from tillroll.exports.writers.formats import Coding

# Places of fields, counted from 0.
AMOUNT, KEY, CASE = 0, 8, 42
OWED = {
    "total": "500.00",
    "tax": "0.00",
    "tax_lines": [{"rate": "0", "base": "500.00", "tax": "0.00"}],
}


def booked(category: str = "Taxi", **given: Any) -> tuple[list[tuple[str, str, str]], list[str]]:
    """Amount, key and case of each booking, and the remarks but that of the account."""
    codings = {
        **BOOKS.codings,
        "Taxi": Coding(account="4670"),
        "Automatic": Coding(account="3400", account_is_automatic=True),
        "Own": Coding(account="3100", tax_code="511"),
    }
    profile = BOOKS.model_copy(update={"codings": codings})
    about = replace(MARCH, profile=profile, base_currency="EUR", earliest="2026-03-05")
    writer = DatevWriter(about)
    expense = an_expense(**{"currency": "EUR", "category": category, **given})
    content = writer.add(expense).decode("cp1252")
    lines = content.splitlines()
    assert [fault for line in lines for fault in faults_of(line, currency="EUR")] == []
    fields = [fields_of(line) for line in lines]
    return [(each[AMOUNT], each[KEY].strip('"'), each[CASE]) for each in fields], [
        *writer.remarks()
    ]


def with_rate(rate: str, base: str, tax: str, category: str | None = "S") -> dict[str, Any]:
    line = {"rate": rate, "base": base, "tax": tax, "vat_category": category}
    return {"total": f"{float(base) + float(tax):.2f}", "tax": tax, "tax_lines": [line]}


@pytest.mark.parametrize(
    ("treatment", "seller", "rate", "key", "case"),
    [
        ("eu_services", "IE", "19", "94", "7"),
        ("other_services", "US", "19", "94", "1"),
        # Of an invoice whose country was not read, 105.30 left without a key, on the account of
        # domestic software.
        ("other_services", None, "19", "94", "1"),
        ("eu_goods", "FR", "19", "19", ""),
        ("eu_goods", "FR", "7", "18", ""),
    ],
)
def test_a_decision_reaches_the_file(
    treatment: str, seller: str | None, rate: str, key: str, case: str
) -> None:
    decided: dict[str, Any] = {
        "tax_treatment": treatment,
        "tax_rate_owed": rate,
        "seller_country": seller,
    }
    bookings, remarks = booked(**OWED, **decided)
    assert bookings == [("500,00", key, case)]
    assert remarks == []


@pytest.mark.parametrize(
    ("treatment", "seller", "key"),
    [("eu_services", "IE", "95"), ("other_services", "US", "95"), ("eu_goods", "FR", "13")],
)
def test_tax_that_is_owed_and_not_deducted_has_its_own_key(
    treatment: str, seller: str, key: str
) -> None:
    decided = {"tax_treatment": treatment, "tax_rate_owed": "19", "seller_country": seller}
    bookings, _ = booked(**OWED, **decided, tax_deductible=0)
    assert [each[1] for each in bookings] == [key]


def test_the_rate_says_the_key_where_the_category_has_none() -> None:
    """€61.05 of €198.11 were missing in a month: expenses of one rate had no key."""
    assert booked(**with_rate("19", "100.00", "19.00")) == ([("119,00", "9", "")], [])
    assert booked(**with_rate("7", "100.00", "7.00")) == ([("107,00", "8", "")], [])
    assert booked("Own", **with_rate("19", "100.00", "19.00")) == ([("119,00", "511", "")], [])


def test_a_tip_beside_a_row_of_one_rate_has_no_key() -> None:
    """DATEV takes the tax out of the amount that has a key: out of 129.00 it took 20.60 of
    19.00.
    """
    meal = with_rate("19", "100.00", "19.00")
    assert booked(**{**meal, "total": "129.00"}) == ([("119,00", "9", ""), ("10,00", "", "")], [])
    refund: dict[str, Any] = {
        "tax_lines": [{"rate": "19", "base": "-100.00", "tax": "-19.00", "vat_category": "S"}]
    }
    whole: dict[str, Any] = {"total": "-119.00", "tax": "-19.00", **refund}
    assert booked(**whole) == ([("119,00", "9", "")], [])
    assert [each[:2] for each in booked(**{**whole, "total": "-129.00"})[0]] == [
        ("119,00", "9"),
        ("10,00", ""),
    ]


@pytest.mark.parametrize("total", ["118.99", "119.01", "119.05"])
def test_rounding_is_no_tip(total: str) -> None:
    bookings, remarks = booked(**{**with_rate("19", "100.00", "19.00"), "total": total})
    assert (bookings, remarks) == ([(total.replace(".", ","), "9", "")], [])


def test_a_row_that_comes_to_more_than_the_whole_has_no_key_and_is_named() -> None:
    bookings, remarks = booked(**{**with_rate("19", "100.00", "19.00"), "total": "99.00"})
    assert bookings == [("99,00", "", "")]
    assert any("what of it is taxed at which is not known" in remark for remark in remarks)


def test_an_automatic_account_takes_no_key() -> None:
    assert booked("Automatic", **with_rate("19", "100.00", "19.00")) == ([("119,00", "", "")], [])
    # What has no tax lifts the automatic, or DATEV would deduct some.
    assert booked("Automatic", **with_rate("0", "100.00", "0.00", "E")) == (
        [("100,00", "40", "")],
        [],
    )
    abroad = {"tax_treatment": "foreign_tax", "seller_country": "FR"}
    assert booked("Automatic", **with_rate("20", "100.00", "20.00"), **abroad)[0] == [
        ("120,00", "40", "")
    ]


@pytest.mark.parametrize(
    ("category", "seller"),
    [
        ("AE", "DE"),
        ("AE", "IE"),
        ("K", "FR"),
        ("G", "CH"),
        ("O", "US"),
        ("O", None),
        ("S", "CY"),
        (None, "RO"),
    ],
)
def test_what_the_tax_report_leaves_open_has_no_key_and_is_named(
    category: str | None, seller: str | None
) -> None:
    """19 % is a rate of Cyprus and Romania too, which is no German input tax."""
    tax = "19.00" if category in {"S", None} else "0.00"
    given = with_rate("19" if tax != "0.00" else "0", "100.00", tax, category)
    [(_, key, _)], [remark] = booked(**given, seller_country=seller)
    assert key == ""
    assert "an open point of the tax report" in remark


def test_tax_in_another_currency_has_no_key_and_is_named() -> None:
    """7 % is a rate of Thailand too, which is no German input tax."""
    abroad = {**with_rate("7", "100.00", "7.00"), "currency": "THB"}
    in_euros = {"base_currency": "EUR", "base_total": "2.81", "base_tax": "0.18", "rate": "38"}
    [(_, key, _)], [remark] = booked(**abroad, **in_euros)
    assert key == ""
    assert "an open point of the tax report" in remark
    assert booked(**abroad, **in_euros, tax_treatment="foreign_tax")[1] == []


def test_what_is_outside_of_vat_at_home_is_no_open_point() -> None:
    assert booked(**with_rate("0", "100.00", "0.00", "O"), seller_country="DE") == (
        [("100,00", "", "")],
        [],
    )


def test_reverse_charge_at_home_is_named() -> None:
    """A builder's invoice: which case of section 13b (2) it is, no document says."""
    decided = {"tax_treatment": "domestic_reverse", "tax_rate_owed": "19", "seller_country": "DE"}
    [(_, key, _)], [remark] = booked(**OWED, **decided)
    assert key == ""
    assert "reverse charge in a way that no BU-Schlüssel tells" in remark
    assert "Move it to a category of its own" in remark
    assert booked("Own", **OWED, **decided) == ([("500,00", "511", "")], [])
    assert booked("Automatic", **OWED, **decided) == ([("500,00", "", "")], [])


def test_services_from_elsewhere_of_a_seller_in_the_eu_are_named() -> None:
    decided = {"tax_treatment": "other_services", "tax_rate_owed": "19", "seller_country": "IE"}
    [(_, key, _)], [remark] = booked(**OWED, **decided)
    assert key == ""
    assert "reverse charge in a way that no BU-Schlüssel tells" in remark


def test_tax_deducted_in_part_is_two_bookings() -> None:
    """As of a car that is driven for exempt sales, too."""
    bookings, remarks = booked(**with_rate("19", "100.00", "19.00"), tax_deductible=70)
    assert bookings == [("83,30", "9", ""), ("35,70", "", "")]
    assert remarks == []


def test_a_statement_without_a_receipt_deducts_nothing() -> None:
    assert booked(**with_rate("19", "100.00", "19.00"), tax_deductible=0) == (
        [("119,00", "", "")],
        [],
    )


def test_a_row_of_a_reverse_charge_stands_beside_one_with_tax() -> None:
    lines = [
        {"rate": "0", "base": "500.00", "tax": "0.00", "vat_category": "AE"},
        {"rate": "19", "base": "100.00", "tax": "19.00", "vat_category": "S"},
    ]
    given: dict[str, Any] = {
        "total": "619.00",
        "tax": "19.00",
        "tax_lines": lines,
        "seller_country": "US",
    }
    decided = {"tax_treatment": "other_services", "tax_rate_owed": "19"}
    assert booked(**given, **decided) == ([("500,00", "94", "1"), ("119,00", "9", "")], [])
