"""A change of an expense as one batch: its values, what people said of it, and its event."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.expenses import conversions, writes
from tillroll.expenses.approval.chain_steps import begun_anew, notices_of_rejection, told_sent_back
from tillroll.expenses.events import Audited, Written, audited, event_of
from tillroll.expenses.fields import Entry, fields_of, json_name
from tillroll.expenses.models import Expense, ExpenseDetail
from tillroll.expenses.repository import SELECT_DETAILS, detail_from, expense_of
from tillroll.expenses.values import (
    MONEY,
    STATUS,
    changed_fields,
)
from tillroll_documents.reading.correction import ExpenseFields
from tillroll_durable import Statement, statement
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch
from tillroll_durable.sight import Sight

# What those who approve an expense have approved: where it is another, they are asked again.
_APPROVED_VALUES: Final = {
    STATUS,
    *(json_name(name) for name, entry in fields_of(Expense, Entry).items() if entry.is_approved),
}


@dataclass(frozen=True)
class Change:
    """`expense` is the row that it was made from. `before` and `after` have all values by the API's
    names, with `status`; `before` has the `version` too. `fields` are those of `after`, None where
    only the status changes. `kind` is edited, sent_back, confirmed, voided, restored or undone;
    `undoes` the id of a change.
    """

    expense: Row
    before: JsonObject
    after: JsonObject
    fields: ExpenseFields | None
    kind: str
    actor: str
    reason: str | None = None
    undoes: str | None = None
    told: Sequence[Statement] = ()
    guards: Sequence[Statement] = ()
    approval_end: Written | None = None

    @property
    def changed(self) -> list[str]:
        return changed_fields(self.before, self.after)

    @property
    def version(self) -> int:
        return int(str(self.before["version"]))

    @property
    def next_version(self) -> int:
        """The version that it leads to."""
        return self.version + 1


@dataclass(frozen=True)
class Found:
    """An expense; `values` are its own by the API's names, `version` and `status` among them."""

    row: Row
    expense: ExpenseDetail
    values: JsonObject


async def find(database: Database, sight: Sight, expense_id: str) -> Found:
    return found_of(await expense_of(database, sight, expense_id=expense_id, select=SELECT_DETAILS))


def found_of(row: Row) -> Found:
    expense = detail_from(row)
    return Found(row, expense, expense.as_json())


SENT_BACK: Final = "sent_back"
VOIDED: Final = "voided"


def written_of(platform: Platform, change: Change, now: str) -> Written:
    """The statements of a change, which stand together in one batch: that is refused where the
    expense has changed.
    """
    change_id = new_id("chg")
    expense_id = text(change.expense, "id")
    event = event_of(
        platform,
        change.expense,
        change_id=change_id,
        before=change.before,
        after=change.after,
        now=now,
    )
    status = str(change.after[STATUS])
    detail: JsonObject = {"change": change_id, "fields": [*change.changed]}
    if change.undoes is not None:
        detail["undoes"] = change.undoes
    if change.fields is None:
        update = writes.move_expense(change.expense, status, version=change.version, now=now)
    else:
        update = writes.update_expense(
            change.expense,
            change.fields,
            values=change.after,
            actor=change.actor,
            version=change.version,
            now=now,
        )
    statements: list[Statement] = [
        *_selection(change),
        *change.guards,
        *_before(change),
        # It hits the row at its version, or none.
        *must_hit(update),
        *_record(change, change_id, now),
        *_lines(change),
        *_merchant(change),
        *(conversions.convert_anew(expense_id, now) if MONEY & {*change.changed} else []),
        *_approval_anew(change, now),
        # What wrote beside the expense has raised its version further.
        statement(
            "UPDATE expenses SET version = ? WHERE id = ?", [change.next_version, expense_id]
        ),
        # Notify everyone who waits for the run to change. The event has no values, which are
        # personal.
        touch(text(change.expense, "run_id"), now),
        append(
            audited(
                change.expense,
                change_id,
                action=Audited(f"expense.{change.kind}"),
                outcome=status,
                actor=change.actor,
                now=now,
                detail=detail,
            )
        ),
        event.insert,
        *_notices(change, now),
        *change.told,
    ]
    return Written(change_id, change.expense, statements=statements, event=event)


