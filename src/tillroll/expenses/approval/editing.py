"""One approved expense is changed: that is refused, or made; where a rule goes by its category, the
approval ends with it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from tillroll.expenses.approval.approved import (
    Intent,
    Standing,
    Verdict,
    may_change,
    must_be_open,
    must_be_unpaid,
    must_have_rules,
    standing_of,
)
from tillroll.expenses.approval.decisions import notices_of_ends
from tillroll.expenses.approval.moves import UNAPPROVE, decided
from tillroll.expenses.changing import APPROVED, Change
from tillroll.expenses.values import STATUS
from tillroll_durable import Statement
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform


class Locked(Refusal):
    """The expense's status allows no such change."""

    kind = Kind("expense-locked", 409, "The expense is not open for changes")

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.extra = {"expenseStatus": status}


class Covered(Locked):
    """The approval covers what would change."""


VOIDED_SENTENCE: Final = "It is voided. Restore it first: POST /api/expenses/{id}/restore."
_SENTENCES: Final[Mapping[Verdict, str]] = {
    Verdict.LOCKED: (
        "It is approved. Send it back to review first: POST /api/expenses/{id}/send-back."
    ),
    Verdict.HANDED_ON: (
        "It is approved, and was exported or billed, is in the books, or its period is closed. "
        "Send it back to review first: POST /api/expenses/{id}/send-back."
    ),
    Verdict.PAID: (
        "It is paid, and a policy or a rule on approvals names the category: it would need a new "
        "approval. Send it back to review first: POST /api/expenses/{id}/send-back."
    ),
}


async def check_approved(platform: Platform, change: Change, *, may_sort: bool) -> Change:
    """Return the change of an approved expense, with what has to hold where it is written, and with
    the end of its approval where a rule goes by its category. Raises Locked.
    """
    account_id = text(change.expense, "account_id")
    expense_id = text(change.expense, "id")
    standing = await standing_of(platform.database, account_id, expense_id)
    intent = Intent(frozenset(change.changed), _categories(change), may_sort=may_sort)
    verdict = may_change(standing, intent)
    if verdict is Verdict.LOCKED:
        raise Covered(APPROVED, _SENTENCES[verdict])
    if verdict.forbids:
        raise Locked(APPROVED, _SENTENCES[verdict])
    guards = _guards(account_id, expense_id, standing)
    if verdict is not Verdict.ENDS:
        return replace(change, guards=guards)
    notices = await notices_of_ends(
        platform, account_id, {expense_id: _category_of(change)}, actor=change.actor
    )
    unpaid = must_be_unpaid([expense_id])
    return _with_end(platform, replace(change, guards=[*guards, unpaid], told=notices))


def _guards(account_id: str, expense_id: str, standing: Standing) -> list[Statement]:
    return [must_be_open(expense_id), must_have_rules(account_id, standing.rule_categories)]


def _categories(change: Change) -> list[str]:
    """The category that the expense loses, and the one that it gets."""
    if "category" not in change.changed:
        return []
    both = (change.before["category"], change.after["category"])
    return [str(each) for each in both if each is not None]


def _category_of(change: Change) -> str | None:
    """The category that the expense gets."""
    category = change.after["category"]
    if category is None:
        return None
    return str(category)


def _with_end(platform: Platform, change: Change) -> Change:
    """The change behind the end of the approval: two steps of the history, and one batch."""
    now = to_text(platform.clock.now())
    approval_end = decided(
        platform, change.expense, move=UNAPPROVE, reason=None, actor=change.actor, now=now
    )
    ready: JsonObject = {STATUS: "ready"}
    return replace(
        change,
        before={**change.before, **ready, "version": change.next_version},
        after={**change.after, **ready},
        approval_end=approval_end,
    )
