"""Other values than an expense has, for each field."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from tests.matrix.states import GIFTS, OTHER, TRAVEL, Case, Ground
from tests.matrix.words import NAMED, State

_PART: Final = Decimal("1.00")
_TAX_OF_PART: Final = Decimal("0.10")
BEFORE: Final[dict[str, Any]] = {
    "category": OTHER,
    NAMED: GIFTS,
    "currency": "USD",
    "paidBy": "company",
    "billable": False,
}
"""What an undo gives back, where the paper has another value."""
AFTER: Final[dict[str, Any]] = {
    "category": TRAVEL,
    NAMED: GIFTS,
    "tags": ["matrix"],
    "note": "Lunch with Globex",
    "billable": True,
    "costCenter": "K9",
    "registeredName": "Anderer Laden AG",
    "tax": "1.00",
    "currency": "USD",
    "paidBy": "company",
    "paymentMethod": "cash",
    "documentKind": "receipt",
    "receiptNumber": "N-1",
    "dueDate": "2026-04-01",
    "amountDue": "7.00",
    "buyer": "Andere GmbH",
}
_AFTER_BEFORE: Final[dict[str, Any]] = {NAMED: TRAVEL, "currency": "EUR", "paidBy": "employee"}
"""What an act gives that is undone, where it is not what `AFTER` says."""


def field_of(case: Case) -> str:
    """The field by the API's name."""
    if case.cell.field == NAMED:
        return "category"
    return case.cell.field


async def change_of(ground: Ground, case: Case, *, is_undone: bool = False) -> dict[str, Any]:
    """The body of an edit of the field."""
    if case.cell.field == NAMED:
        return {"category": _after(case, is_undone=is_undone)}
    return {case.cell.field: await _value(ground, case, is_undone=is_undone)}


def _after(case: Case, *, is_undone: bool) -> Any:
    field = case.cell.field
    if is_undone and field in _AFTER_BEFORE:
        return _AFTER_BEFORE[field]
    if field == "paidBy" and case.cell.state is State.PAID_AT_BANK:
        return "employee"
    return AFTER[field]


async def _value(ground: Ground, case: Case, *, is_undone: bool) -> Any:
    """Another value of the field than the expense has."""
    field = case.cell.field
    expense = await ground.show(case)
    if field in {"clientId", "projectId"}:
        return {"clientId": ground.globex, "projectId": ground.project}[field]
    if field == "billable" and not is_undone:
        return not expense["billable"]
    if field in {"merchant", "date", "total", "parts", "taxLines", "items"}:
        return _values_of_paper(case, expense)[field]
    return _after(case, is_undone=is_undone)


def parts_of(expense: Mapping[str, Any], category: str) -> list[dict[str, Any]]:
    """Two parts of what it costs, one of them in this category."""
    total = Decimal(expense["total"])
    tax = Decimal(expense["tax"])
    rest = {
        "category": OTHER,
        "amount": str(total - _PART),
        "tax": str(tax - _TAX_OF_PART),
    }
    return [rest, {"category": category, "amount": str(_PART), "tax": str(_TAX_OF_PART)}]


def _values_of_paper(case: Case, expense: Mapping[str, Any]) -> dict[str, Any]:
    """Other values than the paper has, which fit to the rest of it."""
    return {
        "merchant": f"Anders {case.number}",
        "date": f"{expense['date'][:8]}11",
        "total": str(Decimal(expense["total"]) + _PART),
        "parts": parts_of(expense, TRAVEL),
        "taxLines": [{"rate": "18", "tax": expense["tax"]}],
        "items": [{"description": "Anderes", "amount": "1.00"}],
    }
