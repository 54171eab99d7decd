"""What an act of some kind is: which expenses it looks at, what it changes of each, and gives back
when undone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, LiteralString

from tillroll.expenses.approval.approved import (
    all_must_be_open,
    categories_of_rules,
    must_be_unpaid,
    must_have_rules,
)
from tillroll.expenses.approval.chain_steps import all_begun_anew
from tillroll.expenses.approval.moves import UNAPPROVE, decided
from tillroll.expenses.events import nudge
from tillroll.expenses.sorting.act import Act, Change, Judged
from tillroll.expenses.sorting.locked import lock_columns, why_not_back
from tillroll_documents.reading.recognition import duplicate_key
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch_found

FIELDS: Final[tuple[LiteralString, ...]] = (
    *(
        "category",
        "category_by",
        "merchant",
        "duplicate_key",
        "client_id",
        "client",
        "project_id",
        "project",
    ),
    *("paid_by", "billable", "note", "cost_center"),
)
"""Columns of expenses that an act may change. Beside them a change may have `tags` (those that are
added), `untag` (those that are taken away), `parts` (the categories of parts by their number) and
`sighting` (`merchant`, `merchant_key`, `confirmed_by` of what was read).
"""


@dataclass(frozen=True)
class Batch:
    """The statements that a plan writes; what each expense (by its id) is remembered to have
    become; and what is done once they are written, which may be lost. `reasons` say why an undone
    act leaves expenses as they are, by their ids.
    """

    statements: list[Statement]
    after: Mapping[str, JsonObject]
    then: Callable[[], Awaitable[None]]
    reasons: Mapping[str, str] = field(default_factory=dict[str, str])


async def nothing() -> None:
    """Do nothing: the `then` of a batch that notifies nobody."""


# Columns that stand or fall together: who chose a category says nothing of another one, and a
# project is one client's.
_TOGETHER: Final = (
    *(("category", "category_by"), ("merchant",), ("client_id", "client", "project_id", "project")),
    *(("paid_by",), ("billable",), ("note",), ("cost_center",)),
)


def _restored(row: Row, before: JsonObject, after: JsonObject) -> JsonObject:
    """The parts of `before`, but where a person has changed what `after` gave. `row` is the expense
    with `seen_as`, its sighting's merchant, and `parts`, their categories.
    """
    values: JsonObject = {}
    for names in _TOGETHER:
        changed = [name for name in names if name in after]
        if changed and all(row[name] == after[name] for name in changed):
            values |= {name: before[name] for name in changed}
    if "merchant" in values:
        day = date.fromisoformat(text(row, "date"))
        total = integer(row, "total_minor")
        values["duplicate_key"] = duplicate_key(
            str(values["merchant"]), day, total_minor=total, currency=text(row, "currency")
        )
    for changed, back in (("tags", "untag"), ("untag", "tags")):
        if changed in after:
            values[back] = after[changed]
    match before.get("sighting"), after.get("sighting"):
        case {"merchant": str()} as was, {"merchant": str() as became} if (
            optional_text(row, "seen_as") == became
        ):
            values["sighting"] = was
        case _:
            pass
    parts = _parts(row, before, after)
    if parts:
        values["parts"] = parts
    return values


def _parts(row: Row, before: JsonObject, after: JsonObject) -> JsonObject:
    match before.get("parts"), after.get("parts"):
        case dict() as were, dict() as became:
            now = load_object(optional_text(row, "parts") or "{}")
            return {
                number: were[number]
                for number, category in became.items()
                if now.get(number) == category
            }
        case _:
            return {}


# A client that was merged meanwhile is the one in its place; one that was deleted is none.
_NOW: Final[Mapping[str, LiteralString]] = {
    "client_id": """
      (SELECT COALESCE(c.merged_into, c.id) FROM clients AS c
       WHERE c.id = d.value ->> 'client_id')""",
    "client": """
      (SELECT stays.name FROM clients AS c
       JOIN clients AS stays ON stays.id = COALESCE(c.merged_into, c.id)
       WHERE c.id = d.value ->> 'client_id')""",
}


def _set(name: LiteralString) -> LiteralString:
    value: LiteralString = _NOW.get(name, f"d.value ->> '{name}'")
    return f"{name} = CASE WHEN json_type(d.value, '$.{name}') IS NULL THEN {name} ELSE {value} END"


def _write_values(
    values: Mapping[str, JsonObject], now: str, approval_ids: Sequence[str] = ()
) -> list[Statement]:
    """Give expenses the values that are named for each, by its id. `tags` are added; `untag` are
    taken away. Those of `approval_ids` stay approved."""
    listed: list[Json] = [{"id": expense, **each} for expense, each in values.items()]
    changes = dump(listed)
    named = {name for each in values.values() for name in each}
    sets = ", ".join(_set(name) for name in FIELDS)
    sets += (
        ", category_at = CASE WHEN json_type(d.value, '$.category_by') IS NULL THEN category_at "
        "ELSE ?2 END"
    )
    update = (
        f"UPDATE expenses SET {sets}, updated_at = ?2 FROM json_each(?1) d "
        "WHERE expenses.id = d.value ->> 'id'"
    )
    statements = [
        statement(update, [changes, now]),
        *(_write_parts(changes) if "parts" in named else []),
    ]
    statements += [statement(sql, [changes]) for name, sql in _LINKED.items() if name in named]
    approved_values = {"category", "parts", "paid_by", "client_id", "billable"}
    changed_ids = [
        id_ for id_, each in values.items() if approved_values & {*each} and id_ not in approval_ids
    ]
    statements += all_begun_anew(changed_ids, now)
    # Notify everyone who waits for a run to change.
    of_runs = "SELECT run_id FROM expenses WHERE id IN (SELECT value ->> 'id' FROM json_each(?1))"
    return [*statements, touch_found(statement(of_runs, [changes]), now)]


def _write_parts(changes: str) -> list[Statement]:
    """Parts are written while an expense is not split: see the migration that made them."""
    split = """
      UPDATE expenses SET is_split = ?2 WHERE id IN (
        SELECT value ->> 'id' FROM json_each(?1) WHERE json_type(value, '$.parts') IS NOT NULL)
    """
    change = """
      UPDATE expense_parts SET category = part.value
      FROM json_each(?1) d, json_each(d.value, '$.parts') part
      WHERE expense_parts.expense_id = d.value ->> 'id'
        AND expense_parts.number = CAST(part.key AS INTEGER)
    """
    return [
        statement(split, [changes, 0]),
        statement(change, [changes]),
        statement(split, [changes, 1]),
    ]


_LINKED: Final[Mapping[str, LiteralString]] = {
    "tags": """
      INSERT OR IGNORE INTO expense_tags (expense_id, tag)
      SELECT d.value ->> 'id', tag.value FROM json_each(?1) d, json_each(d.value, '$.tags') tag
    """,
    "untag": """
      DELETE FROM expense_tags WHERE (expense_id, tag) IN (
        SELECT d.value ->> 'id', tag.value FROM json_each(?1) d, json_each(d.value, '$.untag') tag)
    """,
    "sighting": """
      UPDATE merchant_sightings
      SET merchant = d.value ->> '$.sighting.merchant',
        merchant_key = d.value ->> '$.sighting.merchant_key',
        confirmed_by = d.value ->> '$.sighting.confirmed_by'
      FROM json_each(?1) d JOIN expenses e ON e.id = d.value ->> 'id'
      WHERE json_type(d.value, '$.sighting') IS NOT NULL AND merchant_sightings.run_id = e.run_id
    """,
}


@dataclass(frozen=True)
class Writing:
    """How a plan changes expenses: `write` the rows that change, at a moment; `take_back` what of
    rows of `undone`, with `was` and `became`, is taken back by somebody. `undone` are an
    act's expenses behind its cursor, in the order of ids.
    """

    write: Callable[[Platform, Act, Sequence[tuple[Row, Change]], str], Batch]
    take_back: Callable[[Platform, Act, Sequence[Row], str, str], Batch]
    undone: Callable[[Act, int], Statement]


def by_values(*, of_approved: bool = False) -> Writing:
    """Give expenses the values of their change. `of_approved`: undoing reaches approved ones, as
    the act does.
    """

    def write(
        platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], now: str
    ) -> Batch:
        after = {text(row, "id"): each.after for row, each in changed}
        if of_approved:
            return Batch(_write_values(after, now), after, nothing)
        endings = [row for row, each in changed if each.ends_approval]
        ending_ids = [text(row, "id") for row in endings]
        approved_ids = _approved_ids(row for row, _ in changed)
        stays_ids = [each for each in approved_ids if each not in ending_ids]
        decisions = [
            decided(platform, row, move=UNAPPROVE, reason=None, actor=act.created_by, now=now)
            for row in endings
        ]
        statements = [
            *_guards(act, approved_ids, ending_ids),
            *(one for each in decisions for one in each.statements),
            *_write_values(after, now, stays_ids),
        ]
        return Batch(statements, after, lambda: nudge(platform, decisions))

    def take_back(
        _platform: Platform, act: Act, rows: Sequence[Row], _actor: str, now: str
    ) -> Batch:
        values, reasons = _given_back(act, rows, of_approved=of_approved)
        if not values:
            return Batch([], values, then=nothing, reasons=reasons)
        if of_approved:
            return Batch(_write_values(values, now), values, then=nothing, reasons=reasons)
        approved_ids = _approved_ids(row for row in rows if text(row, "id") in values)
        statements = [
            *_guards(act, approved_ids, []),
            *_write_values(values, now, approved_ids),
        ]
        return Batch(statements, values, then=nothing, reasons=reasons)

    return Writing(write, take_back, _undone)


CHANGED_SINCE: Final = "Somebody changed it since."


def _given_back(
    act: Act, rows: Sequence[Row], *, of_approved: bool
) -> tuple[dict[str, JsonObject], dict[str, str]]:
    """What expenses get back where an act is undone, and why others do not, by their ids."""
    values: dict[str, JsonObject] = {}
    reasons: dict[str, str] = {}
    for row in rows:
        expense_id = text(row, "id")
        was = load_object(text(row, "was"))
        became = load_object(text(row, "became"))
        back = _restored(row, was, became)
        left_out = None
        if back and not of_approved:
            left_out = why_not_back(act, row, back, may_sort=act.sorts_back)
        if not back:
            reasons[expense_id] = CHANGED_SINCE
        elif left_out is not None:
            reasons[expense_id] = left_out.reason
        else:
            values[expense_id] = back
    return values, reasons


def _approved_ids(rows: Iterable[Row]) -> list[str]:
    return [text(row, "id") for row in rows if text(row, "status") == "approved"]


def _guards(act: Act, approved_ids: Sequence[str], ending_ids: Sequence[str]) -> list[Statement]:
    """What holds of approved expenses where they are written, as it did where they were judged."""
    guards: list[Statement] = []
    if approved_ids:
        guards = [
            all_must_be_open(approved_ids),
            must_have_rules(act.account_id, act.rule_categories),
        ]
    if ending_ids:
        guards.append(must_be_unpaid(ending_ids))
    return guards


def _undone(act: Act, limit: int) -> Statement:
    narrowed, only = act.sight.narrowing("e.person")
    query = f"""
      SELECT c.before AS was, c.after AS became, e.*, s.merchant AS seen_as, {lock_columns("e")},
        (SELECT json_group_object(number, category) FROM expense_parts
            WHERE expense_id = e.id) AS parts
      FROM bulk_act_changes c JOIN expenses e ON e.id = c.expense_id
      LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
      WHERE c.act_id = ? AND c.expense_id > ?{narrowed} ORDER BY c.expense_id LIMIT ?
    """
    return statement(query, [act.id, act.cursor, *only, limit])


@dataclass(frozen=True)
class Plan:
    """`page`: the expenses behind the act's cursor, by their ids, at most so many: rows with `id`,
    `version` and `status`. `change`: what changes of one; `judge`: of many at once, where the
    platform is needed. `on_begin`, `on_undo`: what is changed beside expenses then. `most`: how
    many a batch looks at and changes.
    """

    page: Callable[[Act, int], Statement]
    change: Callable[[Act, Row], Judged] = lambda _, __: None
    on_begin: Callable[[Act], Sequence[Statement]] = lambda _: ()
    on_undo: Callable[[Act], Sequence[Statement]] = lambda _: ()
    judge: Callable[[Platform, Act, Sequence[Row]], Awaitable[list[Judged]]] | None = None
    writing: Writing = by_values()  # noqa: RUF009 - it has no state
    most: int | None = None

    async def judged(self, platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
        if self.judge is not None:
            return await self.judge(platform, act, rows)
        return [self.change(act, row) for row in rows]


async def with_rules(platform: Platform, act: Act, rows: Sequence[Row]) -> Act:
    """The act, with the categories that policies and chains name now: for what is approved."""
    if not _approved_ids(rows):
        return act
    return replace(
        act, rule_categories=await categories_of_rules(platform.database, act.account_id)
    )
