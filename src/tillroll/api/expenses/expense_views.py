"""An account's expense, or the answer that there is none; and that somebody changed it."""

from tillroll.api.problems import not_found
from tillroll.durable.record.audit import AuditEvent
from tillroll.platform.bindings.database import Database, Row, statement, text
from tillroll.platform.ids import new_id
from tillroll.workflows.receipt.rows.expenses import SELECT_EXPENSES


async def owned_expense(database: Database, account_id: str, expense_id: str) -> Row:
    """The row of SELECT_EXPENSES, where it is the account's.

    Raises:
        Problem: 404, also for another account's expense.
    """
    row = await database.first(
        statement(f"{SELECT_EXPENSES} WHERE expenses.id = ? AND expenses.account_id = ?", expense_id, account_id)
    )
    if row is None:
        raise not_found("expense")
    return row


def expense_changed(expense: Row, what: str, actor: str, at: str) -> AuditEvent:
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
