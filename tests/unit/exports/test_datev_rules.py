"""Each line of DATEV's batch is held to the expressions that DATEV publishes."""

import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.exports.datev_rules import faults_of, fields_of
from tests.unit.exports.expenses import BOOKS, MARCH, an_expense
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.datev import DatevWriter

_DAY = "2026-03-05"
ABOUT = replace(MARCH, profile=BOOKS, base_currency="EUR", earliest=_DAY, latest=_DAY)


def _written(*expenses: ExportedExpense) -> tuple[list[str], list[str]]:
    """The bookings, and what is remarked."""
    writer = DatevWriter(ABOUT)
    pieces = [writer.begin()]
    pieces += [writer.add(expense) for expense in expenses]
    pieces.append(writer.end())
    text = b"".join(pieces).decode("cp1252")
    lines = text.removesuffix("\r\n").split("\r\n")
    return lines[2:], [*writer.remarks()]


def _abroad(currency: str, total: str, base_total: str, **given: Any) -> ExportedExpense:
    values = {"currency": currency, "total": total, "base_total": base_total}
    return an_expense(base_currency="EUR", tax=None, **values, **given)


def test_the_rules_refuse_a_line_that_breaks_them() -> None:
    [line], _ = _written(_abroad("USD", "117.00", "100.00"))
    assert faults_of(line, currency="EUR") == []
    fields = fields_of(line)
    for place, wrong in [
        (1, "0,00"),
        (1, "12.90"),
        (2, "S"),
        (4, "0,855798"),
        (4, "12345,00"),
        (5, ""),
        (7, ""),
        (10, "3113"),
        (11, '"RE 17"'),
        (14, '"' + "x" * 61 + '"'),
        (49, '""'),
        (114, "2"),
    ]:
        changed = [*fields]
        changed[place - 1] = wrong
        assert faults_of(";".join(changed), currency="EUR"), (place, wrong)
    assert faults_of(line + ";", currency="EUR")
    assert faults_of(line, currency="CHF")


@pytest.mark.parametrize(
    ("currency", "total", "base_total", "rate"),
    [
        ("USD", "117.00", "100.00", "1,17"),
        ("JPY", "1600", "9.77", "163,766633"),
        ("HUF", "39999", "4.00", "9999,75"),
    ],
)
def test_a_rate_from_1_is_written(
    currency: str,
    total: str,
    base_total: str,
    rate: str,
) -> None:
    [line], remarks = _written(_abroad(currency, total, base_total))
    fields = fields_of(line)
    written = Decimal(fields[3].replace(",", "."))
    assert written == Decimal(rate.replace(",", "."))
    assert fields[4:6] == [base_total.replace(".", ","), '"EUR"']
    assert faults_of(line, currency="EUR") == []
    assert remarks == []


@pytest.mark.parametrize(
    ("currency", "total", "base_total", "own"),
    [
        ("GBP", "85.58", "100.00", "85,58 GBP"),
        ("KWD", "35.500", "98.61", "35,50 KWD"),
        ("IDR", "190000", "10.00", "190000,00 IDR"),
        ("GBP", "-85.58", "-100.00", "85,58 GBP"),
    ],
)
def test_a_rate_that_has_no_form_is_booked_in_the_currency_of_the_books(
    currency: str, total: str, base_total: str, own: str
) -> None:
    """A pound is more than a euro: its rate begins with a zero, which `Kurs` refuses."""
    [line], [remark] = _written(_abroad(currency, total, base_total))
    fields = fields_of(line)
    assert fields[0] == base_total.lstrip("-").replace(".", ",")
    assert fields[1] == ('"H"' if total.startswith("-") else '"S"')
    assert fields[2:6] == ['"EUR"', "", "", '""']
    assert fields[53:55] == ['"Betrag des Belegs"', f'"{own}"']
    assert faults_of(line, currency="EUR") == []
    assert f"a rate that DATEV does not take ({currency})" in remark


def test_what_is_nothing_in_the_currency_of_the_books_is_left_out() -> None:
    lines, [remark] = _written(
        an_expense(
            currency="JPY",
            total="20000",
            tax=None,
            base_currency="EUR",
            base_total="122.00",
            parts=[
                {"category": "Meals", "total": "19999", "tax": None},
                {"category": "Taxi", "total": "0.1", "tax": None},
            ],
        )
    )
    assert len(lines) == 1
    assert "amount of zero is not in the file" in remark


