"""Acts on expenses that a list has chosen, by their ids or a filter: what they would do, and do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final, LiteralString, cast

from tillroll.clients.service import Selected, select
from tillroll.expenses import changing, service
from tillroll.expenses.approval import decisions, moves
from tillroll.expenses.approval.chain_steps import begun_anew
from tillroll.expenses.approval.decisions import (
    hindrance,
)
from tillroll.expenses.approval.judged import (
    Approver,
    Looked,
    look_at,
)
from tillroll.expenses.approval.meanwhile import CHANGED, View, done_meanwhile, is_repeated
from tillroll.expenses.changing import (
    found_of,
    written_of,
)
from tillroll.expenses.events import Written, nudge
from tillroll.expenses.models import Expense
from tillroll.expenses.repository import SELECT_DETAILS, expense_from
from tillroll.expenses.search.conditions import (
    Condition,
    conditions_of,
)
from tillroll.expenses.search.filters import (
    Filter,
    FilterQuery,
    as_parameters,
    read_filter,
)
from tillroll.expenses.service import (
    MOVES,
)
from tillroll.expenses.sorting.locked import closed_of, lock_columns, lock_of
from tillroll.expenses.sorting.plan import Act, Batch, Change, Judged, LeftOut, Plan, Writing
from tillroll.expenses.values import MOST_TAGS, STATUS
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import (
    Row,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump, load, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

# Behind an id, so that an expense which the act itself takes out of the filter moves no other out
# of its page.

_QUERY: Final = SELECT_DETAILS.replace(
    "SELECT expenses.*,", f"SELECT expenses.*, {lock_columns('expenses')},", 1
)


def page(act: Act, limit: int) -> Statement:
    """The expenses behind the act's cursor, with all that is shown of one and `closed`, its closed
    period.
    """
    conditions: list[LiteralString] = ["expenses.account_id = ?", "expenses.id > ?"]
    values = [act.account_id, act.cursor]
    if "ids" in act.asked:
        narrowed, only = act.sight.narrowing("expenses.person")
        conditions[-1] = f"{conditions[-1]}{narrowed}"
        values += only
        conditions.append("expenses.id IN (SELECT value FROM json_each(?))")
        values.append(dump(act.asked["ids"]))
    else:
        parameters = cast("JsonObject", act.asked["filter"])
        selections = _selections(
            act.sight,
            read_filter(FilterQuery.of(as_parameters(parameters))),
            str(act.asked["until"]),
        )
        conditions.extend(condition for condition, _ in selections)
        values += [value for _, each in selections for value in each]
    query = f"{_QUERY} WHERE {' AND '.join(conditions)} ORDER BY expenses.id LIMIT ?"
    return statement(query, [*values, limit])


def _selections(sight: Sight, chosen: Filter, until: str) -> list[Condition]:
    selections: list[Condition] = [("expenses.created_at <= ?", [until])]
    if chosen.first_day is not None:
        selections.append(("expenses.date >= ?", [chosen.first_day.isoformat()]))
    if chosen.last_day is not None:
        selections.append(("expenses.date <= ?", [chosen.last_day.isoformat()]))
    if not chosen.statuses:
        selections.append(("expenses.status <> 'voided'", []))
    return [*selections, *conditions_of(sight, chosen)]


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


def _locked(act: Act, row: Row) -> LeftOut | None:
    return lock_of(act, row, sorts=act.kind in SORTING)


def _category(act: Act, row: Row) -> Judged:
    category = cast("str | None", act.asked["category"])
    has = optional_text(row, "category")
    if integer(row, "is_split") == 1:
        return LeftOut("It is split: give its parts their categories by themselves.")
    if has == category:
        return None
    before: JsonObject = {"category": has, "category_by": optional_text(row, "category_by")}
    return _locked(act, row) or Change(
        before, {"category": category, "category_by": None if category is None else act.created_by}
    )


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
    return _locked(act, row) or Change(
        before, {"category": load_object(proposed)["category"], "category_by": act.created_by}
    )


def _client(act: Act, row: Row) -> Judged:
    """Another client takes a project away that is not its own, and is billed."""
    if row["client_id"] == act.asked["clientId"]:
        return None
    before: JsonObject = {name: optional_text(row, name) for name in _SELECTED}
    before[BILLABLE] = integer(row, BILLABLE) == 1
    after: JsonObject = {"client_id": act.asked["clientId"], "client": act.asked["client"]}
    after[BILLABLE] = act.asked["clientId"] is not None
    return _locked(act, row) or Change(before, {**after, "project_id": None, "project": None})


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
        return [_locked(act, row) or LeftOut(_NO_CLIENT) for row in rows]
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
    return _locked(act, row) or Change(before, after)


async def _judge_project(platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
    project_id = cast("str | None", act.asked["projectId"])
    current = await _select_again(platform, act, client_id=None, project_id=project_id)
    if current is None:
        return [_locked(act, row) or LeftOut(_NO_PROJECT) for row in rows]
    return [_project(current, row) for row in rows]


_NO_PROJECT: Final = "The project was archived or deleted meanwhile."


def _text_of(name: str) -> Callable[[Act, Row], Judged]:
    """Each expense gets the same text in a column of this name."""

    def change(act: Act, row: Row) -> Judged:
        has = optional_text(row, name)
        if has == act.asked[name]:
            return None
        return _locked(act, row) or Change({name: has}, {name: act.asked[name]})

    return change


def _billable(act: Act, row: Row) -> Judged:
    billable = act.asked[BILLABLE] is True
    has = integer(row, BILLABLE) == 1
    if has == billable:
        return None
    return _locked(act, row) or Change({BILLABLE: has}, {BILLABLE: billable})


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
    return _locked(act, row) or Change({name: [] for name in after}, after)


def _listed(act: Act, name: str) -> list[str]:
    listed = act.asked.get(name)
    if isinstance(listed, list):
        return [str(each) for each in listed]
    return []


# Each expense is moved as it is by itself: with a change or decision of its own, an event in its
# run's stream, and its notices and deliveries. A batch stays one transaction, so it has fewer
# expenses than an act that gives values.

VOID: Final = "void"
SEND_BACK: Final = "send_back"
APPROVE: Final = "approve"
UNAPPROVE: Final = "unapprove"
# Each is some ten statements of one transaction.
MOST: Final = 40

_UNDONE: Final = SELECT_DETAILS.replace(
    "SELECT expenses.*,", "SELECT expenses.*, c.before AS was, c.after AS became,", 1
)
_STAYS: Final = {
    "approved": "It is approved: take the approval back first.",
    "in_review": "It is in review already.",
    "voided": "It is voided: restore it first.",
    "ready": "It is not approved.",
}


def _moved(step: service.Move) -> Plan:
    def change(act: Act, row: Row) -> Judged:
        status = text(row, "status")
        if status == step.to:
            return None
        version = _version_seen(act, row)
        if _is_later(act, row) or version not in (None, integer(row, "version")):
            return LeftOut(CHANGED)
        if status not in step.begins:
            return LeftOut(_STAYS[status])
        if status == "approved" and act.asked["isOwner"] is not True:
            return LeftOut("It is approved: ask an owner of the account to send it back.")
        return closed_of(row) or Change({STATUS: status}, {STATUS: step.to})

    def write(
        platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], now: str
    ) -> Batch:
        reason = str(act.asked["reason"])
        changes_made = [
            service.moved(
                found_of(row), step.to, kind=step.kind, actor=act.created_by, reason=reason
            )
            for row, _ in changed
        ]
        return _changed(platform, changes_made, now)

    def take_back(platform: Platform, rows: Sequence[Row], actor: str, now: str) -> Batch:
        """Only what nobody has touched since; and no approval comes back without being given
        anew.
        """
        changes_made: list[changing.Change] = []
        for row in rows:
            was = load_object(text(row, "was"))
            became = load_object(text(row, "became"))
            if was[STATUS] != "approved" and integer(row, "version") == became["version"]:
                status = str(was[STATUS])
                undoes = str(became["change"])
                changes_made.append(
                    service.moved(
                        found_of(row),
                        status,
                        kind="undone",
                        actor=actor,
                        reason=None,
                        undoes=undoes,
                    )
                )
        return _changed(platform, changes_made, now)

    return Plan(page, change, writing=Writing(write, take_back, _undone), most=MOST)


def _changed(platform: Platform, changes_made: Sequence[changing.Change], now: str) -> Batch:
    written = [written_of(platform, each, now) for each in changes_made]
    after: dict[str, JsonObject] = {
        text(each.expense, "id"): {
            STATUS: each.after[STATUS],
            "version": each.next_version,
            "change": one.id,
        }
        for each, one in zip(changes_made, written, strict=True)
    }
    return _batch(platform, written, after)


def _batch(
    platform: Platform, written: Sequence[Written], after: Mapping[str, JsonObject]
) -> Batch:
    return Batch(
        [one for each in written for one in each.statements],
        after,
        lambda: nudge(platform, written),
    )


def _decided(move: moves.Move) -> Plan:
    """Each decision is the person's who began the act: of an expense with a chain, it is their step
    alone.
    """

    async def judge(platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
        looks = await look_at(platform, _approver(act), [text(row, "id") for row in rows])
        return [_judged(act, row, looked=looks.get(text(row, "id")), move=move) for row in rows]

    def write(
        platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], _now: str
    ) -> Batch:
        statements = list[Statement]()
        moved = list[Written]()
        after = dict[str, JsonObject]()
        for row, change in changed:
            if isinstance(change.found, Looked):
                decided = decisions.decision(
                    platform, change.found, move=move, reason=None, approver=_approver(act)
                )
                statements += decided.statements
                moved += decided.moved
                version = integer(row, "version") + (0 if decided.is_step else 1)
                after[text(row, "id")] = {
                    STATUS: "ready" if decided.is_step else move.to,
                    "version": version,
                }
        return Batch(statements, after, lambda: nudge(platform, moved))

    def take_back(platform: Platform, rows: Sequence[Row], actor: str, now: str) -> Batch:
        """Approvals that nobody has touched since are taken back; a chain whose step it was begins
        again. Nothing is approved by an undoing.
        """
        became = {text(row, "id"): load_object(text(row, "became")) for row in rows}
        untouched = [
            row for row in rows if integer(row, "version") == became[text(row, "id")]["version"]
        ]
        restored = untouched if move is moves.APPROVE else []
        steps = [
            row
            for row in restored
            if text(row, "status") == "ready" and became[text(row, "id")][STATUS] == "ready"
        ]
        reopened = [row for row in restored if text(row, "status") == "approved"]
        moved = [
            moves.decided(platform, row, move=moves.UNAPPROVE, reason=None, actor=actor, now=now)
            for row in reopened
        ]
        after: dict[str, JsonObject] = {
            text(row, "id"): {STATUS: "ready", "version": integer(row, "version") + 1}
            for row in [*reopened, *steps]
        }
        batch = _batch(platform, moved, after)
        anew = [one for row in steps for one in begun_anew(row, actor, now)]
        return replace(batch, statements=[*batch.statements, *anew])

    return Plan(page, judge=judge, writing=Writing(write, take_back, _undone), most=MOST)


def _approver(act: Act) -> Approver:
    return Approver(act.account_id, str(act.asked["userId"]), act.created_by)


def _judged(act: Act, row: Row, looked: Looked | None, move: moves.Move) -> Judged:
    if looked is None:
        return None
    view = View(_version_seen(act, row), None)
    if is_repeated(looked, move, view):
        return None
    meanwhile = done_meanwhile(looked, view)
    if meanwhile is None and _is_later(act, row, looked):
        meanwhile = CHANGED
    reason = meanwhile or hindrance(looked, move)
    if reason is not None:
        return LeftOut(reason)
    return Change({STATUS: text(row, "status")}, {STATUS: move.to}, looked)


def _version_seen(act: Act, row: Row) -> int | None:
    """The version that the person saw who began the act; None where the act names none."""
    versions = act.asked.get("versions")
    if not isinstance(versions, dict):
        return None
    version = versions.get(text(row, "id"))
    if isinstance(version, int):
        return version
    return None


def _is_later(act: Act, row: Row, looked: Looked | None = None) -> bool:
    """Whether the expense, or its chain, was led on after the person looked who began the act."""
    seen_at = act.asked.get("seenAt")
    if seen_at is None:
        return False
    times = [optional_text(row, "updated_at") or text(row, "created_at")]
    if looked is not None and looked.chain is not None:
        times += [text(step, "at") for step in looked.chain.given]
    return max(times) >= str(seen_at)


def _undone(act: Act, limit: int) -> Statement:
    narrowed, only = act.sight.narrowing("expenses.person")
    query = f"""
      {_UNDONE} JOIN bulk_act_changes AS c ON c.expense_id = expenses.id
      WHERE c.act_id = ? AND c.expense_id > ?{narrowed} ORDER BY c.expense_id LIMIT ?
    """
    return statement(query, [act.id, act.cursor, *only, limit])


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
    VOID: _moved(MOVES["void"]),
    SEND_BACK: _moved(MOVES["send-back"]),
    APPROVE: _decided(moves.APPROVE),
    UNAPPROVE: _decided(moves.UNAPPROVE),
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
    """`changes` expenses would be changed; `refused` says of how many others why not; `as_asked`
    are so already. `without_category` of the changes approve an expense that has no category.
    `reopenable` has ids of refused ones that only their approval locks, at most
    1,000. `sample` shows some that would be changed. `is_whole` is false where only the first 2,000
    were looked at. `seen_at` is when they were looked at: an approval by a filter names it.
    """

    changes: int
    without_category: int
    as_asked: int
    refused: list[RefusedExpenses]
    reopenable: list[str]
    sample: list[Expense]
    is_whole: bool
    seen_at: str


def _is_reopenable(act: Act, row: Row) -> bool:
    """Whether a refused expense could be changed once its approval is taken back."""
    if act.kind in {APPROVE, UNAPPROVE}:
        return False
    return text(row, "status") == "approved" and optional_text(row, "closed") is None


def _lacks_category(row: Row) -> bool:
    return optional_text(row, "category") is None and integer(row, "is_split") == 0


async def preview(platform: Platform, plan: Plan, act: Act) -> ActPreview:
    """Preview what an act would do that is not begun yet; nothing is written."""
    result = ActPreview(
        changes=0,
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
        for row, judged in zip(rows, await plan.judged(platform, act, rows), strict=True):
            if isinstance(judged, LeftOut):
                reasons[judged.reason] = reasons.get(judged.reason, 0) + 1
                if _is_reopenable(act, row) and len(result.reopenable) < _MOST_REOPENABLE:
                    result.reopenable.append(text(row, "id"))
            elif judged is None:
                result.as_asked += 1
            else:
                result.changes += 1
                if act.kind == APPROVE and _lacks_category(row):
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
