"""Changes of an expense by a person: its values, its status, and the newest change taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.durable import ValuesRefused, statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.durable.record.changes import touch
from tillroll.expenses.changes import Change, Found, Outrun, find, write
from tillroll.expenses.models import ExpenseDetail
from tillroll.expenses.values import FIELDS, MONEY, MONEY_LINES, STATUS, changed_fields, check_change, is_far_ahead
from tillroll.expenses.writes import confirm_as
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject, load
from tillroll.platform.services import Platform
from tillroll.reading.correction import ExpenseFields, InvalidValues

LONGEST_REASON: Final = 500
_ATTEMPTS: Final = 5


class ChangedMeanwhile(Exception):
    """The expense is at another version than the change was made from. `current` is what it is now; nothing was
    written."""

    def __init__(self, current: ExpenseDetail) -> None:
        super().__init__(current.id)
        self.current = current


class VersionNeeded(Exception):
    """The change is one of money, and does not say from which version it was made."""


class Locked(Exception):
    """An expense of this status is not changed."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


class ConfirmationNeeded(Exception):
    """A value is likelier a slip: (field, message) pairs; the change is taken once these fields are confirmed."""

    def __init__(self, doubts: list[tuple[str, str]]) -> None:
        super().__init__(doubts)
        self.doubts = doubts


@dataclass(frozen=True)
class Wish:
    """What a person wants changed.

    Attributes:
        given: values by the API's names; what is not given stays, None takes away.
        version: what the change was made from, where they say so.
        reason: why; asked for where money changes.
        confirmed: fields whose doubtful value they confirm.
    """

    given: JsonObject
    version: int | None = None
    reason: str | None = None
    confirmed: Sequence[str] = ()


async def edit(platform: Platform, account_id: str, expense_id: str, wish: Wish, actor: str) -> ExpenseDetail:
    """Change an expense; return it as it is then. The same again changes nothing, whatever version it names.

    Raises:
        NoSuchExpense: the account has no such expense.
        ValuesRefused: values that cannot be, or a reason that is missing.
        VersionNeeded: money changes, and no version is named.
        ChangedMeanwhile: it is at another version than the one that is named.
        Locked: it is approved or voided.
        ConfirmationNeeded: a value is doubtful.
    """
    found = await find(platform.database, account_id, expense_id)
    for _ in range(_ATTEMPTS):
        change = _change(found, wish, actor, platform.clock.now().date())
        if change is None:
            await _confirm(platform, found, wish.given, actor)
            return found.shape
        try:
            await write(platform, change)
        except Outrun:
            found = await find(platform.database, account_id, expense_id)
            continue
        return (await find(platform.database, account_id, expense_id)).shape
    raise ChangedMeanwhile(found.shape)


def check_reason(reason: str | None, *, is_needed: bool) -> str | None:
    """The reason in one line.

    Raises:
        ValuesRefused: it is missing, or too long.
    """
    given = " ".join((reason or "").split())
    if is_needed and not given:
        raise ValuesRefused([("reason", "Say in a few words why the amount, tax, currency or date changes.")])
    if len(given) > LONGEST_REASON:
        raise ValuesRefused([("reason", f"Shorten the reason to at most {LONGEST_REASON} characters.")])
    return given or None


def _change(found: Found, wish: Wish, actor: str, today: date) -> Change | None:
    """None where it is so already."""
    try:
        after, fields = check_change(found.values, wish.given)
    except InvalidValues as error:
        raise ValuesRefused(error.problems) from error
    changed = {*changed_fields(found.values, after)}
    if not changed:
        return None
    if wish.version is not None and wish.version != found.shape.version:
        raise ChangedMeanwhile(found.shape)
    if found.shape.status in {"approved", "voided"}:
        raise Locked(found.shape.status)
    if wish.version is None and changed & (MONEY | MONEY_LINES):
        raise VersionNeeded
    reason = check_reason(wish.reason, is_needed=bool(changed & MONEY))
    if "date" in changed and "date" not in wish.confirmed and is_far_ahead(fields.date, today):
        raise ConfirmationNeeded(
            [("date", f"{fields.date.isoformat()} lies far ahead. Is that the day of the purchase?")]
        )
    return Change(
        expense=found.row,
        before=found.values,
        after={**after, STATUS: found.shape.status},
        fields=fields,
        kind="edited",
        actor=actor,
        reason=reason,
    )


async def _confirm(platform: Platform, found: Found, given: JsonObject, actor: str) -> None:
    """Whoever gives a name or a category that it has already has seen it: what was taken without a person is theirs."""
    if not given.keys() & {"merchant", "category"} or found.shape.status == "voided":
        return
    now, run_id = to_text(platform.clock.now()), text(found.row, "run_id")
    category = found.shape.category if "category" in given else None
    unconfirmed = await platform.database.first(
        statement(
            """
            SELECT run_id FROM merchant_sightings WHERE run_id = ?1 AND (confirmed_by IS NULL OR undone_at IS NOT NULL)
            UNION ALL
            SELECT run_id FROM expenses WHERE run_id = ?1 AND category_by IS NULL AND category = ?2
            """,
            run_id,
            category,
        )
    )
    if unconfirmed is None:
        return
    fields: list[Json] = [name for name in FIELDS if name in given]
    event = AuditEvent(
        stream=run_id,
        event_key=new_id("see"),
        account_id=text(found.row, "account_id"),
        actor=actor,
        action="expense.seen",
        outcome="success",
        at=now,
        detail={"expense": found.shape.id, "fields": fields},
    )
    of_category = statement(
        "UPDATE expenses SET category_by = ? WHERE run_id = ? AND category_by IS NULL AND category = ?",
        actor,
        run_id,
        category,
    )
    await platform.database.batch(
        [
            confirm_as(run_id, found.shape.merchant, actor),
            *([] if category is None else [of_category]),
            append(event),
            touch(run_id, now),
        ]
    )


