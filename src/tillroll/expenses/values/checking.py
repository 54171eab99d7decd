"""All values of an expense, as the API has them: what a change would make of them, checked as a whole."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

from tillroll.expenses.values.lines import check_items, check_parts, check_tax_lines
from tillroll.expenses.values.texts import check_choice, check_line, check_note, check_tags
from tillroll.platform.json import Json, JsonObject
from tillroll.receipts.amounts.money import Money
from tillroll.receipts.correction import FIELDS as RECEIPT_FIELDS
from tillroll.receipts.correction import ExpenseFields, InvalidValues, lay_over
from tillroll.receipts.document_facts import DOCUMENT_FIELDS, Problems

MONEY: Final = frozenset({"total", "tax", "currency", "date"})
"""A change of these is money in somebody's books: it wants a reason, and the version that it was made from."""
MONEY_LINES: Final = frozenset({"parts", "taxLines"})
"""A change of these wants the version."""
FIELDS: Final = (
    *RECEIPT_FIELDS,
    *("note", "tags", "project", "client", "paymentMethod", "paidBy", "billable", "parts", "taxLines", "items"),
)
STATUS: Final = "status"
FAR_AHEAD: Final = timedelta(days=31)


def check_change(current: JsonObject, given: JsonObject) -> tuple[JsonObject, ExpenseFields]:
    """All values of FIELDS as they would be, with `given` over `current`; and those that a receipt gives, typed.

    Raises:
        InvalidValues: every problem.
    """
    problems: Problems = []
    of_receipt = {name: given[name] for name in RECEIPT_FIELDS if name in given}
    try:
        fields = lay_over(_texts(current, RECEIPT_FIELDS), _texts(current, DOCUMENT_FIELDS), of_receipt)
    except InvalidValues as error:
        raise InvalidValues([*error.problems, *_problems_beside(given)]) from error
    merged = {name: given[name] if name in given else current[name] for name in FIELDS}
    values: JsonObject = {
        **_as_texts(fields),
        "note": check_note(merged["note"], problems),
        "tags": check_tags(merged["tags"], problems),
        "project": check_line("project", merged["project"], problems),
        "client": check_line("client", merged["client"], problems),
        "paymentMethod": check_choice("paymentMethod", merged["paymentMethod"], problems),
        "paidBy": check_choice("paidBy", merged["paidBy"], problems),
        "billable": merged["billable"] is True,
        "parts": check_parts(merged["parts"], "parts" in given, fields, problems),
        "taxLines": check_tax_lines(merged["taxLines"], "taxLines" in given, fields, problems),
        "items": check_items(merged["items"], "items" in given, fields.currency, problems),
    }
    if problems:
        raise InvalidValues(problems)
    return values, fields


def changed_fields(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """Which of FIELDS, and the status, are not the same."""
    return [name for name in (STATUS, *FIELDS) if name in after and before[name] != after[name]]


def is_far_ahead(day: date, today: date) -> bool:
    """Whether a date lies so far in the future that it is likelier a slip than a purchase."""
    return day > today + FAR_AHEAD


def _problems_beside(given: JsonObject) -> Problems:
    """What can be said of texts alone, where the amounts are wrong already."""
    problems: Problems = []
    check_note(given.get("note"), problems)
    check_tags(given.get("tags"), problems)
    for name in ("project", "client"):
        check_line(name, given.get(name), problems)
    return problems


def _texts(values: JsonObject, names: tuple[str, ...]) -> dict[str, str]:
    return {name: str(values[name]) for name in names if values[name] is not None}


def _as_texts(fields: ExpenseFields) -> JsonObject:
    def amount(minor: int | None) -> str | None:
        return None if minor is None else Money(minor, fields.currency).to_decimal_string()

    document = fields.document
    return {
        "merchant": fields.merchant,
        "registeredName": fields.registered_name,
        "date": fields.date.isoformat(),
        "total": amount(fields.total_minor),
        "tax": amount(fields.tax_minor),
        "currency": fields.currency,
        "category": fields.category,
        "documentKind": None if document.kind is None else document.kind.value,
        "receiptNumber": document.number,
        "dueDate": None if document.due_date is None else document.due_date.isoformat(),
        "amountDue": amount(document.amount_due_minor),
        "buyer": document.buyer,
    }
