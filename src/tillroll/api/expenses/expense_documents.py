"""PATCH /api/expenses/{id}/document: put right what an expense's document says of itself."""

from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.expenses.expense_views import expense_changed, owned_expense
from tillroll.api.problems import INVALID_VALUES, Problem
from tillroll.api.shapes import Shape
from tillroll.durable.record.audit import append
from tillroll.platform.bindings.database import Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.receipts.document_facts import DocumentFacts, check_facts
from tillroll.workflows.receipt.rows.expenses import expense_shape
from tillroll.workflows.receipt.rows.records import describe_expense
from tillroll.workflows.receipt.shapes import ExpenseShape

router = APIRouter(tags=["expenses"])

_LONGEST: Final = 1_000


class DocumentChange(Shape):
    """What is left out stays; null takes away. `document_kind` is receipt, invoice, credit_note, statement or other,
    `due_date` is YYYY-MM-DD, `amount_due` a decimal string in the expense's currency."""

    model_config = ConfigDict(extra="forbid")

    document_kind: Annotated[str | None, Field(max_length=_LONGEST)] = None
    receipt_number: Annotated[str | None, Field(max_length=_LONGEST)] = None
    due_date: Annotated[str | None, Field(max_length=_LONGEST)] = None
    amount_due: Annotated[str | None, Field(max_length=_LONGEST)] = None
    buyer: Annotated[str | None, Field(max_length=_LONGEST)] = None


@router.patch("/api/expenses/{expense_id}/document")
async def change_document(
    platform: PlatformHere, principal: Asking, expense_id: str, change: DocumentChange
) -> ExpenseShape:
    """Change the kind, number, due date, amount due or buyer of an expense. The same again changes nothing."""
    before = await owned_expense(platform.database, principal.account_id, expense_id)
    known = _facts_of(expense_shape(before))
    given = {name: (value or "").strip() for name, value in _given(change).items()}
    problems: list[tuple[str, str]] = []
    facts = check_facts(
        given, known, total_minor=integer(before, "total_minor"), currency=text(before, "currency"), problems=problems
    )
    if problems:
        raise Problem(
            INVALID_VALUES,
            "Correct the fields named in `errors` and send it again.",
            errors=[{"field": name, "message": message} for name, message in problems],
        )
    if any(value != known.get(name, "") for name, value in given.items()):
        await platform.database.batch(_change(before, facts, principal.actor, to_text(platform.clock.now())))
    return expense_shape(await owned_expense(platform.database, principal.account_id, expense_id))


def _given(change: DocumentChange) -> dict[str, str | None]:
    """What was sent, by the names of the API."""
    return change.model_dump(by_alias=True, exclude_unset=True)


def _facts_of(expense: ExpenseShape) -> dict[str, str]:
    values = {
        "documentKind": expense.document_kind,
        "receiptNumber": expense.receipt_number,
        "dueDate": expense.due_date,
        "amountDue": expense.amount_due,
        "buyer": expense.buyer,
    }
    return {name: value for name, value in values.items() if value is not None}


def _change(expense: Row, facts: DocumentFacts, actor: str, now: str) -> list[Statement]:
    run_id = text(expense, "run_id")
    return [
        describe_expense(run_id, facts),
        # Whoever waits for the run to change is told.
        statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run_id),
        append(expense_changed(expense, "document", actor, now)),
    ]
