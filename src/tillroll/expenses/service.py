"""Changes of an expense by a person: its values, its status, and the newest change taken back. Each
is one batch, which is refused where the expense has changed.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

from pydantic.alias_generators import to_camel

from tillroll.access.permissions import Permission
from tillroll.api.problems import CONFIRMATION_NEEDED, refusal
from tillroll.expenses import conversions, writes
from tillroll.expenses.approval.approved import SORTED, is_open, must_be_open
from tillroll.expenses.approval.chain_steps import begun_anew, told_sent_back
from tillroll.expenses.approval.decisions import VERSION_NEEDED, tell_again
from tillroll.expenses.events import Audited, Written, audited, event_of, nudge
from tillroll.expenses.fields import Entry, fields_of, json_name
from tillroll.expenses.models import Expense, ExpenseDetail
from tillroll.expenses.repository import SELECT_DETAILS, detail_from, expense_of
from tillroll.expenses.values import (
    FIELDS,
    MONEY,
    MONEY_LINES,
    STATUS,
    changed_fields,
    check_change,
    is_far_ahead,
)
from tillroll_documents.reading.correction import ExpenseFields, InvalidValues
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    integer,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch
from tillroll_durable.sight import Sight, all_of

LONGEST_REASON: Final = 500
_ATTEMPTS: Final = 5
# What those who approve an expense have approved: where it is another, they are asked again.
_APPROVED_VALUES: Final = {
    STATUS,
    *(json_name(name) for name, entry in fields_of(Expense, Entry).items() if entry.is_approved),
}


class Outrun(Exception):
    """Somebody else changed the expense meanwhile: nothing was written."""


class ChangedMeanwhile(Refusal):
    """The expense is at another version than the change was made from; `sent` stands beside what it
    is now.
    """

    kind = Kind("changed-meanwhile", 412, "Somebody else has changed this meanwhile")
    explanation = (
        "Nothing was written. Compare `current` with `yours`, and send what shall be with the new "
        "ETag."
    )

    def __init__(self, current: ExpenseDetail, sent: JsonObject | None) -> None:
        super().__init__(current.id)
        self.extra = {"current": current.as_json(), "yours": sent, "etag": current.etag}


class VersionNeeded(Refusal):
    """The change is one of money, and does not say from which version it was made."""

    kind = VERSION_NEEDED
    explanation = (
        "Send If-Match with the ETag of GET /api/expenses/{id}: the change is one of money."
    )


class Locked(Refusal):
    """The expense's status allows no such change."""

    kind = Kind("expense-locked", 409, "The expense is not open for changes")

    def __init__(self, status: str, sentence: str) -> None:
        super().__init__(sentence)
        self.extra = {"expenseStatus": status}


class ConfirmationNeeded(Refusal):
    """A value is likelier a slip: the change is taken once its field is confirmed."""

    kind = CONFIRMATION_NEEDED
    explanation = (
        "Correct the fields named in `errors`, or send them again with their names in `confirmed`."
    )

    def __init__(self, field: str, message: str) -> None:
        super().__init__(field)
        self.extra = {"errors": [{"field": field, "message": message}]}


class NoSuchChange(Refusal):
    thing = "change"


class CannotUndo(Refusal):
    """Something came after the change, its values were erased, or it took an approval back: nothing
    was written.
    """

    kind = Kind("cannot-undo", 409, "The change cannot be taken back any more")
    explanation = (
        "Something came after this change, its values were erased, or it took an approval back. "
        "Change the values by hand, or approve the expense anew."
    )


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

    @property
    def changed(self) -> list[str]:
        return changed_fields(self.before, self.after)

    @property
    def version(self) -> int:
        return int(str(self.before["version"]))


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


_SENT_BACK: Final = "sent_back"


def moved(
    expense: Found, to: str, kind: str, actor: str, reason: str | None, undoes: str | None = None
) -> Change:
    """A change of status alone."""
    after: JsonObject = {**expense.values, STATUS: to}
    return Change(
        expense.row,
        expense.values,
        after=after,
        fields=None,
        kind=kind,
        actor=actor,
        reason=reason,
        undoes=undoes,
    )


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
        *_while_open(change),
        # It hits the row at its version, or none.
        *must_hit(update),
        *_record(change, change_id, now),
        *_lines(change),
        *_merchant(change),
        *(conversions.convert_anew(expense_id) if MONEY & {*change.changed} else []),
        *_approval_anew(change, now),
        # What wrote beside the expense has raised its version further.
        statement("UPDATE expenses SET version = ? WHERE id = ?", change.version + 1, expense_id),
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
        # Whatever way it is sent back: by itself, or with many.
        *(
            told_sent_back(change.expense, change.reason, actor=change.actor, now=now)
            if change.kind == _SENT_BACK
            else []
        ),
        *change.told,
    ]
    return Written(change_id, change.expense, statements=statements, event=event)


