"""Rules applied to the expenses there are: what that would change, and the act that does it."""

from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.expenses.sorting.acts.plan import APPROVED, Act, Change, LeftOut, Plan
from tillroll.expenses.sorting.rules.candidates import SELECT, change_of, facts_of, sorted_of
from tillroll.expenses.sorting.rules.rule import Rule, changes_of, first_match, stays_chosen
from tillroll.expenses.sorting.rules.shapes import GivesShape
from tillroll.expenses.sorting.rules.stored import rule_json, rule_of
from tillroll.platform.bindings.database import Database, Row, optional_text, text
from tillroll.platform.json import JsonObject
from tillroll.platform.shape import Shape

APPLY: Final = "rules"
# A preview looks at the newest expenses, and shows so many of what would change.
PREVIEWED: Final = 5_000
_SAMPLE: Final = 10
_PAGE: Final = 1_000


class PreviewedShape(Shape):
    """An expense that a rule would change. `changes` holds what it would get."""

    expense_id: str
    rule_id: str
    merchant: str
    date: str
    category: str | None
    changes: GivesShape


class PreviewShape(Shape):
    """What rules would change. `matched` expenses are decided on by one, `changes` of them would change; `chosen` keep
    a category that a person chose, `approved` are locked. `is_whole` is false where only the newest 5,000 were looked
    at."""

    matched: int
    changes: int
    chosen: int
    approved: int
    sample: list[PreviewedShape]
    is_whole: bool


def apply_asked(rules: Sequence[Rule]) -> JsonObject:
    """What an act is asked for that applies these rules, as they are now."""
    return {"rules": [rule_json(rule) for rule in rules]}


async def preview(database: Database, account_id: str, rules: Sequence[Rule]) -> PreviewShape:
    """What these rules would change of the expenses there are."""
    found = PreviewShape(matched=0, changes=0, chosen=0, approved=0, sample=[], is_whole=False)
    before = "~"
    for _ in range(PREVIEWED // _PAGE):
        rows = await database.all(
            statement(
                f"{SELECT} WHERE e.account_id = ? AND e.id < ? AND e.status <> 'voided' ORDER BY e.id DESC LIMIT ?",
                account_id,
                before,
                _PAGE,
            )
        )
        for row in rows:
            _count(found, rules, row)
        if len(rows) < _PAGE:
            found.is_whole = True
            break
        before = text(rows[-1], "id")
    return found


def _count(found: PreviewShape, rules: Sequence[Rule], row: Row) -> None:
    rule = first_match(rules, facts_of(row))
    if rule is None:
        return
    found.matched += 1
    has = sorted_of(row)
    found.chosen += stays_chosen(rule.gives, has)
    changes = changes_of(rule.gives, has)
    if not changes:
        return
    if text(row, "status") == "approved":
        found.approved += 1
        return
    found.changes += 1
    if len(found.sample) < _SAMPLE:
        found.sample.append(
            PreviewedShape(
                expense_id=text(row, "id"),
                rule_id=rule.id,
                merchant=text(row, "merchant"),
                date=text(row, "date"),
                category=optional_text(row, "category"),
                changes=GivesShape.model_validate(changes),
            )
        )


def _page(act: Act, limit: int) -> Statement:
    where = "WHERE e.account_id = ? AND e.id > ? AND e.created_at <= (SELECT created_at FROM bulk_acts WHERE id = ?)"
    query = f"{SELECT} {where} AND e.status <> 'voided' ORDER BY e.id LIMIT ?"
    return statement(query, act.account_id, act.cursor, act.id, limit)


def _change(act: Act, row: Row) -> Change | LeftOut | None:
    stored = act.asked["rules"]
    rules = [rule_of(each) for each in stored] if isinstance(stored, list) else []
    rule = first_match(rules, facts_of(row))
    if rule is None:
        return None
    has = sorted_of(row)
    changes = changes_of(rule.gives, has)
    if changes and text(row, "status") == "approved":
        return LeftOut(APPROVED)
    if changes:
        # Nobody chose it for this expense, so another rule or a person may change it.
        return change_of(row, changes, None)
    return LeftOut("A person chose its category.") if stays_chosen(rule.gives, has) else None


PLANS: Final = {APPLY: Plan(_page, _change)}