def _notices(change: Change, now: str) -> list[Statement]:
    """Tell the person whose it is, whatever way it is sent back or voided: by itself, or with
    many.
    """
    if change.kind == SENT_BACK:
        return told_sent_back(change.expense, change.reason, actor=change.actor, now=now)
    if change.kind == VOIDED:
        return notices_of_rejection(change.expense, change.reason, actor=change.actor, now=now)
    return []


def _selection(change: Change) -> list[Statement]:
    """The guard that a client which the change selects was not merged, archived or deleted."""
    client_id = change.after["clientId"]
    if "clientId" not in change.changed or client_id is None:
        return []
    # Most changes select no client, and a receipt's run never does.
    from tillroll.clients.service import must_stand  # noqa: PLC0415

    return [must_stand(str(client_id))]


def _before(change: Change) -> Sequence[Statement]:
    """What ends the approval of the expense, where the change does."""
    if change.approval_end is None:
        return []
    return change.approval_end.statements


def _approval_anew(change: Change, now: str) -> list[Statement]:
    """Its chain begins again, where what it approves is another. An approved one stays approved."""
    if not _APPROVED_VALUES & {*change.changed}:
        return []
    if change.after[STATUS] == APPROVED:
        return []
    return begun_anew(change.expense, change.actor, now)


def _record(change: Change, change_id: str, now: str) -> list[Statement]:
    values: list[Json] = [
        {"field": name, "old": dump(change.before[name]), "new": dump(change.after[name])}
        for name in change.changed
    ]
    insert = statement(
        """
        INSERT INTO expense_changes
          (id, account_id, expense_id, kind, from_version, version, reason, actor, at, undoes)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """,
        [
            change_id,
            text(change.expense, "account_id"),
            text(change.expense, "id"),
            change.kind,
            change.version,
            change.next_version,
            change.reason,
            change.actor,
            now,
            change.undoes,
        ],
    )
    sql = """
      INSERT INTO expense_change_values (change_id, field, old, new)
      SELECT ?1, value ->> 'field', value ->> 'old', value ->> 'new' FROM json_each(?2)
    """
    insert_values = statement(sql, [change_id, dump(values)])
    return [insert, insert_values]


def _lines(change: Change) -> list[Statement]:
    """Write tags, parts, tax lines and items where they changed. A changed amount writes the parts
    again.
    """
    if change.fields is None:
        return []
    expense_id = text(change.expense, "id")
    currency = change.fields.currency
    changed = {*change.changed}
    after = change.after
    statements: list[Statement] = []
    if "tags" in changed:
        statements += writes.replace_tags(expense_id, after["tags"])
    if change.before["parts"] or after["parts"]:
        statements += writes.replace_lines(
            "parts", expense_id, lines=after["parts"], currency=currency
        )
    for name in ("taxLines", "items"):
        if name in changed:
            statements += writes.replace_lines(
                name, expense_id, lines=after[name], currency=currency
            )
    return statements


def _merchant(change: Change) -> list[Statement]:
    """Learn from the change: a person who names the shop or a category has seen the expense."""
    run_id = text(change.expense, "run_id")
    changed = {*change.changed}
    if change.fields is None:
        return []
    if change.kind == "undone":
        if "merchant" in changed:
            return [writes.take_back_name(run_id, change.fields.merchant)]
        return []
    if "merchant" in changed:
        return [writes.confirm_as(run_id, change.fields.merchant, change.actor)]
    if "category" in changed and change.fields.category is not None:
        return [writes.confirm(run_id, change.actor)]
    return []


APPROVED: Final = "approved"