def test_a_rate_into_another_currency_than_that_of_the_books_is_none() -> None:
    """The account changed its base currency, and this expense has the worth in the earlier one."""
    worth = {"base_currency": "CHF", "base_total": "8.00"}
    expense = an_expense(currency="USD", total="10.00", tax=None, **worth)
    [line], [remark] = _written(expense)
    assert faults_of(line, currency="EUR") == []
    assert "without a rate" in remark


@pytest.mark.parametrize("seed", range(40))
def test_whatever_expense_is_written_keeps_the_rules(seed: int) -> None:
    chance = random.Random(seed)
    merchants = ['Müller; "Söhne"', "=1+1", "x" * 300, "収", "a\r\nb", '"' * 80]
    expenses: list[ExportedExpense] = []
    for _ in range(5):
        currency = chance.choice(["EUR", "USD", "GBP", "JPY", "IDR", "KWD", "CHF"])
        sign = chance.choice([1, 1, 1, -1])
        total = sign * Decimal(chance.choice([1, 99, 1290, 10**7, 10**12 - 1])) / 100
        worth = abs(total) * Decimal(chance.choice(["0.00004", "0.006", "0.9", "1.17", "2.9"]))
        base_total = (sign * worth).quantize(Decimal("0.01"))
        is_abroad = currency != "EUR" and chance.random() < 0.9
        expense = an_expense(
            currency=currency,
            total=f"{total:.2f}",
            tax=None,
            base_currency="EUR" if is_abroad else None,
            base_total=f"{base_total}" if is_abroad else None,
            category=chance.choice(["Meals", "Taxi", None]),
            merchant=chance.choice(merchants),
            receipt_number=chance.choice([None, "RE 2026/17", "-" * 50, "Nr. 5, b", "ä" * 40]),
            after_closing=chance.choice([None, "close_1"]),
        )
        expenses.append(expense.taken_back("xpt_1") if chance.random() < 0.3 else expense)
    lines, _ = _written(*expenses)
    assert [fault for line in lines for fault in faults_of(line, currency="EUR")] == []


def _at_rate(rate: str, tax: str, **given: Any) -> ExportedExpense:
    line = {"rate": rate, "base": "100.00", "tax": tax}
    total = Decimal("100.00") + Decimal(tax)
    return an_expense(currency="EUR", total=str(total), tax=tax, tax_lines=[line], **given)


def test_tax_without_a_key_is_named() -> None:
    """Such a line loses its input tax, unless its account is an automatic one."""
    [line], remarks = _written(an_expense(currency="EUR", category="Taxi", tax="1.90"))
    assert fields_of(line)[8] == '""'
    [remark] = [each for each in remarks if "BU-Schlüssel" in each]
    assert "a category without a BU-Schlüssel (Taxi)" in remark


def test_a_rate_that_has_no_key_is_named_beside_a_category_that_has_one() -> None:
    [line], [remark] = _written(_at_rate("20", "20.00", category="Meals"))
    assert fields_of(line)[8] == '""'
    assert "(20 percent)" in remark


def test_a_line_with_its_key_or_without_tax_is_not_named() -> None:
    [line], remarks = _written(_at_rate("19", "19.00", category="Meals"))
    assert fields_of(line)[8] == '"9"'
    assert remarks == []
    _, remarks = _written(an_expense(currency="EUR", category="Taxi", tax=None))
    assert not any("BU-Schlüssel" in each for each in remarks)


def test_a_remark_is_right_for_one_expense_and_for_several() -> None:
    one, another = (
        an_expense(id=id_, currency="EUR", category="Taxi", tax="1.90")
        for id_ in ("exp_1", "exp_2")
    )
    _, remarks = _written(one)
    assert any(each.startswith("1 expense has tax without a known rate") for each in remarks)
    assert not [each for each in remarks if " are " in each or "expenses" in each]
    _, remarks = _written(one, another)
    assert any(each.startswith("2 expenses have tax without a known rate") for each in remarks)
