"""Who paid a receipt: its person says it with the upload. Once there is an expense, that says
it.
"""

from typing import Final

from tillroll.expenses.service import Wish, edit
from tillroll.expenses.values import PaidBy, check_choice
from tillroll.receipts import repository
from tillroll.receipts.repository import Audited, Receipt, run_of
from tillroll_documents.reading.correction import Problems
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.audit import LostGuard, event_of_run, guarded_batch
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

COMPANY: Final[PaidBy] = "company"
"""Who paid, where nobody says."""


def read_payer(value: str) -> PaidBy:
    """Read who paid, as a query has it. Raises ValuesRefused: there is no such choice."""
    problems: Problems = []
    check_choice("paidBy", value, problems)
    if problems:
        raise ValuesRefused(problems)
    if value == "employee":
        return "employee"
    return COMPANY


async def say_payer(
    platform: Platform, sight: Sight, receipt: Receipt, paid_by: PaidBy, actor: str
) -> None:
    """Say anew who paid a receipt; where it is an expense by then, that is changed. Said before,
    nothing changes. Raises what a change of an expense does.
    """
    run = await run_of(platform, receipt)
    now = to_text(platform.clock.now())
    detail: JsonObject = {"paidBy": paid_by}
    event = event_of_run(
        run, Audited.RECEIPT_PAYER_SAID, new_id("pyr"), actor=actor, at=now, detail=detail
    )
    try:
        await guarded_batch(platform.database, repository.say_payer(receipt.id, paid_by), event)
    except LostGuard:
        query = statement("SELECT id FROM expenses WHERE receipt_id = ?", [receipt.id])
        expense = await platform.database.first(query)
        if expense is not None:
            await edit(
                platform,
                sight,
                expense_id=text(expense, "id"),
                wish=Wish({"paidBy": paid_by}),
                actor=actor,
            )