def _selection(change: Change) -> list[Statement]:
    """The guard that a client which the change selects was not merged, archived or deleted."""
    client_id = change.after["clientId"]
    if "clientId" not in change.changed or client_id is None:
        return []
    # Most changes select no client, and a receipt's run never does.
    from tillroll.clients.service import must_stand  # noqa: PLC0415

    return [must_stand(str(client_id))]


def _while_open(change: Change) -> list[Statement]:
    """The guard that an approved expense is changed only until it is handed on."""
    if change.before[STATUS] == APPROVED and change.after[STATUS] == APPROVED:
        return [must_be_open(text(change.expense, "id"))]
    return []


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
        VALUES (?1, ?2, ?3, ?4, ?5, ?5 + 1, ?6, ?7, ?8, ?9)
        """,
        *(
            change_id,
            text(change.expense, "account_id"),
            text(change.expense, "id"),
            change.kind,
            change.version,
        ),
        *(change.reason, change.actor, now, change.undoes),
    )
    sql = """
      INSERT INTO expense_change_values (change_id, field, old, new)
      SELECT ?1, value ->> 'field', value ->> 'old', value ->> 'new' FROM json_each(?2)
    """
    insert_values = statement(sql, change_id, dump(values))
    return [insert, insert_values]


def _lines(change: Change) -> list[Statement]:
    """Tags, parts, tax lines and items, where they changed. Parts are written anew with any
    amount.
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
    """What the change teaches: anyone who names the shop or gives a category has seen the
    expense.
    """
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


async def _write(platform: Platform, change: Change) -> ExpenseDetail:
    """Write a change, and nudge its event; return the expense as it is then. Raises Outrun."""
    written = written_of(platform, change, to_text(platform.clock.now()))
    account_id = text(change.expense, "account_id")
    expense_id = text(change.expense, "id")
    try:
        await platform.database.batch(written.statements)
    except ConstraintFailed as refused:
        raise Outrun(expense_id) from refused
    await nudge(platform, [written])
    return (await find(platform.database, all_of(account_id), expense_id)).expense


@dataclass(frozen=True)
class Wish:
    """What a person wants changed: values by the API's names, of which None takes away. `version`
    is what it was made from, where they say so; `confirmed` are fields whose doubtful value they
    confirm; `sent` is the request's body. `may_sort`: they may change what an approved expense is
    sorted by.
    """

    given: JsonObject
    version: int | None = None
    reason: str | None = None
    confirmed: Sequence[str] = ()
    sent: JsonObject | None = None
    may_sort: bool = False

    def check_version(self, expense: Found) -> None:
        """Refuse the change where the expense is at another version than the one that is named."""
        if self.version is not None and self.version != expense.expense.version:
            raise ChangedMeanwhile(expense.expense, self.sent)


async def edit(
    platform: Platform, sight: Sight, expense_id: str, wish: Wish, actor: str
) -> ExpenseDetail:
    """Change an expense; return it as it is then. The same again changes nothing, whatever version
    it names.
    """

    async def change_of(expense: Found) -> Change | None:
        # Looked at each time: the client may have been merged or deleted meanwhile.
        values = await _selected(platform.database, sight, expense.values, changes=wish.given)
        today = platform.clock.now().date()
        change = _edited(expense, replace(wish, given=values), actor=actor, today=today)
        if change is not None and expense.expense.status == APPROVED:
            await _check_open(platform.database, expense_id)
        return change

    expense, written = await _change(platform, (sight, expense_id), wish=wish, change_of=change_of)
    if written is None:
        await _confirm(platform, expense, changes=wish.given, actor=actor)
    return written or expense.expense


async def _selected(
    database: Database, sight: Sight, values: JsonObject, changes: JsonObject
) -> JsonObject:
    """What is given, with the names of the client and the project that it selects. Another client
    takes a project that is not its own away.
    """
    if not changes.keys() & {"clientId", "projectId"}:
        return changes
    from tillroll.clients.service import Selected, select  # noqa: PLC0415 - as above

    current = Selected(
        **{
            name: _id(values[to_camel(name)])
            for name in ("client_id", "client", "project_id", "project")
        }
    )
    client_id = _id(changes.get("clientId", current.client_id))
    project_id = _id(changes.get("projectId", current.project_id))
    if "projectId" not in changes and client_id != current.client_id:
        project_id = None
    if "clientId" not in changes and project_id is not None:
        client_id = None
    selection = await select(
        database, sight.account_id, client_id=client_id, project_id=project_id, selected=current
    )
    return {**changes, **{to_camel(name): value for name, value in vars(selection).items()}}


