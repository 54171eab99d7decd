"""Acts that move what a list has chosen: voided, sent back to review, approved, and approvals taken back.

Each expense is moved as it is by itself: with a change or decision of its own, an event in its run's stream, and what
is told of it. So that a batch stays one transaction, it has fewer of them than an act that gives values.
"""

from collections.abc import Callable, Sequence
from typing import Final

from tillroll.durable import Statement, statement
from tillroll.expenses.approving import moving as decisions
from tillroll.expenses.approving.approving import Approver, hindrances
from tillroll.expenses.bulk.choosing import closed_of, page
from tillroll.expenses.changing.change import Change as OneChange
from tillroll.expenses.changing.change import Written, written_of
from tillroll.expenses.changing.moving import MOVES, Move
from tillroll.expenses.changing.reading import found_of
from tillroll.expenses.changing.telling import nudge
from tillroll.expenses.record.rows import SELECT_DETAILS
from tillroll.expenses.sorting.acts.plan import Act, Batch, Change, Judged, LeftOut, Plan, Writing
from tillroll.expenses.values.checking import STATUS
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.services import Platform

VOID: Final = "void"
SEND_BACK: Final = "send_back"
APPROVE: Final = "approve"
UNAPPROVE: Final = "unapprove"
# Each is some ten statements of one transaction.
MOST: Final = 40

_UNDONE: Final = SELECT_DETAILS.replace(
    "SELECT expenses.*,", "SELECT expenses.*, c.before AS was, c.after AS became,", 1
)
_STAYS: Final = {
    "approved": "It is approved: take the approval back first.",
    "in_review": "It is in review already.",
    "voided": "It is voided: restore it first.",
    "ready": "It is not approved.",
}


def _moved(step: Move) -> Callable[[Act, Row], Judged]:
    def change(act: Act, row: Row) -> Judged:
        status = text(row, "status")
        if status == step.to:
            return None
        if status not in step.begins:
            return LeftOut(_STAYS[status])
        if status == "approved" and act.asked["isOwner"] is not True:
            return LeftOut("It is approved: ask an owner of the account to send it back.")
        return closed_of(row) or Change({STATUS: status}, {STATUS: step.to})

    return change


def _write_moves(step: Move) -> Callable[[Platform, Act, Sequence[tuple[Row, Change]], str], Batch]:
    def write(platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], now: str) -> Batch:
        reason = str(act.asked["reason"])
        steps = [(row, _change(row, step.to, step.kind, act.created_by, reason)) for row, _ in changed]
        return _batch(platform, steps, now)

    return write


def _take_moves_back(platform: Platform, rows: Sequence[Row], actor: str, now: str) -> Batch:
    """Only what nobody has touched since; and no approval comes back without being given anew."""
    steps: list[tuple[Row, OneChange]] = []
    for row in rows:
        was, became = load_object(text(row, "was")), load_object(text(row, "became"))
        if was[STATUS] != "approved" and integer(row, "version") == became["version"]:
            steps.append((row, _change(row, str(was[STATUS]), "undone", actor, None, str(became["change"]))))
    return _batch(platform, steps, now)


def _change(row: Row, to: str, kind: str, actor: str, reason: str | None, undoes: str | None = None) -> OneChange:
    found = found_of(row)
    after: JsonObject = {**found.values, STATUS: to}
    return OneChange(
        expense=row, before=found.values, after=after, fields=None, kind=kind, actor=actor, reason=reason, undoes=undoes
    )


def _batch(platform: Platform, steps: Sequence[tuple[Row, OneChange]], now: str) -> Batch:
    written = [(row, change, written_of(platform, change, now)) for row, change in steps]

    async def tell() -> None:
        for row, _, each in written:
            await nudge(platform, row, each.event)

    return Batch(
        [one for _, _, each in written for one in each.statements],
        {text(row, "id"): _remembered(row, change, each) for row, change, each in written},
        tell,
    )


def _remembered(row: Row, change: OneChange, written: Written) -> JsonObject:
    return {STATUS: change.after[STATUS], "version": integer(row, "version") + 1, "change": written.id}


def _decided(move: decisions.Move) -> Plan:
    async def judge(database: Database, act: Act, rows: Sequence[Row]) -> list[Judged]:
        approver = Approver(act.account_id, str(act.asked["userId"]), act.created_by)
        reasons = await hindrances(database, approver, [text(row, "id") for row in rows], move)
        return [
            None
            if text(row, "status") == move.to
            else LeftOut(reason)
            if (reason := reasons.get(text(row, "id"))) is not None
            else Change({STATUS: text(row, "status")}, {STATUS: move.to})
            for row in rows
        ]

    def write(platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], now: str) -> Batch:
        return _decide(platform, [row for row, _ in changed], move, act.created_by, now)

    def take_back(platform: Platform, rows: Sequence[Row], actor: str, now: str) -> Batch:
        """Approvals that nobody has touched since are taken back. None is given anew by an undoing."""
        untouched = [row for row in rows if integer(row, "version") == load_object(text(row, "became"))["version"]]
        return _decide(platform, untouched if move is decisions.APPROVE else [], decisions.UNAPPROVE, actor, now)

    return Plan(page, judge=judge, writing=Writing(write, take_back, _undone), most=MOST)


def _decide(platform: Platform, rows: Sequence[Row], move: decisions.Move, actor: str, now: str) -> Batch:
    moved = [decisions.decided(platform, row, move, None, actor, now) for row in rows]

    async def tell() -> None:
        for each in moved:
            await nudge(platform, each.expense, each.event)

    return Batch(
        [one for each in moved for one in each.statements],
        {text(row, "id"): {STATUS: move.to, "version": integer(row, "version") + 1} for row in rows},
        tell,
    )


def _undone(act: Act, limit: int) -> Statement:
    query = f"""
      {_UNDONE} JOIN bulk_act_changes AS c ON c.expense_id = expenses.id
      WHERE c.act_id = ? AND c.expense_id > ? ORDER BY c.expense_id LIMIT ?
    """
    return statement(query, act.id, act.cursor, limit)


def _plan(step: Move) -> Plan:
    return Plan(page, _moved(step), writing=Writing(_write_moves(step), _take_moves_back, _undone), most=MOST)


PLANS: Final = {
    VOID: _plan(MOVES["void"]),
    SEND_BACK: _plan(MOVES["send-back"]),
    APPROVE: _decided(decisions.APPROVE),
    UNAPPROVE: _decided(decisions.UNAPPROVE),
}
