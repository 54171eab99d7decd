"""Acts on expenses that a list has chosen, by their ids or a filter: what they would do, and do."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, cast

from tillroll.clients.service import Selected, select
from tillroll.expenses.models import Expense
from tillroll.expenses.repository import expense_from
from tillroll.expenses.sorting import moving
from tillroll.expenses.sorting.act import Act, Change, Judged, LeftOut
from tillroll.expenses.sorting.choice import page
from tillroll.expenses.sorting.locked import judge_change
from tillroll.expenses.sorting.plan import Plan, with_rules
from tillroll.expenses.values import MOST_TAGS
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, load, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform

CATEGORY: Final = "category"
PROPOSED: Final = "proposed_category"
TAGS: Final = "tags"
CLIENT: Final = "client"
PROJECT: Final = "project"
NOTE: Final = "note"
COST_CENTER: Final = "cost_center"
PAID_BY: Final = "paid_by"
BILLABLE: Final = "billable"
_SELECTED: Final = ("client_id", "client", "project_id", "project")


SORTING: Final = frozenset({CATEGORY, PROPOSED, TAGS, CLIENT, PROJECT, BILLABLE, NOTE, COST_CENTER})
"""Kinds of acts that change what an expense is sorted by, and nothing that its approval covers."""


def _category(act: Act, row: Row) -> Judged:
    category = cast("str | None", act.asked["category"])
    has = optional_text(row, "category")
    if integer(row, "is_split") == 1:
        return LeftOut("It is split: give its parts their categories by themselves.")
    if has == category:
        return None
    before: JsonObject = {"category": has, "category_by": optional_text(row, "category_by")}
    category_by = None
    if category is not None:
        category_by = act.created_by
    after: JsonObject = {"category": category, "category_by": category_by}
    return judge_change(act, row, Change(before, after))


def _proposed(act: Act, row: Row) -> Judged:
    """What is proposed for an expense without a category, which a person takes by the act."""
    proposed = optional_text(row, "proposed_category")
    if (
        proposed is None
        or optional_text(row, "category") is not None
        or integer(row, "is_split") == 1
    ):
        return None
    before: JsonObject = {"category": None, "category_by": None}
    category = load_object(proposed)["category"]
    after: JsonObject = {"category": category, "category_by": act.created_by}
    return judge_change(act, row, Change(before, after))


def _client(act: Act, row: Row) -> Judged:
    """Another client takes a project away that is not its own, and is billed."""
    if row["client_id"] == act.asked["clientId"]:
        return None
    before: JsonObject = {name: optional_text(row, name) for name in _SELECTED}
    before[BILLABLE] = integer(row, BILLABLE) == 1
    after: JsonObject = {"client_id": act.asked["clientId"], "client": act.asked["client"]}
    after[BILLABLE] = act.asked["clientId"] is not None
    after |= {"project_id": None, "project": None}
    return judge_change(act, row, Change(before, after))


async def _select_again(
    platform: Platform, act: Act, *, client_id: str | None, project_id: str | None
) -> Act | None:
    """The act with what it selects, which is looked at again for each batch; None where it may not
    be selected any more. It may have been merged, archived or deleted since the act began."""
    none = Selected(None, None, project_id=None, project=None)
    try:
        selected = await select(
            platform.database, act.account_id, client_id, project_id=project_id, selected=none
        )
    except ValuesRefused:
        return None
    names: JsonObject = {
        "clientId": selected.client_id,
        "client": selected.client,
        "project": selected.project,
    }
    return replace(act, asked={**act.asked, **names})


async def _judge_client(platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
    client_id = cast("str | None", act.asked["clientId"])
    current = await _select_again(platform, act, client_id=client_id, project_id=None)
    if current is None:
        return [LeftOut(_NO_CLIENT) for _ in rows]
    return [_client(current, row) for row in rows]


_NO_CLIENT: Final = "The client was archived or deleted meanwhile."


def _project(act: Act, row: Row) -> Judged:
    """A project brings its client along, which is billed where the expense had another."""
    if row["project_id"] == act.asked["projectId"]:
        return None
    after: JsonObject = {"project_id": act.asked["projectId"], "project": act.asked["project"]}
    before: JsonObject = {name: optional_text(row, name) for name in after}
    if after["project_id"] is not None and row["client_id"] != act.asked["clientId"]:
        before |= {
            "client_id": optional_text(row, "client_id"),
            "client": optional_text(row, "client"),
        }
        after |= {"client_id": act.asked["clientId"], "client": act.asked["client"]}
        before[BILLABLE] = integer(row, BILLABLE) == 1
        after[BILLABLE] = True
    return judge_change(act, row, Change(before, after))


async def _judge_project(platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
    project_id = cast("str | None", act.asked["projectId"])
    current = await _select_again(platform, act, client_id=None, project_id=project_id)
    if current is None:
        return [LeftOut(_NO_PROJECT) for _ in rows]
    return [_project(current, row) for row in rows]


_NO_PROJECT: Final = "The project was archived or deleted meanwhile."


def _text_of(name: str) -> Callable[[Act, Row], Judged]:
    """Each expense gets the same text in a column of this name."""

    def change(act: Act, row: Row) -> Judged:
        has = optional_text(row, name)
        if has == act.asked[name]:
            return None
        return judge_change(act, row, Change({name: has}, {name: act.asked[name]}))

    return change


def _billable(act: Act, row: Row) -> Judged:
    billable = act.asked[BILLABLE] is True
    has = integer(row, BILLABLE) == 1
    if has == billable:
        return None
    return judge_change(act, row, Change({BILLABLE: has}, {BILLABLE: billable}))


def _tags(act: Act, row: Row) -> Judged:
    """Tags are compared whatever their case, as where one is typed."""
    has = {fold_name(str(tag)): str(tag) for tag in cast("list[Json]", load(text(row, "tags")))}
    added = [tag for tag in _listed(act, "add") if fold_name(tag) not in has]
    removed = [has[fold_name(tag)] for tag in _listed(act, "remove") if fold_name(tag) in has]
    if not added and not removed:
        return None
    if len(has) + len(added) - len(removed) > MOST_TAGS:
        return LeftOut(f"It would have more than {MOST_TAGS} tags.")
    after: JsonObject = {}
    if added:
        after["tags"] = [*added]
    if removed:
        after["untag"] = [*removed]
    return judge_change(act, row, Change({name: [] for name in after}, after))


def _listed(act: Act, name: str) -> list[str]:
    listed = act.asked.get(name)
    if isinstance(listed, list):
        return [str(each) for each in listed]
    return []


PLANS: Final = {
    CATEGORY: Plan(page, _category),
    PROPOSED: Plan(page, _proposed),
    TAGS: Plan(page, _tags),
    CLIENT: Plan(page, judge=_judge_client),
    PROJECT: Plan(page, judge=_judge_project),
    NOTE: Plan(page, _text_of(NOTE)),
    COST_CENTER: Plan(page, _text_of(COST_CENTER)),
    PAID_BY: Plan(page, _text_of(PAID_BY)),
    BILLABLE: Plan(page, _billable),
    **moving.PLANS,
}


PREVIEWED: Final = 2_000
_PAGE: Final = 500
_SAMPLE: Final = 5
# As many as one act takes by their ids.
_MOST_REOPENABLE: Final = 1_000


class RefusedExpenses(Model):
    """`count` expenses would be left as they are, for one reason."""

    reason: str
    count: int


class ActPreview(Model):
    """`changes` expenses would be changed, and `ending_approvals` of them have to be approved anew;
    `refused` says of how many others why not; `as_asked` are so already. `without_category` of the
    changes approve an expense that has no category. `reopenable` has ids of refused ones that only
    their approval locks, at most 1,000. `sample` shows some that would be changed. `is_whole` is
    false where only the first 2,000 were looked at. `seen_at` is when they were looked at: an
    approval by a filter names it.
    """

    changes: int
    ending_approvals: int
    without_category: int
    as_asked: int
    refused: list[RefusedExpenses]
    reopenable: list[str]
    sample: list[Expense]
    is_whole: bool
    seen_at: str


def _is_reopenable(act: Act, row: Row) -> bool:
    """Whether a refused expense could be changed once its approval is taken back."""
    if act.kind in moving.DECISIONS:
        return False
    return text(row, "status") == "approved" and optional_text(row, "closed") is None


def _lacks_category(row: Row) -> bool:
    return optional_text(row, "category") is None and integer(row, "is_split") == 0


async def preview(platform: Platform, plan: Plan, act: Act) -> ActPreview:
    """Preview what an act would do that is not begun yet; nothing is written."""
    result = ActPreview(
        changes=0,
        ending_approvals=0,
        without_category=0,
        as_asked=0,
        refused=[],
        reopenable=[],
        sample=[],
        is_whole=False,
        seen_at=to_text(platform.clock.now()),
    )
    reasons: dict[str, int] = {}
    for _ in range(PREVIEWED // _PAGE):
        rows = await platform.database.all(plan.page(act, _PAGE))
        act = await with_rules(platform, act, rows)
        for row, judged in zip(rows, await plan.judged(platform, act, rows), strict=True):
            if isinstance(judged, LeftOut):
                reasons[judged.reason] = reasons.get(judged.reason, 0) + 1
                if _is_reopenable(act, row) and len(result.reopenable) < _MOST_REOPENABLE:
                    result.reopenable.append(text(row, "id"))
            elif judged is None:
                result.as_asked += 1
            else:
                result.changes += 1
                result.ending_approvals += judged.ends_approval
                if act.kind == moving.APPROVE and _lacks_category(row):
                    result.without_category += 1
                if len(result.sample) < _SAMPLE:
                    result.sample.append(expense_from(row))
        if len(rows) < _PAGE:
            result.is_whole = True
            break
        act = replace(act, cursor=text(rows[-1], "id"))
    ordered = sorted(reasons.items(), key=lambda each: -each[1])
    result.refused = [RefusedExpenses(reason=reason, count=count) for reason, count in ordered]
    return result
