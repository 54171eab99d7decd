"""Changes of an expense by a person: its category, its names, and what its document says of itself."""

from collections.abc import Mapping

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.expenses.record.reading import expense_of
from tillroll.expenses.record.rows import expense_shape
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.expenses.record.sightings import confirm, confirm_as
from tillroll.expenses.record.writing import describe_expense, rename_expense
from tillroll.platform.bindings.database import Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.receipts.correction import check_category, check_names
from tillroll.receipts.document_facts import check_facts


async def set_category(
    platform: Platform, account_id: str, expense_id: str, category: str | None, actor: str
) -> ExpenseShape:
    """Give an expense a category, or take it away. Whoever gives one has seen the expense: its merchant counts as
    confirmed.

    Raises:
        ValuesRefused: the category is too long.
        NoSuchExpense: the account has no such expense.
    """
    problems: list[tuple[str, str]] = []
    chosen = check_category(category or "", problems)
    _refuse(problems)
    before = await expense_of(platform.database, account_id, expense_id)
    chosen_by = None if chosen is None else actor
    if before["category"] == chosen and (before["category_by"] is None) == (chosen_by is None):
        return expense_shape(before)
    changes = [
        statement(
            "UPDATE expenses SET category = ?1, category_by = CASE WHEN ?1 IS NULL THEN NULL ELSE ?2 END WHERE id = ?3",
            chosen,
            actor,
            expense_id,
        ),
        *([] if chosen is None else [confirm(text(before, "run_id"), actor)]),
    ]
    return await _change(platform, before, "category", changes, actor)


async def name_shop(
    platform: Platform, account_id: str, expense_id: str, merchant: str, registered_name: str | None, actor: str
) -> ExpenseShape:
    """Name an expense's shop. Whoever does so has seen the expense: its spelling leads to that name from now on.

    Raises:
        ValuesRefused: a name cannot be used.
        NoSuchExpense: the account has no such expense.
    """
    problems: list[tuple[str, str]] = []
    name, registered = check_names(merchant, registered_name or "", problems)
    _refuse(problems)
    if name is None:
        raise ValuesRefused(problems)
    before = await expense_of(platform.database, account_id, expense_id)
    changes = [rename_expense(before, name, registered), confirm_as(text(before, "run_id"), name, actor)]
    return await _change(platform, before, "names", changes, actor)


async def describe_document(
    platform: Platform, account_id: str, expense_id: str, given: Mapping[str, str | None], actor: str
) -> ExpenseShape:
    """Change what an expense's document says of itself: what is not given stays, None takes away. The same again
    changes nothing.

    Args:
        given: by the names of the API: documentKind, receiptNumber, dueDate, amountDue, buyer.

    Raises:
        ValuesRefused: a value cannot be used.
        NoSuchExpense: the account has no such expense.
    """
    before = await expense_of(platform.database, account_id, expense_id)
    known = _facts_of(expense_shape(before))
    values = {name: (value or "").strip() for name, value in given.items()}
    problems: list[tuple[str, str]] = []
    facts = check_facts(
        values, known, total_minor=integer(before, "total_minor"), currency=text(before, "currency"), problems=problems
    )
    _refuse(problems)
    if all(value == known.get(name, "") for name, value in values.items()):
        return expense_shape(before)
    return await _change(platform, before, "document", [describe_expense(text(before, "run_id"), facts)], actor)


def _refuse(problems: list[tuple[str, str]]) -> None:
    if problems:
        raise ValuesRefused(problems)


def _facts_of(expense: ExpenseShape) -> dict[str, str]:
    values = {
        "documentKind": expense.document_kind,
        "receiptNumber": expense.receipt_number,
        "dueDate": expense.due_date,
        "amountDue": expense.amount_due,
        "buyer": expense.buyer,
    }
    return {name: value for name, value in values.items() if value is not None}


async def _change(platform: Platform, before: Row, what: str, changes: list[Statement], actor: str) -> ExpenseShape:
    """Write a change in one batch with its event; return the expense as it is now."""
    now = to_text(platform.clock.now())
    await platform.database.batch(
        [
            *changes,
            statement("UPDATE expenses SET updated_at = ? WHERE id = ?", now, text(before, "id")),
            # Whoever waits for the run to change is told.
            statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, text(before, "run_id")),
            append(_expense_changed(before, what, actor, now)),
        ]
    )
    return expense_shape(await expense_of(platform.database, text(before, "account_id"), text(before, "id")))


def _expense_changed(expense: Row, what: str, actor: str, at: str) -> AuditEvent:
    """That `what` of an expense was changed, in its run's stream. The values are personal, so only its id is told."""
    return AuditEvent(
        stream=text(expense, "run_id"),
        event_key=new_id(what[:3]),
        account_id=text(expense, "account_id"),
        actor=actor,
        action=f"expense.{what}_changed",
        outcome="success",
        at=at,
        detail={"expense": text(expense, "id")},
    )
