"""Which expenses an act leaves as they are, by their status, their closed period, and what was
handed on; and which approvals end by it.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, LiteralString

from tillroll.expenses.approval.approved import (
    Intent,
    Verdict,
    may_change,
    may_give_back,
    may_take_back,
    standing_columns,
    standing_in,
)
from tillroll.expenses.sorting.act import APPROVED, Act, Change, LeftOut
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.platform.json import JsonObject, load_object

MAY_SORT: Final = "maySort"
"""This value of an act says that who began it may sort approved expenses anew."""
_HANDED_ON: Final = (
    "It is approved, and was exported or billed, or is in the books: take the approval back first."
)
_REASONS: Final[Mapping[Verdict, str]] = {
    Verdict.LOCKED: APPROVED,
    Verdict.HANDED_ON: _HANDED_ON,
    Verdict.PAID: (
        "It is paid, and a policy or a rule on approvals names the category: it would need a new "
        "approval."
    ),
}
_NOT_BACK: Final[Mapping[Verdict, str]] = {
    **_REASONS,
    Verdict.LOCKED: "It is approved as it is now: take the approval back first.",
    Verdict.ENDS: (
        "It is approved, and a policy or a rule on approvals names the category: change it by "
        "itself."
    ),
    Verdict.OF_ANOTHER: (
        "It is approved, and somebody else chose its client or whether it is billed: change it by "
        "itself."
    ),
}
# The fields of an expense by the columns and names that an act changes.
_FIELDS: Final[Mapping[str, str]] = {
    "category": "category",
    "category_by": "category",
    "merchant": "merchant",
    "duplicate_key": "merchant",
    "sighting": "merchant",
    "client_id": "clientId",
    "client": "client",
    "project_id": "projectId",
    "project": "project",
    "paid_by": "paidBy",
    "billable": "billable",
    "note": "note",
    "cost_center": "costCenter",
    "tags": "tags",
    "untag": "tags",
    "parts": "parts",
}


def lock_columns(expenses: LiteralString) -> LiteralString:
    """SQL of the columns `closed` (the closed period of an expense) and those of how far it has
    come, which `closed_of` and `judge_change` read. `expenses` is the table's alias."""
    return f"""
      (SELECT first_day || '/' || last_day FROM closed_periods AS period
       WHERE period.account_id = {expenses}.account_id AND period.reopened_at IS NULL
         AND {expenses}.date BETWEEN period.first_day AND period.last_day) AS closed,
      {standing_columns(f"{expenses}.id")}
    """


def closed_of(row: Row) -> LeftOut | None:
    """Why an expense of a closed period is left as it is: what such a period holds is corrected
    one by one, where a person sees what the next export will say of it."""
    closed = optional_text(row, "closed")
    if closed is None:
        return None
    first, last = closed.split("/")
    return LeftOut(
        f"It is in a closed period ({first} to {last}): change it by itself, or open the period "
        "again."
    )


def judge_change(act: Act, row: Row, change: Change) -> Change | LeftOut:
    """The change of an act, which may end an approval; or why the expense is left as it is."""
    status = text(row, "status")
    if status == "voided":
        return LeftOut("It is voided.")
    if status != "approved":
        return closed_of(row) or change
    intent = _intent_of(change.before, change.after, may_sort=act.asked.get(MAY_SORT) is True)
    verdict = may_change(standing_in(row, act.rule_categories), intent)
    if verdict is Verdict.HANDED_ON:
        return closed_of(row) or LeftOut(_HANDED_ON)
    if verdict.forbids:
        return LeftOut(_REASONS[verdict])
    return replace(change, ends_approval=verdict is Verdict.ENDS)


def why_not_back(act: Act, row: Row, values: JsonObject, *, may_sort: bool) -> LeftOut | None:
    """Why an expense keeps what it has where an act is undone; None where it gets `values` back."""
    status = text(row, "status")
    if status == "voided":
        return LeftOut("It is voided.")
    if status != "approved":
        return closed_of(row)
    now: JsonObject = {"category": optional_text(row, "category"), "parts": _parts_of(row)}
    intent = _intent_of(now, values, may_sort=may_sort)
    standing = standing_in(row, act.rule_categories)
    verdict = may_give_back(standing, intent, is_own=act.is_undone_by_own)
    if verdict is Verdict.STAYS:
        return None
    if verdict is Verdict.HANDED_ON:
        return closed_of(row) or LeftOut(_HANDED_ON)
    return LeftOut(_NOT_BACK[verdict])


_NOT_ENDED: Final[Mapping[Verdict, str]] = {
    Verdict.HANDED_ON: _HANDED_ON,
    Verdict.PAID: "It is paid: take the approval back by itself.",
}


def why_not_ended(row: Row) -> LeftOut | None:
    """Why an approval stays where the act that gave it is undone; None where it ends."""
    verdict = may_take_back(standing_in(row, ()))
    if verdict is Verdict.ENDS:
        return None
    return closed_of(row) or LeftOut(_NOT_ENDED[verdict])


def _parts_of(row: Row) -> JsonObject:
    return load_object(optional_text(row, "parts") or "{}")


def _intent_of(before: JsonObject, after: JsonObject, *, may_sort: bool) -> Intent:
    """What a change wants, from the values before and after it."""
    fields = frozenset(_FIELDS[name] for name in after)
    categories: list[str] = []
    if "category" in after:
        both = (before.get("category"), after["category"])
        categories = [str(each) for each in both if each is not None]
    return Intent(fields, categories, may_sort=may_sort)
