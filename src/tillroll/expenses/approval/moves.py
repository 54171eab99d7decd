"""Moves of an approval: what each makes of an expense that somebody decides about."""

from dataclasses import dataclass, replace
from typing import Final

from tillroll.access.roles import person_of
from tillroll.expenses.approval import policies
from tillroll.expenses.approval.chain_steps import (
    begun_anew,
    told_sent_back,
)
from tillroll.expenses.events import Audited, Written, audited, event_of
from tillroll.expenses.repository import expense_from
from tillroll.expenses.values import STATUS
from tillroll_durable import statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Row,
    integer,
    text,
)
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch


@dataclass(frozen=True)
class Move:
    """A decision: the statuses that it leads on from, and where to. `action` is the audit's. With
    `keeps_steps` the steps that others approved still count.
    """

    decision: str
    begins: tuple[str, ...]
    to: str
    action: Action
    keeps_steps: bool = False


APPROVE: Final = Move("approved", ("ready",), to="approved", action=Audited.APPROVAL_GIVEN)
UNAPPROVE: Final = Move("unapproved", ("approved",), to="ready", action=Audited.APPROVAL_TAKEN_BACK)
REJECT: Final = Move(
    "rejected", ("ready", "approved"), to="in_review", action=Audited.APPROVAL_REFUSED
)


def decided(
    platform: Platform, expense: Row, move: Move, reason: str | None, actor: str, now: str
) -> Written:
    """A decision on an expense (a row of SELECT_EXPENSES), for a batch, which is refused where that
    has changed.
    """
    version = integer(expense, "version")
    insert = f"""
      INSERT INTO approval_decisions (expense_id, from_version, decision, reason, actor, at, roles)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, (
        SELECT {policies.ROLES} FROM users
        WHERE users.id = {person_of("?5")}))
    """
    record = statement(insert, [text(expense, "id"), version, move.decision, reason, actor, now])
    # As its history names it.
    change_id = f"decision:{text(expense, 'id')}:{version}"
    moved = move_to(
        platform,
        expense,
        to=move.to,
        action=move.action,
        change_id=change_id,
        actor=actor,
        now=now,
        keeps_steps=move.keeps_steps,
    )
    notices = told_sent_back(expense, reason, actor=actor, now=now) if move is REJECT else []
    return replace(moved, statements=[*moved.statements, record, *notices])


def move_to(  # noqa: PLR0913 - each is a value of what is written
    platform: Platform,
    expense: Row,
    to: str,
    action: Action,
    change_id: str,
    actor: str,
    now: str,
    kept_id: str | None = None,
    *,
    keeps_steps: bool = False,
) -> Written:
    """Give an expense (a row of SELECT_EXPENSES) another status, with both its events, unless it
    has changed since.

    `action` is the audit's name of it, `change_id` its history's. `kept_id` is the expense that
    stays where this one is voided as a duplicate. With `keeps_steps` the chain of its approvers
    does not begin again.
    """
    version = integer(expense, "version")
    expense_id = text(expense, "id")
    run_id = text(expense, "run_id")
    detail: JsonObject = {"fromVersion": version}
    if kept_id is not None:
        detail |= {"kept": kept_id, "voided": expense_id}
    event = audited(
        expense,
        f"{expense_id}:{version}:{action}",
        action=action,
        outcome=to,
        actor=actor,
        now=now,
        detail=detail,
    )
    before = expense_from(expense).as_json()
    event_out = event_of(
        platform,
        expense,
        change_id=change_id,
        before=before,
        after={**before, STATUS: to},
        now=now,
        merged_into=kept_id,
    )
    update = (
        "UPDATE expenses SET status = ?, updated_at = ? WHERE id = ? AND version = ? "
        "AND status <> ?"
    )
    restarts_chain = to != APPROVE.to and not keeps_steps
    statements = [
        statement(update, [to, now, expense_id, version, to]),
        append_if_changed(event),
        # Notify everyone who waits for the run to change.
        touch(run_id, now),
        *(begun_anew(expense, actor, now) if restarts_chain else []),
        event_out.insert,
    ]
    return Written(change_id, expense, statements=statements, event=event_out)
