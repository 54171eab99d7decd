"""A change of an expense's status by a decision: one batch, which is refused where the expense has changed since."""

from dataclasses import dataclass
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import AuditEvent, append_if_changed
from tillroll.platform.bindings.database import ConstraintFailed, Row, integer, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Move:
    """A decision: the statuses that it leads on from, and where to. `action` is the audit's."""

    decision: str
    begins: tuple[str, ...]
    to: str
    action: str


APPROVE: Final = Move("approved", ("ready",), "approved", "approval.given")
UNAPPROVE: Final = Move("unapproved", ("approved",), "ready", "approval.taken_back")
REJECT: Final = Move("rejected", ("ready", "approved"), "in_review", "approval.refused")


class Outrun(Exception):
    """Somebody changed the expense meanwhile: nothing was written."""


async def decide_on(platform: Platform, expense: Row, move: Move, reason: str | None, actor: str) -> None:
    """Write a decision on a row of `expenses`, guarded by its version.

    Raises:
        Outrun: it is not at that version any more.
    """
    now, version = to_text(platform.clock.now()), integer(expense, "version")
    record = statement(
        """
        INSERT INTO approval_decisions (expense_id, from_version, decision, reason, actor, at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        text(expense, "id"),
        version,
        move.decision,
        reason,
        actor,
        now,
    )
    try:
        await platform.database.batch([*move_to(expense, move.to, move.action, actor, now), record])
    except ConstraintFailed as refused:
        raise Outrun(text(expense, "id")) from refused


def move_to(
    expense: Row, status: str, action: str, actor: str, now: str, detail: JsonObject | None = None
) -> list[Statement]:
    """Give a row of `expenses` another status, with its event in its run's stream; the batch is refused where the
    expense is at another version than the row."""
    version, expense_id, run_id = integer(expense, "version"), text(expense, "id"), text(expense, "run_id")
    event = AuditEvent(
        stream=run_id,
        event_key=f"{expense_id}:{version}:{action}",
        account_id=text(expense, "account_id"),
        actor=actor,
        action=action,
        outcome=status,
        at=now,
        detail={"expense": expense_id, "fromVersion": version, **(detail or {})},
    )
    update = "UPDATE expenses SET status = ?, updated_at = ? WHERE id = ? AND version = ? AND status <> ?"
    return [
        statement(update, status, now, expense_id, version, status),
        append_if_changed(event),
        # Whoever waits for the run to change is told.
        statement("UPDATE runs SET updated_at = ? WHERE id = ?", now, run_id),
    ]