def _id(value: Json) -> str | None:
    if value:
        return str(value)
    return None


async def _nobody() -> list[Statement]:
    return []


async def _change(
    platform: Platform,
    ids: tuple[Sight, str],
    wish: Wish,
    change_of: Callable[[Found], Awaitable[Change | None]],
    notices: Callable[[], Awaitable[list[Statement]]] = _nobody,
) -> tuple[Found, ExpenseDetail | None]:
    """The expense before the change and after it; None where nothing is to be changed.

    A change that another one outruns is tried again. `notices` gives the notices of a change; it is
    called only where there is one.
    """
    expense = await find(platform.database, *ids)
    for _ in range(_ATTEMPTS):
        change = await change_of(expense)
        if change is None:
            return expense, None
        try:
            return expense, await _write(
                platform, replace(change, told=[*change.told, *await notices()])
            )
        except Outrun:
            expense = await find(platform.database, *ids)
    raise ChangedMeanwhile(expense.expense, wish.sent)


def check_reason(reason: str | None, missing: str | None) -> str | None:
    """The reason in one line; `missing` is the message where it is needed and not given."""
    words = " ".join((reason or "").split())
    if missing is not None and not words:
        raise ValuesRefused([("reason", missing)])
    if len(words) > LONGEST_REASON:
        raise ValuesRefused(
            [("reason", f"Shorten the reason to at most {LONGEST_REASON} characters.")]
        )
    return words or None


async def _check_open(database: Database, expense_id: str) -> None:
    """Raises Locked: the expense is handed on."""
    if not await is_open(database, expense_id):
        raise Locked(APPROVED, _HANDED_ON)


APPROVED: Final = "approved"
_HANDED_ON: Final = (
    "It is approved, and was exported or billed, is in the books, or its period is closed. "
    "Send it back to review first: POST /api/expenses/{id}/send-back."
)
_LOCKED: Final = {
    "approved": "It is approved. Send it back to review first: POST /api/expenses/{id}/send-back.",
    "voided": "It is voided. Restore it first: POST /api/expenses/{id}/restore.",
}


def _edited(expense: Found, wish: Wish, actor: str, today: date) -> Change | None:
    """None where it is so already."""
    after, fields = _checked(expense.values, wish.given)
    changed = {*changed_fields(expense.values, after)}
    status = expense.expense.status
    if not changed:
        return None
    wish.check_version(expense)
    is_sorting = status == APPROVED and wish.may_sort and changed <= SORTED
    if status in _LOCKED and not is_sorting:
        raise Locked(status, _LOCKED[status])
    if wish.version is None and changed & (MONEY | MONEY_LINES):
        raise VersionNeeded
    if changed & MONEY:
        why = "Say in a few words why the amount, tax, currency or date changes."
    else:
        why = None
    reason = check_reason(wish.reason, why)
    if "date" in changed and "date" not in wish.confirmed and is_far_ahead(fields.date, today):
        raise ConfirmationNeeded(
            "date", f"{fields.date.isoformat()} lies far ahead. Is that the day of the purchase?"
        )
    return Change(
        expense.row,
        expense.values,
        after={**after, STATUS: status},
        fields=fields,
        kind="edited",
        actor=actor,
        reason=reason,
    )


def _checked(values: JsonObject, changes: JsonObject) -> tuple[JsonObject, ExpenseFields]:
    try:
        return check_change(values, changes)
    except InvalidValues as error:
        raise ValuesRefused(error.problems) from error


async def _confirm(platform: Platform, expense: Found, changes: JsonObject, actor: str) -> None:
    """Anyone who gives a name or a category that it has already has seen it."""
    if not changes.keys() & {"merchant", "category"} or expense.expense.status == "voided":
        return
    now = to_text(platform.clock.now())
    run_id = text(expense.row, "run_id")
    category = expense.expense.category if "category" in changes else None
    if await platform.database.first(writes.unconfirmed(run_id, category)) is None:
        return
    detail: JsonObject = {"fields": [name for name in FIELDS if name in changes]}
    event = audited(
        expense.row,
        new_id("see"),
        action=Audited.SEEN,
        outcome="success",
        actor=actor,
        now=now,
        detail=detail,
    )
    await platform.database.batch(
        [
            writes.confirm_as(run_id, expense.expense.merchant, actor),
            *(
                []
                if category is None
                else [writes.confirm_category(run_id, category, actor=actor, now=now)]
            ),
            append(event),
            touch(run_id, now),
        ]
    )


