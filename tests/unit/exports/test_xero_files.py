"""Xero's bills and statements, by strict readers of its templates."""

import csv
import io
import re
from dataclasses import replace
from decimal import Decimal

from tests.unit.exports.expenses import BOOKS, MARCH, an_expense
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.formats import FORMATS, DateForm

_DAY = re.compile(r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/\d{4}")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_BILL = (
    "*ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,"
    "POPostalCode,POCountry,*InvoiceNumber,*InvoiceDate,*DueDate,Total,InventoryItemCode,Description,*Quantity,"
    "*UnitAmount,*AccountCode,*TaxType,TaxAmount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency"
)


def lines_of(name: str, *expenses: ExportedExpense) -> list[dict[str, str]]:
    writer = FORMATS[name].writer(replace(MARCH, profile=BOOKS))
    content = b"".join([writer.begin(), *map(writer.add, expenses), writer.end()])
    return list(csv.DictReader(io.StringIO(content.decode(), newline=""), strict=True))


def bills(*expenses: ExportedExpense) -> list[dict[str, str]]:
    found = lines_of("xero-bills", *expenses)
    for line in found:
        assert ",".join(line) == _BILL
        assert all(value for heading, value in line.items() if heading.startswith("*"))
        assert _DAY.fullmatch(line["*InvoiceDate"])
        assert _DAY.fullmatch(line["*DueDate"])
        assert _AMOUNT.fullmatch(line["*UnitAmount"])
        assert not any(value.startswith(("=", "+", "@")) for value in line.values())
    return found


def test_an_expense_is_a_bill() -> None:
    [bill] = bills(an_expense(due_date="2026-04-05"))
    assert {heading: value for heading, value in bill.items() if value} == {
        "*ContactName": "Green Garden Cafe",
        "*InvoiceNumber": "A-17",
        "*InvoiceDate": "05/03/2026",
        "*DueDate": "05/04/2026",
        "Total": "12.90",
        "Description": "Meals",
        "*Quantity": "1",
        "*UnitAmount": "12.90",
        "*AccountCode": "4664",
        "*TaxType": "9",
        "TaxAmount": "0.73",
        "Currency": "MYR",
    }


def test_parts_are_lines_of_one_bill_and_numbers_that_come_again_are_told_apart() -> None:
    parts = [
        {"category": "Meals", "total": "10.00", "tax": "0.57"},
        {"category": "Taxi", "total": "2.90", "tax": None},
    ]
    found = bills(
        an_expense(parts=parts), an_expense(id="exp_0000000002"), an_expense(receipt_number=None)
    )
    assert [bill["*InvoiceNumber"] for bill in found] == ["A-17", "A-17", "A-17-00000002", "exp_1"]
    assert sum(Decimal(bill["*UnitAmount"]) for bill in found[:2]) == Decimal("12.90")


def test_what_is_taken_back_is_a_bill_below_zero_that_names_the_export() -> None:
    [bill] = bills(an_expense().taken_back("xpt_1"))
    assert (bill["*UnitAmount"], bill["*InvoiceNumber"], bill["Description"]) == (
        "-12.90",
        "A-17-R",
        "Meals, corrects xpt_1",
    )


def test_no_name_begins_a_formula() -> None:
    [bill] = bills(an_expense(merchant="=1+1", receipt_number="@x", category="+1"))
    assert (bill["*ContactName"], bill["*InvoiceNumber"], bill["Description"]) == (
        "'=1+1",
        "'@x",
        "'+1",
    )


def test_a_statement_has_what_was_spent_below_zero() -> None:
    found = lines_of(
        "xero-statement",
        an_expense(),
        an_expense(total="-5.00", merchant="=A\nB", receipt_number=None),
    )
    assert [*found[0]] == ["*Date", "*Amount", "Payee", "Description", "Reference", "Check Number"]
    assert [
        (line["*Date"], line["*Amount"], line["Payee"], line["Reference"]) for line in found
    ] == [
        ("05/03/2026", "-12.90", "Green Garden Cafe", "A-17"),
        ("05/03/2026", "5.00", "'=A B", ""),
    ]


def test_a_profile_says_how_days_are_written() -> None:
    writer = FORMATS["xero-statement"].writer(
        replace(MARCH, profile=BOOKS.model_copy(update={"date_form": DateForm.AMERICAN}))
    )
    assert writer.add(an_expense()).startswith(b"03/05/2026,")
