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
from tillroll.access.roles import person_of
from tillroll.api.problems import CONFIRMATION_NEEDED, refusal
from tillroll.expenses import writes
from tillroll.expenses.approval.decisions import tell_again
from tillroll.expenses.approval.editing import VOIDED_SENTENCE, Covered, Locked, check_approved
from tillroll.expenses.approval.views import VERSION_NEEDED
from tillroll.expenses.changing import (
    APPROVED,
    SENT_BACK,
    VOIDED,
    Change,
    Found,
    find,
    written_of,
)
from tillroll.expenses.events import Audited, audited, nudge
from tillroll.expenses.models import ExpenseDetail
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
    integer,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, load
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch
from tillroll_durable.sight import Sight, all_of

LONGEST_REASON: Final = 500
_ATTEMPTS: Final = 5


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


async def _write(platform: Platform, change: Change) -> ExpenseDetail:
    """Write a change, and nudge its event; return the expense as it is then. Raises Outrun."""
    written = written_of(platform, change, to_text(platform.clock.now()))
    account_id = text(change.expense, "account_id")
    expense_id = text(change.expense, "id")
    try:
        await platform.database.batch(written.statements)
    except ConstraintFailed as refused:
        raise Outrun(expense_id) from refused
    moves = [written]
    if change.approval_end is not None:
        moves = [change.approval_end, written]
    await nudge(platform, moves)
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
        values = await _with_own_names(platform.database, sight.account_id, values)
        await _check_merchant(platform.database, sight.account_id, expense=expense, changes=values)
        today = platform.clock.now().date()
        change = _edited(expense, replace(wish, given=values), actor=actor)
        if change is None:
            return None
        if expense.expense.status == APPROVED:
            change = await check_approved(platform, change, may_sort=wish.may_sort)
        return _with_reason(change, wish, today)

    expense, written = await _change(platform, (sight, expense_id), wish=wish, change_of=change_of)
    if written is None:
        await _confirm(platform, expense, changes=wish.given, actor=actor)
    return written or expense.expense


async def _with_own_names(database: Database, account_id: str, changes: JsonObject) -> JsonObject:
    """The changes, with each category by its own name. Raises ValuesRefused: one only looks like
    another.
    """
    values = {**changes}
    parts = values.get("parts")
    if isinstance(parts, list):
        values["parts"] = [
            await _with_own_names(database, account_id, part) if isinstance(part, dict) else part
            for part in parts
        ]
    category = values.get("category")
    if isinstance(category, str) and category.strip():
        from tillroll.expenses.sorting.category_names import (  # noqa: PLC0415 - typed by few
            checked_as,
        )

        values["category"] = await checked_as(database, account_id, category.strip())
    return values


async def _check_merchant(
    database: Database, account_id: str, expense: Found, changes: JsonObject
) -> None:
    """Raises ValuesRefused: the new name of the merchant only looks like that of another one."""
    merchant = changes.get("merchant")
    if not isinstance(merchant, str) or merchant.isascii():
        return
    if merchant == expense.values["merchant"]:
        return
    from tillroll.expenses.sorting.merchant_names import (  # noqa: PLC0415 - typed by few
        check_merchant_look,
    )

    await check_merchant_look(database, account_id, merchant)


async def _selected(
    database: Database, sight: Sight, values: JsonObject, changes: JsonObject
) -> JsonObject:
    """What is given, with the names of the client and the project that it selects. Another client
    takes a project that is not its own away.
    """
    if not changes.keys() & {"clientId", "projectId"}:
        return changes
    from tillroll.clients.service import Selected, select  # noqa: PLC0415 - chosen by few

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


def _edited(expense: Found, wish: Wish, actor: str) -> Change | None:
    """None where it is so already."""
    after, fields = _checked(expense.values, wish.given)
    changed = {*changed_fields(expense.values, after)}
    status = expense.expense.status
    if not changed:
        return None
    wish.check_version(expense)
    if status == VOIDED:
        raise Locked(status, VOIDED_SENTENCE)
    return Change(
        expense.row,
        expense.values,
        after={**after, STATUS: status},
        fields=fields,
        kind="edited",
        actor=actor,
    )


