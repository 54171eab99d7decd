"""Changing the values of an expense: checked as a whole, guarded by its version, told with old and new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll.durable import ValuesRefused, statement
from tillroll.durable.record.audit import AuditEvent, append
from tillroll.expenses.changing.change import Change, Outrun, write
from tillroll.expenses.changing.reading import Found, find
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.expenses.record.sightings import confirm_as
from tillroll.expenses.values.checking import (
    FIELDS,
    MONEY,
    MONEY_LINES,
    STATUS,
    changed_fields,
    check_change,
    is_far_ahead,
)
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform
from tillroll.receipts.correction import InvalidValues

LONGEST_REASON: Final = 500
_ATTEMPTS: Final = 5


class ChangedMeanwhile(Exception):
    """The expense is at another version than the change was made from. `current` is what it is now; nothing was
    written."""

    def __init__(self, current: ExpenseDetailShape) -> None:
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


async def edit(platform: Platform, account_id: str, expense_id: str, wish: Wish, actor: str) -> ExpenseDetailShape:
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
            statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run_id),
        ]
    )
