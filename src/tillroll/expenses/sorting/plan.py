"""What an act of some kind is: which expenses it looks at, what it changes of each, and gives back when undone."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from tillroll.durable import Statement
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.services import Platform
from tillroll.reading.recognition import duplicate_key

FIELDS: Final = ("category", "category_by", "merchant", "duplicate_key", "project", "paid_by")
"""Columns of expenses that an act may change. Beside them a change may have `tags` (those that are added), `untag`
(those that are taken away), `parts` (the categories of parts by their number) and `sighting` (`merchant`,
`merchant_key`, `confirmed_by` of what was read)."""


@dataclass(frozen=True)
class Act:
    """A row of `bulk_acts`. `asked` is what was asked for, in the values of that moment."""

    id: str
    account_id: str
    kind: str
    asked: JsonObject
    state: str
    step: int
    cursor: str
    created_by: str


APPROVED: Final = "It is approved."


@dataclass(frozen=True)
class LeftOut:
    """An expense that the act would change and may not: `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Change:
    """Values by the names of FIELDS, `tags`, `untag`, `parts` and `sighting`, before and after; both have the same
    names. What a plan writes by itself has names of its own."""

    before: JsonObject
    after: JsonObject


Judged: TypeAlias = "Change | LeftOut | None"
"""None: nothing is to be changed."""


@dataclass(frozen=True)
class Batch:
    """What a plan writes of a batch by itself: the statements; what each expense (by its id) is remembered to have been
    changed to; and what is to be done once the batch is written, which may be lost."""

    statements: list[Statement]
    after: Mapping[str, JsonObject]
    then: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Writing:
    """How a plan changes expenses that a change of values does not change.

    Attributes:
        write: of the rows that change, at a moment.
        take_back: of rows of `undone`, with `was` and `became`, what of these is taken back, by an actor at a moment.
        undone: the expenses of an act behind its cursor, in the order of their ids, at most so many.
    """

    write: Callable[[Platform, Act, Sequence[tuple[Row, Change]], str], Batch]
    take_back: Callable[[Platform, Sequence[Row], str, str], Batch]
    undone: Callable[[Act, int], Statement]


@dataclass(frozen=True)
class Plan:
    """
    Attributes:
        page: the expenses behind the act's cursor, in the order of their ids, at most so many: rows with at least `id`,
            `version` and `status`.
        change: what changes of one of these rows, by the account's person who asked; None where nothing does.
        judge: the same of many rows, where the database is needed for it; then `change` is not asked.
        on_begin, on_undo: what is changed beside expenses when the act begins, and when its undoing does.
        of_approved: whether the act's undoing reaches approved expenses, as the act itself does.
        writing: how it is written, where no values are given.
        most: how many expenses a batch changes at most; None for as many as acts change by themselves.
    """

    page: Callable[[Act, int], Statement]
    change: Callable[[Act, Row], Judged] = lambda _, __: None
    on_begin: Callable[[Act], Sequence[Statement]] = lambda _: ()
    on_undo: Callable[[Act], Sequence[Statement]] = lambda _: ()
    of_approved: bool = False
    judge: Callable[[Database, Act, Sequence[Row]], Awaitable[list[Judged]]] | None = None
    writing: Writing | None = None
    most: int | None = None

    async def judged(self, database: Database, act: Act, rows: Sequence[Row]) -> list[Judged]:
        """What changes of each row, in their order."""
        if self.judge is not None:
            return await self.judge(database, act, rows)
        return [self.change(act, row) for row in rows]


Plans = Mapping[str, Plan]


# Columns that stand or fall together: who chose a category says nothing of another one.
_TOGETHER: Final = (("category", "category_by"), ("merchant",), ("project",), ("paid_by",))


def restored(row: Row, before: JsonObject, after: JsonObject, *, of_approved: bool) -> JsonObject:
    """The values to be written: those of `before`, but where a person has changed what `after` gave, and nothing of an
    expense that is approved, unless the act reaches these.

    Args:
        row: the expense as it is, with `seen_as`, its sighting's merchant, and `parts`, the categories of its parts.
    """
    if text(row, "status") == "approved" and not of_approved:
        return {}
    values: JsonObject = {}
    for names in _TOGETHER:
        given = [name for name in names if name in after]
        if given and all(row[name] == after[name] for name in given):
            values |= {name: before[name] for name in given}
    if "merchant" in values:
        day, total = date.fromisoformat(text(row, "date")), integer(row, "total_minor")
        values["duplicate_key"] = duplicate_key(str(values["merchant"]), day, total, text(row, "currency"))
    match after.get("tags"):
        case [*added]:
            values["untag"] = added
        case _:
            pass
    match after.get("untag"):
        case [*taken]:
            values["tags"] = taken
        case _:
            pass
    match before.get("sighting"), after.get("sighting"):
        case {"merchant": str()} as was, {"merchant": str() as became} if optional_text(row, "seen_as") == became:
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
            return {number: were[number] for number, category in became.items() if now.get(number) == category}
        case _:
            return {}
