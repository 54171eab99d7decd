"""Who works alone looks at a document once: confirming it in review approves its expense."""

from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import may_in_sql, person_of
from tillroll.expenses.approval.decisions import Decision, decision, hindrance
from tillroll.expenses.approval.judged import Approver, Looked, look_at
from tillroll.expenses.approval.moves import APPROVE
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import text, word
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run

# Who confirmed the reading of a run, ?1: a row only where that is a person, and the only one of the
# account who can approve. A limited token has to have the right too.
_CONFIRMED_ALONE: Final = f"""
  SELECT decided.actor, {person_of("decided.actor")} AS user_id
  FROM runs
  JOIN reviews ON reviews.run_id = runs.id
  JOIN review_decisions AS decided ON decided.review_id = reviews.id
  LEFT JOIN tokens AS used ON decided.actor = 'token:' || used.id
  WHERE runs.id = ?1 AND decided.decision = 'approve'
    AND (used.id IS NOT NULL OR decided.actor LIKE 'user:%')
    AND (used.scopes IS NULL
      OR EXISTS (SELECT 1 FROM json_each(used.scopes) WHERE value = '{word(Permission.APPROVE)}'))
    AND json_array({person_of("decided.actor")}) = (
      SELECT json_group_array(able.id) FROM users AS able
      WHERE able.account_id = runs.account_id AND able.removed_at IS NULL
        AND {may_in_sql(Permission.APPROVE, "able.id")})
  ORDER BY reviews.number DESC LIMIT 1
"""


async def approved_by_confirming(platform: Platform, run: Run, expense_id: str) -> Decision | None:
    """What approves the expense of a run whose reading was confirmed, for the batch of a step.

    None where that waits for a decision of its own: a second person can approve, a policy or a
    chain asks for something, or somebody has changed or decided it since.
    """
    row = await platform.database.first(statement(_CONFIRMED_ALONE, [run.id]))
    if row is None:
        return None
    approver = Approver(run.account_id, text(row, "user_id"), text(row, "actor"))
    looked = (await look_at(platform, approver, [expense_id])).get(expense_id)
    if looked is None or not _is_as_confirmed(looked):
        return None
    return decision(platform, looked, move=APPROVE, reason=None, approver=approver)


def _is_as_confirmed(looked: Looked) -> bool:
    """Whether the expense is as the person saw it, and nothing but their word is asked for. A
    policy that only points something out is read before an approval, so it waits too.
    """
    is_untouched = looked.row["updated_at"] is None and looked.decided is None
    is_free = looked.chain is None and not looked.against
    return is_untouched and is_free and hindrance(looked, APPROVE) is None