def _with_reason(change: Change, wish: Wish, today: date) -> Change:
    """The change with its reason, once what is likelier a slip was confirmed."""
    changed = {*change.changed}
    if wish.version is None and changed & (MONEY | MONEY_LINES):
        raise VersionNeeded
    if changed & MONEY:
        why = "Say in a few words why the amount, tax, currency or date changes."
    else:
        why = None
    reason = check_reason(wish.reason, why)
    day = date.fromisoformat(str(change.after["date"]))
    if "date" in changed and "date" not in wish.confirmed and is_far_ahead(day, today):
        raise ConfirmationNeeded(
            "date", f"{day.isoformat()} lies far ahead. Is that the day of the purchase?"
        )
    return replace(change, reason=reason)


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
    "void": Move(VOIDED, ("ready", "in_review"), "voided", wants_reason=True),
    "restore": Move("restored", (VOIDED,), "ready", wants_reason=False),
    "send-back": Move(SENT_BACK, ("ready", "approved"), "in_review", wants_reason=True),
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
        if status == VOIDED and not is_owner:
            await _check_not_rejected(platform.database, expense_id, user_id)
        wish.check_version(expense)
        return moved(expense, step.to, kind=step.kind, actor=actor, reason=reason)

    repeat = partial(tell_again, platform, sight.account_id, expense_id, user_id)
    notices = repeat if step is MOVES["confirm"] else _nobody
    expense, written = await _change(
        platform, (sight, expense_id), wish=wish, change_of=change_of, notices=notices
    )
    return written or expense.expense


_NEWEST_VOIDING: Final = f"""
  SELECT kind, {person_of("actor")} AS user_id FROM expense_changes
  WHERE expense_id = ? AND kind IN ('voided', 'merged') ORDER BY version DESC LIMIT 1
"""


async def _check_not_rejected(database: Database, expense_id: str, user_id: str) -> None:
    """Raises Locked: somebody else has voided it, so that is not for this person to take back."""
    newest = await database.first(statement(_NEWEST_VOIDING, [expense_id]))
    if newest is not None and newest["kind"] == VOIDED and newest["user_id"] != user_id:
        raise Locked(VOIDED, "It was rejected: ask somebody who can approve to restore it.")


async def undo(
    platform: Platform,
    sight: Sight,
    expense_id: str,
    change_id: str,
    by: tuple[str, str],
    *,
    may_sort: bool = False,
    is_owner: bool = False,
) -> ExpenseDetail:
    """Give an expense the values from before its newest change. One that was taken back last stays
    as it is. `by` is the user's id, and how the audit names them. `may_sort`: what an approved one
    is sorted by is given back too; `is_owner`: they may approve.
    """
    user_id, actor = by
    expense = await find(platform.database, sight, expense_id)
    query = """
      SELECT expense_changes.version, undoing.version AS undone_at_version
      FROM expense_changes
      LEFT JOIN expense_changes AS undoing ON undoing.undoes = expense_changes.id
      WHERE expense_changes.id = ? AND expense_changes.expense_id = ?
    """
    row = await platform.database.first(statement(query, [change_id, expense_id]))
    if row is None:
        raise NoSuchChange(change_id)
    if (
        row["undone_at_version"] is not None
        and integer(row, "undone_at_version") == expense.expense.version
    ):
        return expense.expense
    values = await platform.database.all(
        statement("SELECT field, old FROM expense_change_values WHERE change_id = ?", [change_id])
    )
    if integer(row, "version") != expense.expense.version or not values:
        raise CannotUndo
    changes: JsonObject = {text(value, "field"): load(text(value, "old")) for value in values}
    changes = await _selected(platform.database, sight, expense.values, changes=changes)
    status = str(changes.pop(STATUS, expense.expense.status))
    if status == APPROVED and expense.expense.status != APPROVED:
        # An approval is an owner's decision under the policies of its day: none comes back without
        # being given anew.
        raise CannotUndo
    if expense.expense.status == VOIDED and not is_owner:
        await _check_not_rejected(platform.database, expense_id, user_id)
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
        if status == APPROVED:
            change = await check_approved(platform, change, may_sort=may_sort)
        return await _write(platform, change)
    except (Outrun, Covered) as outrun:
        raise CannotUndo from outrun