@dataclass(frozen=True)
class Move:
    """A change of status: `kind` names it, `begins` are the statuses that it leads on from. One that `wants_reason` is
    not made without one."""

    kind: str
    begins: tuple[str, ...]
    to: str
    wants_reason: bool


MOVES: Final[Mapping[str, Move]] = {
    "void": Move("voided", ("ready", "in_review"), "voided", wants_reason=True),
    "restore": Move("restored", ("voided",), "ready", wants_reason=False),
    "send-back": Move("sent_back", ("ready", "approved"), "in_review", wants_reason=True),
    "confirm": Move("confirmed", ("in_review",), "ready", wants_reason=False),
}


class OwnersOnly(Exception):
    """The expense is approved, and whoever asked is no owner of the account; nothing was written."""


class NotFromHere(Exception):
    """The expense's status does not lead there; nothing was written."""

    def __init__(self, status: str, move: Move) -> None:
        super().__init__(f"{status}: {move.kind}")
        self.status = status
        self.move = move


async def move(
    platform: Platform, account_id: str, expense_id: str, step: Move, wish: Wish, actor: str, *, is_owner: bool
) -> ExpenseDetail:
    """Move an expense to another status; return it as it is then. One that is there already stays as it is.

    Only owners approve, so only they lead an approved expense on: `is_owner` says whether `actor` is one.

    Raises:
        NoSuchExpense: the account has no such expense.
        ValuesRefused: a reason is missing, or too long.
        NotFromHere: its status does not lead there.
        OwnersOnly: it is approved, and `actor` is no owner.
        ChangedMeanwhile: it is at another version than the one that is named.
    """
    reason = check_reason(wish.reason, is_needed=False)
    if step.wants_reason and reason is None:
        raise ValuesRefused([("reason", "Say in a few words why.")])
    found = await find(platform.database, account_id, expense_id)
    for _ in range(_ATTEMPTS):
        status = found.shape.status
        if status == step.to:
            return found.shape
        if status not in step.begins:
            raise NotFromHere(status, step)
        if status == "approved" and not is_owner:
            raise OwnersOnly
        if wish.version is not None and wish.version != found.shape.version:
            raise ChangedMeanwhile(found.shape)
        change = Change(
            expense=found.row,
            before=found.values,
            after={**found.values, STATUS: step.to},
            fields=None,
            kind=step.kind,
            actor=actor,
            reason=reason,
        )
        try:
            await write(platform, change)
        except Outrun:
            found = await find(platform.database, account_id, expense_id)
            continue
        return (await find(platform.database, account_id, expense_id)).shape
    raise ChangedMeanwhile(found.shape)


class NoSuchChange(LookupError):
    """The expense has no change of that id."""


class CannotUndo(Exception):
    """Something came after the change, its values were erased, or it took an approval back: nothing was written."""


async def undo(platform: Platform, account_id: str, expense_id: str, change_id: str, actor: str) -> ExpenseDetail:
    """Give an expense the values that it had before its newest change; return it as it is then. A change that was taken
    back, and after which nothing came, stays as it is.

    Raises:
        NoSuchExpense, NoSuchChange: the account has no such expense, or the expense no such change.
        CannotUndo: it is not the newest, its values are not kept any more, or it took an approval back.
        ValuesRefused: the values from before cannot be any more.
    """
    found = await find(platform.database, account_id, expense_id)
    row = await _change_row(platform.database, expense_id, change_id)
    if row["undone_at_version"] is not None and integer(row, "undone_at_version") == found.shape.version:
        return found.shape
    values = await platform.database.all(
        statement("SELECT field, old FROM expense_change_values WHERE change_id = ?", change_id)
    )
    if integer(row, "version") != found.shape.version or not values:
        raise CannotUndo(change_id)
    given: JsonObject = {text(value, "field"): load(text(value, "old")) for value in values}
    status = str(given.pop(STATUS, found.shape.status))
    if status == "approved":
        # An approval is an owner's decision under the policies of its day: none comes back without being given anew.
        raise CannotUndo(change_id)
    after, fields = _checked(found.values, given)
    change = Change(
        expense=found.row,
        before=found.values,
        after={**after, STATUS: status},
        fields=fields,
        kind="undone",
        actor=actor,
        undoes=change_id,
    )
    try:
        await write(platform, change)
    except Outrun as outrun:
        raise CannotUndo(change_id) from outrun
    return (await find(platform.database, account_id, expense_id)).shape


def _checked(values: JsonObject, given: JsonObject) -> tuple[JsonObject, ExpenseFields | None]:
    if not given:
        return values, None
    try:
        return check_change(values, given)
    except InvalidValues as error:
        raise ValuesRefused(error.problems) from error


async def _change_row(database: Database, expense_id: str, change_id: str) -> Row:
    row = await database.first(
        statement(
            """
            SELECT expense_changes.*, undoing.version AS undone_at_version
            FROM expense_changes LEFT JOIN expense_changes AS undoing ON undoing.undoes = expense_changes.id
            WHERE expense_changes.id = ? AND expense_changes.expense_id = ?
            """,
            change_id,
            expense_id,
        )
    )
    if row is None or optional_text(row, "id") is None:
        raise NoSuchChange(change_id)
    return row
