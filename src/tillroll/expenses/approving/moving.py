"""A change of an expense's status by a decision: one batch, which is refused where the expense has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tillroll.access.behind import person_of
from tillroll.durable import Statement, statement
from tillroll.durable.record.audit import AuditEvent, append_if_changed
from tillroll.durable.record.outbox import Told
from tillroll.expenses.approving.facts import ROLES
from tillroll.expenses.changing.telling import event_of, nudge
from tillroll.expenses.record.rows import expense_shape
from tillroll.expenses.values.checking import STATUS
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


@dataclass(frozen=True)
class Step:
    """Where an expense is led to.

    Attributes:
        to: the status.
        action: the audit's name of it.
        change_id: what the expense's history calls it.
        actor: who, as the audit names them; `at` is when, UTC text.
        kept: the expense that stays, where this one is voided as its duplicate.
    """

    to: str
    action: str
    change_id: str
    actor: str
    at: str
    kept: str | None = None


@dataclass(frozen=True)
class Moved:
    """An expense that gets another status: its row, the statements that do it, and the event that tells of it."""

    expense: Row
    statements: Sequence[Statement]
    event: Told


async def decide_on(platform: Platform, expense: Row, move: Move, reason: str | None, actor: str) -> None:
    """Write a decision on an expense (a row of SELECT_EXPENSES), guarded by its version, and have it told.

    Raises:
        Outrun: it is not at that version any more.
    """
    moved = decided(platform, expense, move, reason, actor, to_text(platform.clock.now()))
    try:
        await platform.database.batch(moved.statements)
    except ConstraintFailed as refused:
        raise Outrun(text(expense, "id")) from refused
    await nudge(platform, expense, moved.event)


def decided(platform: Platform, expense: Row, move: Move, reason: str | None, actor: str, now: str) -> Moved:
    """A decision on an expense (a row of SELECT_EXPENSES), for a batch, which is refused where that has changed."""
    version = integer(expense, "version")
    record = statement(
        f"""
        INSERT INTO approval_decisions (expense_id, from_version, decision, reason, actor, at, roles)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, (
          SELECT {ROLES} FROM users
          WHERE users.id = {person_of("?5")}))
        """,  # noqa: S608 - a constant
        text(expense, "id"),
        version,
        move.decision,
        reason,
        actor,
        now,
    )
    # As its history names it.
    change_id = f"decision:{text(expense, 'id')}:{version}"
    moved = move_to(platform, expense, Step(move.to, move.action, change_id, actor, now))
    return replace(moved, statements=[*moved.statements, record])


def move_to(platform: Platform, expense: Row, step: Step) -> Moved:
    """Give an expense (a row of SELECT_EXPENSES) another status, with its event in its run's stream and the one for the
    world outside; the batch is refused where the expense is at another version than the row."""
    version, expense_id, run_id = integer(expense, "version"), text(expense, "id"), text(expense, "run_id")
    duplicate: JsonObject = {} if step.kept is None else {"kept": step.kept, "voided": expense_id}
    audited = AuditEvent(
        stream=run_id,
        event_key=f"{expense_id}:{version}:{step.action}",
        account_id=text(expense, "account_id"),
        actor=step.actor,
        action=step.action,
        outcome=step.to,
        at=step.at,
        detail={"expense": expense_id, "fromVersion": version, **duplicate},
    )
    before = expense_shape(expense).as_json()
    told = event_of(platform, expense, step.change_id, before, {**before, STATUS: step.to}, step.at, step.kept)
    update = "UPDATE expenses SET status = ?, updated_at = ? WHERE id = ? AND version = ? AND status <> ?"
    statements = [
        statement(update, step.to, step.at, expense_id, version, step.to),
        append_if_changed(audited),
        # Whoever waits for the run to change is told.
        statement("UPDATE runs SET updated_at = ? WHERE id = ?", step.at, run_id),
        told.insert,
    ]
    return Moved(expense, statements, told)
