"""Expenses for the files that are tried."""

from typing import Any

from tillroll.expenses.exported import ExportedExpense
from tillroll.expenses.models import PartShape, PersonName
from tillroll.exports.writers.formats import FORMATS, About, Coding, Datev, ProfileOptions

MARCH = About("Books", "2026-03-01", "2026-03-31", "2026-04-01T08:00:00.000Z")

# What a program for bookkeeping wants to know.
BOOKS = ProfileOptions(
    codings={"Meals": Coding(account="4664", tax_code="9", cost_center="K1")},
    other=Coding(account="4980"),
    contra_account="1740",
    datev=Datev(consultant=1001, client=7),
)


def an_expense(**given: Any) -> ExportedExpense:
    """A cafe's, but for what is given. Its `parts` have `category`, `total` and `tax`; `employee`
    is the name of its person.
    """
    parts = given.pop("parts", ())
    employee = given.pop("employee", None)
    values: dict[str, Any] = {
        "id": "exp_1",
        "receipt_id": "rec_1",
        "date": "2026-03-05",
        "merchant": "Green Garden Cafe",
        "registered_name": "Green Garden Cafe Sdn Bhd",
        "total": "12.90",
        "tax": "0.73",
        "currency": "MYR",
        "category": "Meals",
        "document_kind": "receipt",
        "receipt_number": "A-17",
        "due_date": None,
        "amount_due": None,
        "buyer": None,
        "base_currency": None,
        "base_total": None,
        "base_tax": None,
        "rate": None,
        "rate_date": None,
        "file_name": "lunch.jpg",
        "proposed_category": None,
        "tags": [],
        "note": None,
        "project_id": None,
        "project": None,
        "client_id": None,
        "client": None,
        "cost_center": None,
        "payment_method": None,
        "paid_by": "company",
        "billable": False,
        "person": None if employee is None else PersonName(id="usr_1", name=employee),
        "parts": [
            PartShape(
                category=part["category"],
                amount=part["total"] or "",
                tax=part["tax"],
                note=part.get("note"),
            )
            for part in parts
        ],
        "corrects": None,
        "after_closing": None,
    }
    return ExportedExpense(**{**values, **given})


def file_of(format_name: str, *expenses: ExportedExpense, about: About = MARCH) -> bytes:
    """The whole file, as its writer gives it piece by piece."""
    writer = FORMATS[format_name].writer(about)
    return b"".join([writer.begin(), *map(writer.add, expenses), writer.end()])
