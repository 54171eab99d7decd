"""One change of an expense: everything that it writes, in one batch that is refused where the expense has changed."""

from dataclasses import dataclass

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.durable.record.changes import touch
from tillroll.durable.record.outbox import Told
from tillroll.expenses.events import event_of, nudge
from tillroll.expenses.models import ExpenseDetail
from tillroll.expenses.repository import details_of, expense_detail_shape
from tillroll.expenses.values import MONEY, STATUS, changed_fields
from tillroll.expenses.writes import (
    confirm,
    confirm_as,
    convert_anew,
    insert_items,
    insert_tax_lines,
    move_expense,
    replace_parts,
    replace_tags,
    take_back_name,
    update_expense,
)
from tillroll.platform.bindings.database import ConstraintFailed, Database, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.services import Platform
from tillroll.reading.correction import ExpenseFields


class Outrun(Exception):
    """Somebody else changed the expense meanwhile: nothing was written."""


@dataclass(frozen=True)
class Change:
    """
    Attributes:
        expense: the row of `expenses` that it was made from.
        before, after: all values by the API's names, with `status`; `before` has the `version` too.
        fields: those of `after`, typed; None where only the status changes.
        kind: edited, sent_back, confirmed, voided, restored or undone.
        actor: who, as the audit names them.
        reason: why, in their words.
        undoes: the id of the change that this one takes back.
    """

    expense: Row
    before: JsonObject
    after: JsonObject
    fields: ExpenseFields | None
    kind: str
    actor: str
    reason: str | None = None
    undoes: str | None = None

    @property
    def changed(self) -> list[str]:
        return changed_fields(self.before, self.after)


async def write(platform: Platform, change: Change) -> str:
    """Write a change, and have it told; return its id. Replayed, it is refused, since its version is gone.

    Raises:
        Outrun: the expense is not at the version any more that the change was made from.
    """
    written = written_of(platform, change, to_text(platform.clock.now()))
    try:
        await platform.database.batch(written.statements)
    except ConstraintFailed as refused:
        raise Outrun(text(change.expense, "id")) from refused
    await nudge(platform, change.expense, written.event)
    return written.id


@dataclass(frozen=True)
class Written:
    """What a change writes: its statements, its id, and the event that is told of it."""

    id: str
    statements: list[Statement]
    event: Told


def written_of(platform: Platform, change: Change, now: str) -> Written:
    """The statements of a change, which stand together in one batch: that is refused where the expense has changed."""
    change_id, expense_id = new_id("chg"), text(change.expense, "id")
    event = event_of(platform, change.expense, change_id, change.before, change.after, now)
    statements = [
        # The guard: it hits the row at its version, or none, which `_record` refuses.
        _update(change, now),
        *_record(change, change_id, now),
        *_lines(change),
        *_merchant(change),
        *(convert_anew(expense_id) if MONEY & {*change.changed} else []),
        # What wrote beside the expense has raised its version further.
        statement("UPDATE expenses SET version = ? WHERE id = ?", _version(change) + 1, expense_id),
        # Whoever waits for the run to change is told.
        touch(text(change.expense, "run_id"), now),
        append(_audited(change, change_id, now)),
        event.insert,
    ]
    return Written(change_id, statements, event)


def _version(change: Change) -> int:
    return int(str(change.before["version"]))


def _update(change: Change, now: str) -> Statement:
    if change.fields is None:
        return move_expense(change.expense, str(change.after[STATUS]), _version(change), now)
    return update_expense(change.expense, change.fields, change.after, change.actor, _version(change), now)


def _record(change: Change, change_id: str, now: str) -> list[Statement]:
    values: list[Json] = [
        {"field": name, "old": dump(change.before[name]), "new": dump(change.after[name])} for name in change.changed
    ]
    insert = statement(
        """
        INSERT INTO expense_changes
          (id, account_id, expense_id, kind, from_version, version, reason, actor, at, undoes)
        VALUES (CASE WHEN changes() = 1 THEN ?1 END, ?2, ?3, ?4, ?5, ?5 + 1, ?6, ?7, ?8, ?9)
        """,
        change_id,
        text(change.expense, "account_id"),
        text(change.expense, "id"),
        change.kind,
        _version(change),
        change.reason,
        change.actor,
        now,
        change.undoes,
    )
    insert_values = statement(
        """
        INSERT INTO expense_change_values (change_id, field, old, new)
        SELECT ?1, value ->> 'field', value ->> 'old', value ->> 'new' FROM json_each(?2)
        """,
        change_id,
        dump(values),
    )
    return [insert, insert_values]


def _lines(change: Change) -> list[Statement]:
    """Tags, parts, tax lines and items, where they changed. Parts are written anew with any amount."""
    if change.fields is None:
        return []
    expense_id, currency = text(change.expense, "id"), change.fields.currency
    changed, after = {*change.changed}, change.after
    statements: list[Statement] = []
    if "tags" in changed:
        statements += replace_tags(expense_id, after["tags"])
    if change.before["parts"] or after["parts"]:
        statements += replace_parts(expense_id, after["parts"], currency)
    if "taxLines" in changed:
        statements += [
            statement("DELETE FROM expense_tax_lines WHERE expense_id = ?", expense_id),
            insert_tax_lines(expense_id, after["taxLines"], currency),
        ]
    if "items" in changed:
        statements += [
            statement("DELETE FROM expense_items WHERE expense_id = ?", expense_id),
            insert_items(expense_id, after["items"], currency),
        ]
    return statements


def _merchant(change: Change) -> list[Statement]:
    """What the change teaches: whoever names the shop or gives a category has seen the expense."""
    run_id, changed = text(change.expense, "run_id"), {*change.changed}
    if change.fields is None:
        return []
    if change.kind == "undone":
        return [take_back_name(run_id, change.fields.merchant)] if "merchant" in changed else []
    if "merchant" in changed:
        return [confirm_as(run_id, change.fields.merchant, change.actor)]
    if "category" in changed and change.fields.category is not None:
        return [confirm(run_id, change.actor)]
    return []


def _audited(change: Change, change_id: str, now: str) -> AuditEvent:
    """The change in its run's stream. Values are personal, so only the change's id is told, and the fields' names."""
    fields: list[Json] = [*change.changed]
    detail: JsonObject = {"expense": text(change.expense, "id"), "change": change_id, "fields": fields}
    if change.undoes is not None:
        detail["undoes"] = change.undoes
    return AuditEvent(
        stream=text(change.expense, "run_id"),
        event_key=change_id,
        account_id=text(change.expense, "account_id"),
        actor=change.actor,
        action=f"expense.{change.kind}",
        outcome=str(change.after[STATUS]),
        at=now,
        detail=detail,
    )


@dataclass(frozen=True)
class Found:
    """`values` are those of the shape by the API's names, `version` and `status` among them."""

    row: Row
    shape: ExpenseDetail
    values: JsonObject


async def find(database: Database, account_id: str, expense_id: str) -> Found:
    """An expense of the account.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return found_of(await details_of(database, account_id, expense_id))


def found_of(row: Row) -> Found:
    """A row of SELECT_DETAILS."""
    shape = expense_detail_shape(row)
    return Found(row, shape, shape.as_json())