@dataclass(frozen=True)
class Move:
    """A change of status: `kind` names it, `begins` are the statuses that it leads on from. One
    that `wants_reason` is not made without one.
    """

    kind: str
    begins: tuple[str, ...]
    to: str
    wants_reason: bool


MOVES: Final[Mapping[str, Move]] = {
    "void": Move("voided", ("ready", "in_review"), "voided", wants_reason=True),
    "restore": Move("restored", ("voided",), "ready", wants_reason=False),
    "send-back": Move(_SENT_BACK, ("ready", "approved"), "in_review", wants_reason=True),
    "confirm": Move("confirmed", ("in_review",), "ready", wants_reason=False),
}


async def move(
    platform: Platform,
    sight: Sight,
    expense_id: str,
    step: Move,
    wish: Wish,
    by: tuple[str, str],
    *,
    is_owner: bool,
) -> ExpenseDetail:
    """Move an expense to another status; one that is there already stays so. `by` is the user's id,
    and how the audit names them; `is_owner`: they may approve. Sending back tells the person whose
    expense it is; confirming tells those who can approve it.
    """
    user_id, actor = by
    reason = check_reason(wish.reason, "Say in a few words why." if step.wants_reason else None)

    async def change_of(expense: Found) -> Change | None:
        status = expense.expense.status
        if status == step.to:
            return None
        if status not in step.begins:
            sentence = (
                f"It is {status}; only what is {' or '.join(step.begins)} can be "
                f"{step.kind.replace('_', ' ')}."
            )
            raise Locked(status, sentence)
        if status == "approved" and not is_owner:
            raise refusal(Permission.APPROVE)
        wish.check_version(expense)
        return moved(expense, step.to, kind=step.kind, actor=actor, reason=reason)

    repeat = partial(tell_again, platform, sight.account_id, expense_id, user_id)
    notices = repeat if step is MOVES["confirm"] else _nobody
    expense, written = await _change(
        platform, (sight, expense_id), wish=wish, change_of=change_of, notices=notices
    )
    return written or expense.expense


async def undo(
    platform: Platform,
    sight: Sight,
    expense_id: str,
    change_id: str,
    actor: str,
    *,
    may_sort: bool = False,
) -> ExpenseDetail:
    """Give an expense the values from before its newest change. One that was taken back last stays
    as it is. `may_sort`: what an approved one is sorted by is given back too.
    """
    expense = await find(platform.database, sight, expense_id)
    query = """
      SELECT expense_changes.version, undoing.version AS undone_at_version
      FROM expense_changes LEFT JOIN expense_changes AS undoing
          ON undoing.undoes = expense_changes.id
      WHERE expense_changes.id = ? AND expense_changes.expense_id = ?
    """
    row = await platform.database.first(statement(query, change_id, expense_id))
    if row is None:
        raise NoSuchChange(change_id)
    if (
        row["undone_at_version"] is not None
        and integer(row, "undone_at_version") == expense.expense.version
    ):
        return expense.expense
    values = await platform.database.all(
        statement("SELECT field, old FROM expense_change_values WHERE change_id = ?", change_id)
    )
    if integer(row, "version") != expense.expense.version or not values:
        raise CannotUndo
    changes: JsonObject = {text(value, "field"): load(text(value, "old")) for value in values}
    changes = await _selected(platform.database, sight, expense.values, changes=changes)
    status = str(changes.pop(STATUS, expense.expense.status))
    if status == APPROVED:
        # An approval is an owner's decision under the policies of its day: none comes back without
        # being given anew.
        is_sorting = may_sort and expense.expense.status == APPROVED and changes.keys() <= SORTED
        if not is_sorting:
            raise CannotUndo
        await _check_open(platform.database, expense_id)
    after, fields = _checked(expense.values, changes) if changes else (expense.values, None)
    change = Change(
        expense.row,
        expense.values,
        after={**after, STATUS: status},
        fields=fields,
        kind="undone",
        actor=actor,
        undoes=change_id,
    )
    try:
        return await _write(platform, change)
    except Outrun as outrun:
        raise CannotUndo from outrun
