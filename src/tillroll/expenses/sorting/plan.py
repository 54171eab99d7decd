"""What an act of some kind is: which expenses it looks at, what it changes of each, and gives back
when undone.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, LiteralString, TypeAlias

from tillroll.expenses.approval.approved import all_must_be_open, is_open_in_sql
from tillroll.expenses.approval.chain_steps import all_begun_anew
from tillroll_documents.reading.recognition import duplicate_key
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch_found
from tillroll_durable.sight import Sight

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
class Act:
    """A row of `bulk_acts`. `asked` is what was asked for, in the values of that moment; `only` the
    person whose expenses alone it reaches, since who began it sees no others.
    """

    id: str
    account_id: str
    kind: str
    asked: JsonObject
    state: str
    step: int
    cursor: str
    created_by: str
    only: str | None = None

    @property
    def sight(self) -> Sight:
        return Sight(self.account_id, self.only)


APPROVED: Final = "It is approved."


@dataclass(frozen=True)
class LeftOut:
    """An expense that the act would change and may not: `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Change:
    """Values by the names of FIELDS, `tags`, `untag`, `parts` and `sighting`; or names of a plan's
    own. `found` is what a plan's judging found, for its writing.
    """

    before: JsonObject
    after: JsonObject
    found: object = None


Judged: TypeAlias = "Change | LeftOut | None"


@dataclass(frozen=True)
class Batch:
    """The statements that a plan writes; what each expense (by its id) is remembered to have
    become; and what is done once they are written, which may be lost.
    """

    statements: list[Statement]
    after: Mapping[str, JsonObject]
    then: Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Do nothing: the `then` of a batch that notifies nobody."""


# Columns that stand or fall together: who chose a category says nothing of another one, and a
# project is one client's.
_TOGETHER: Final = (
    *(("category", "category_by"), ("merchant",), ("client_id", "client", "project_id", "project")),
    *(("paid_by",), ("billable",), ("note",), ("cost_center",)),
)


def _restored(row: Row, before: JsonObject, after: JsonObject, *, of_approved: bool) -> JsonObject:
    """The parts of `before`, but where a person has changed what `after` gave; of approved ones
    only where the act reaches them. `row` is the expense with `seen_as`, its sighting's merchant,
    and `parts`, their categories.
    """
    if text(row, "status") == "approved" and not of_approved:
        return {}
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
    taken away. Those of `approval_ids` stay approved, and change only until they are handed on."""
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
    if approval_ids:
        statements.insert(0, all_must_be_open(approval_ids))
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
    rows of `undone`, with `was` and `became`, is taken back. `undone` are an act's expenses behind
    its cursor, in the order of ids.
    """

    write: Callable[[Platform, Act, Sequence[tuple[Row, Change]], str], Batch]
    take_back: Callable[[Platform, Sequence[Row], str, str], Batch]
    undone: Callable[[Act, int], Statement]


def by_values(*, of_approved: bool = False) -> Writing:
    """Give expenses the values of their change. `of_approved`: undoing reaches approved ones, as
    the act does.
    """

    def write(
        _platform: Platform, _act: Act, changed: Sequence[tuple[Row, Change]], now: str
    ) -> Batch:
        after = {text(row, "id"): each.after for row, each in changed}
        approval_ids = _with_approval((row for row, _ in changed), of_approved=of_approved)
        return Batch(_write_values(after, now, approval_ids), after, nothing)

    def take_back(_platform: Platform, rows: Sequence[Row], _actor: str, now: str) -> Batch:
        values: dict[str, JsonObject] = {}
        for row in rows:
            was = load_object(text(row, "was"))
            became = load_object(text(row, "became"))
            reaches = of_approved or row["sorts_back"] == 1
            if restored := _restored(row, was, became, of_approved=reaches):
                values[text(row, "id")] = restored
        again_rows = (row for row in rows if text(row, "id") in values)
        approval_ids = _with_approval(again_rows, of_approved=of_approved)
        return Batch(_write_values(values, now, approval_ids) if values else [], values, nothing)

    return Writing(write, take_back, _undone)


def _with_approval(rows: Iterable[Row], *, of_approved: bool) -> list[str]:
    """Ids of approved expenses that change only until they are handed on; none where an act reaches
    all.
    """
    if of_approved:
        return []
    return [text(row, "id") for row in rows if text(row, "status") == "approved"]


SORTS_BACK: Final = "sortsBack"
"""This value of an act says that who takes it back may sort approved expenses anew."""


def _undone(act: Act, limit: int) -> Statement:
    narrowed, only = act.sight.narrowing("e.person")
    sorts_back = int(act.asked.get(SORTS_BACK) is True)
    query = f"""
      SELECT c.before AS was, c.after AS became, e.*, s.merchant AS seen_as,
        e.status = 'approved' AND CAST(? AS INTEGER) = 1 AND {is_open_in_sql("e.id")} AS sorts_back,
        (SELECT json_group_object(number, category) FROM expense_parts
            WHERE expense_id = e.id) AS parts
      FROM bulk_act_changes c JOIN expenses e ON e.id = c.expense_id
      LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
      WHERE c.act_id = ? AND c.expense_id > ?{narrowed} ORDER BY c.expense_id LIMIT ?
    """
    return statement(query, [sorts_back, act.id, act.cursor, *only, limit])


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
