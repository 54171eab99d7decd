"""A person takes back what they decided last on an expense, as long as nothing came after it.

An approval is written at once. So that a slip costs nothing, the person who decided may take it
back: the last approval, a step of a chain, or a refusal. The steps of others still count.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from tillroll.access.roles import person_of
from tillroll.expenses.approval.approved import (
    Verdict,
    may_take_back,
    must_be_open,
    must_be_unpaid,
    standing_of,
)
from tillroll.expenses.approval.decisions import ApprovalOutcome, outcome_of
from tillroll.expenses.approval.judged import (
    Approver,
    Looked,
    look_at,
)
from tillroll.expenses.approval.meanwhile import CHANGED
from tillroll.expenses.approval.moves import (
    APPROVE,
    REJECT,
    Move,
    decided,
)
from tillroll.expenses.events import Audited, Written, audited, nudge
from tillroll_durable import Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, integer, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch

_UNAPPROVE: Final = Move(
    "unapproved", ("approved",), to="ready", action=Audited.APPROVAL_TAKEN_BACK, keeps_steps=True
)
_UNREJECT: Final = Move(
    "unrejected", ("in_review",), to="ready", action=Audited.REFUSAL_TAKEN_BACK, keeps_steps=True
)

_NEWEST: Final = f"""
  SELECT decisions.expense_id, decisions.decision, decisions.from_version, decisions.at,
    {person_of("decisions.actor")} AS user_id
  FROM json_each(?2) AS chosen
  JOIN approval_decisions AS decisions ON decisions.expense_id = chosen.value
  JOIN expenses ON expenses.id = decisions.expense_id AND expenses.account_id = ?1
  WHERE decisions.from_version = (
    SELECT MAX(newest.from_version) FROM approval_decisions AS newest
    WHERE newest.expense_id = chosen.value)
"""

NOT_YOURS: Final = "You did not decide it, or something came after your decision."
FOLLOWED: Final = (
    "Its approval was followed: it was paid, exported, billed or written into the books, or its "
    "period is closed. Send it back to review, or take the approval back by itself."
)


@dataclass(frozen=True)
class _TakeBack:
    """What is written in one batch; `moved` is the expense's move, empty where it has none."""

    statements: Sequence[Statement]
    moved: Sequence[Written]


async def take_back(
    platform: Platform, approver: Approver, ids: Sequence[str]
) -> list[ApprovalOutcome]:
    """Take back this person's own newest decision on each expense, and say what became of each.

    Refused where it was somebody else's, or where the expense changed since."""
    return [await _take_back(platform, approver, expense_id) for expense_id in dict.fromkeys(ids)]


async def _take_back(platform: Platform, approver: Approver, expense_id: str) -> ApprovalOutcome:
    looked = await _look(platform, approver, expense_id)
    if looked is None:
        return outcome_of(expense_id, None, outcome="not_found", reason=None)
    rows = await platform.database.all(
        statement(_NEWEST, [approver.account_id, dump([expense_id])])
    )
    newest = rows[0] if rows else None
    now = to_text(platform.clock.now())
    written = _writes(platform, looked, newest=newest, approver=approver, now=now)
    if written is None:
        return outcome_of(expense_id, looked, outcome="refused", reason=NOT_YOURS)
    if looked.status == "approved":
        standing = await standing_of(platform.database, approver.account_id, expense_id)
        if may_take_back(standing) is not Verdict.ENDS:
            return outcome_of(expense_id, looked, outcome="refused", reason=FOLLOWED)
        guards = [must_be_open(expense_id), must_be_unpaid([expense_id])]
        written = replace(written, statements=[*guards, *written.statements])
    try:
        await platform.database.batch(written.statements)
    except ConstraintFailed:
        return outcome_of(expense_id, looked, outcome="refused", reason=CHANGED)
    await nudge(platform, written.moved)
    fresh = await _look(platform, approver, expense_id)
    return outcome_of(expense_id, fresh or looked, outcome="done", reason=None)


async def _look(platform: Platform, approver: Approver, expense_id: str) -> Looked | None:
    looks = await look_at(platform, approver, [expense_id])
    return looks.get(expense_id)


def _writes(
    platform: Platform, looked: Looked, newest: Row | None, approver: Approver, now: str
) -> _TakeBack | None:
    """What takes the newest decision back; None where it is not this person's."""
    if looked.status == "ready":
        step = _own_step(looked, approver.user_id)
        if step is None:
            return None
        return _TakeBack(_step_ended(looked, step, actor=approver.actor, now=now), [])
    if newest is None or not _is_own(newest, looked, approver.user_id):
        return None
    move: Move | None = None
    steps: Statement | None = None
    if looked.status == "approved" and text(newest, "decision") == APPROVE.decision:
        move = _UNAPPROVE
        steps = _ended_with(newest, approver.user_id, now)
    elif looked.status == "in_review" and text(newest, "decision") == REJECT.decision:
        move = _UNREJECT
        steps = _restored(newest)
    if move is None or steps is None:
        return None
    moved = decided(platform, looked.row, move=move, reason=None, actor=approver.actor, now=now)
    return _TakeBack([*moved.statements, steps], [moved])


def _is_own(newest: Row, looked: Looked, user_id: str) -> bool:
    """Whether this person decided, and nothing has changed since."""
    is_last = integer(newest, "from_version") + 1 == integer(looked.row, "version")
    return is_last and newest["user_id"] == user_id


def _own_step(looked: Looked, user_id: str) -> Row | None:
    """The newest step that was approved, where this person did so."""
    if looked.chain is None or not looked.chain.given:
        return None
    step = looked.chain.given[-1]
    if step["user_id"] == user_id:
        return step
    return None


def _step_ended(looked: Looked, step: Row, actor: str, now: str) -> list[Statement]:
    expense_id = text(looked.row, "id")
    end = """
      UPDATE approval_steps SET ended_at = ?1
      WHERE id = ?2 AND ended_at IS NULL
        AND EXISTS (
          SELECT 1 FROM expenses
          WHERE expenses.id = ?3 AND expenses.version = ?4 AND expenses.status = 'ready')
        AND NOT EXISTS (
          SELECT 1 FROM approval_steps AS later
          WHERE later.expense_id = ?3 AND later.what = 'approved' AND later.ended_at IS NULL
            AND later.number > approval_steps.number)
    """
    step_id = text(step, "id")
    version = integer(looked.row, "version")
    detail: JsonObject = {"step": integer(step, "number") + 1}
    event = audited(
        looked.row,
        f"{expense_id}:{step_id}:taken_back",
        action=Audited.APPROVAL_STEP_TAKEN_BACK,
        outcome="waits",
        actor=actor,
        now=now,
        detail=detail,
    )
    return [
        statement(end, [now, step_id, expense_id, version]),
        append_if_changed(event),
        touch(text(looked.row, "run_id"), now),
    ]


def _ended_with(newest: Row, user_id: str, now: str) -> Statement:
    """End the step that was approved together with this decision; there is none without a chain."""
    end = """
      UPDATE approval_steps SET ended_at = ?1
      WHERE expense_id = ?2 AND user_id = ?3 AND what = 'approved' AND at = ?4 AND ended_at IS NULL
    """
    expense_id = text(newest, "expense_id")
    return statement(end, [now, expense_id, user_id, text(newest, "at")])


def _restored(newest: Row) -> Statement:
    """The steps that ended with a refusal count again."""
    restore = "UPDATE approval_steps SET ended_at = NULL WHERE expense_id = ?1 AND ended_at = ?2"
    return statement(restore, [text(newest, "expense_id"), text(newest, "at")])
