"""Voiding an expense, restoring it, sending it back to review, and having looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tillroll.durable import ValuesRefused
from tillroll.expenses.changing.change import Change, Outrun, write
from tillroll.expenses.changing.editing import ChangedMeanwhile, Wish, check_reason
from tillroll.expenses.changing.reading import find
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.expenses.values.checking import STATUS
from tillroll.platform.services import Platform

_ATTEMPTS: Final = 5


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
) -> ExpenseDetailShape:
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
