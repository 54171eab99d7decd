"""Acts that move the status of expenses: void, send back, approve, and take approvals back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from tillroll.expenses import changing, service
from tillroll.expenses.approval import decisions, moves
from tillroll.expenses.approval.approved import all_must_be_open, must_be_unpaid
from tillroll.expenses.approval.chain_steps import begun_anew
from tillroll.expenses.approval.decisions import hindrance
from tillroll.expenses.approval.judged import Approver, Looked, look_at
from tillroll.expenses.approval.meanwhile import CHANGED, View, done_meanwhile, is_repeated
from tillroll.expenses.changing import found_of, written_of
from tillroll.expenses.events import Written, nudge
from tillroll.expenses.repository import SELECT_DETAILS
from tillroll.expenses.service import MOVES
from tillroll.expenses.sorting.act import Act, Change, Judged, LeftOut
from tillroll.expenses.sorting.choice import page
from tillroll.expenses.sorting.locked import closed_of, lock_columns, why_not_ended
from tillroll.expenses.sorting.plan import CHANGED_SINCE, Batch, Plan, Writing
from tillroll.expenses.values import STATUS
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row, integer, optional_text, text
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.services import Platform

# Each expense is moved as it is by itself: with a change or decision of its own, an event in its
# run's stream, and its notices and deliveries. A batch stays one transaction, so it has fewer
# expenses than an act that gives values.

VOID: Final = "void"
SEND_BACK: Final = "send_back"
APPROVE: Final = "approve"
UNAPPROVE: Final = "unapprove"
DECISIONS: Final = frozenset({APPROVE, UNAPPROVE})
"""Kinds of acts that approve or take approvals back."""
# Each is some ten statements of one transaction.
MOST: Final = 40

_UNDONE: Final = SELECT_DETAILS.replace(
    "SELECT expenses.*,",
    f"SELECT expenses.*, {lock_columns('expenses')}, c.before AS was, c.after AS became,",
    1,
)
_NO_APPROVAL: Final = "No approval comes back by an undo: approve it anew."
_STAYS: Final = {
    "approved": "It is approved: take the approval back first.",
    "in_review": "It is in review already.",
    "voided": "It is voided: restore it first.",
    "ready": "It is not approved.",
}


def _moved(step: service.Move) -> Plan:
    def change(act: Act, row: Row) -> Judged:
        status = text(row, "status")
        if status == step.to:
            return None
        version = _version_seen(act, row)
        if _is_later(act, row) or version not in (None, integer(row, "version")):
            return LeftOut(CHANGED)
        if status not in step.begins:
            return LeftOut(_STAYS[status])
        if status == "approved" and act.asked["isOwner"] is not True:
            return LeftOut("It is approved: ask an owner of the account to send it back.")
        return closed_of(row) or Change({STATUS: status}, {STATUS: step.to})

    def write(
        platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], now: str
    ) -> Batch:
        reason = str(act.asked["reason"])
        changes_made = [
            service.moved(
                found_of(row), step.to, kind=step.kind, actor=act.created_by, reason=reason
            )
            for row, _ in changed
        ]
        return _changed(platform, changes_made, now)

    def take_back(
        platform: Platform, _act: Act, rows: Sequence[Row], actor: str, now: str
    ) -> Batch:
        """Only what nobody has touched since; and no approval comes back without being given
        anew.
        """
        changes_made: list[changing.Change] = []
        reasons: dict[str, str] = {}
        for row in rows:
            left_out = _why_stays(row)
            if left_out is None:
                changes_made.append(_moved_back(row, actor))
            else:
                reasons[text(row, "id")] = left_out.reason
        return replace(_changed(platform, changes_made, now), reasons=reasons)

    return Plan(page, change, writing=Writing(write, take_back, _undone), most=MOST)


def _moved_back(row: Row, actor: str) -> changing.Change:
    """The expense gets the status back that it had before the act."""
    return service.moved(
        found_of(row),
        str(load_object(text(row, "was"))[STATUS]),
        kind="undone",
        actor=actor,
        reason=None,
        undoes=str(load_object(text(row, "became"))["change"]),
    )


def _why_stays(row: Row) -> LeftOut | None:
    """Why an expense stays where an act moved it that is undone; None where it is moved back."""
    if load_object(text(row, "was"))[STATUS] == "approved":
        return LeftOut(_NO_APPROVAL)
    return _why_touched(row)


def _why_touched(row: Row) -> LeftOut | None:
    """Why nothing of an act is taken back: somebody came after it, or the period is closed."""
    if integer(row, "version") != load_object(text(row, "became"))["version"]:
        return LeftOut(CHANGED_SINCE)
    return closed_of(row)


def _changed(platform: Platform, changes_made: Sequence[changing.Change], now: str) -> Batch:
    written = [written_of(platform, each, now) for each in changes_made]
    after: dict[str, JsonObject] = {
        text(each.expense, "id"): {
            STATUS: each.after[STATUS],
            "version": each.next_version,
            "change": one.id,
        }
        for each, one in zip(changes_made, written, strict=True)
    }
    return _batch(platform, written, after)


def _batch(
    platform: Platform, written: Sequence[Written], after: Mapping[str, JsonObject]
) -> Batch:
    return Batch(
        [one for each in written for one in each.statements],
        after,
        lambda: nudge(platform, written),
    )


def _decided(move: moves.Move) -> Plan:
    """Each decision is the person's who began the act: of an expense with a chain, it is their step
    alone.
    """

    async def judge(platform: Platform, act: Act, rows: Sequence[Row]) -> list[Judged]:
        looks = await look_at(platform, _approver(act), [text(row, "id") for row in rows])
        return [_judged(act, row, looked=looks.get(text(row, "id")), move=move) for row in rows]

    def write(
        platform: Platform, act: Act, changed: Sequence[tuple[Row, Change]], _now: str
    ) -> Batch:
        statements = list[Statement]()
        moved = list[Written]()
        after = dict[str, JsonObject]()
        for row, change in changed:
            if isinstance(change.found, Looked):
                decided = decisions.decision(
                    platform, change.found, move=move, reason=None, approver=_approver(act)
                )
                statements += decided.statements
                moved += decided.moved
                version = integer(row, "version") + (0 if decided.is_step else 1)
                after[text(row, "id")] = {
                    STATUS: "ready" if decided.is_step else move.to,
                    "version": version,
                }
        return Batch(statements, after, lambda: nudge(platform, moved))

    def take_back(
        platform: Platform, _act: Act, rows: Sequence[Row], actor: str, now: str
    ) -> Batch:
        """Approvals that nobody has touched since are taken back; a chain whose step it was begins
        again. Nothing is approved by an undoing.
        """
        steps: list[Row] = []
        reopened: list[Row] = []
        reasons: dict[str, str] = {}
        for row in rows:
            left_out = _why_decided(row, move)
            if left_out is not None:
                reasons[text(row, "id")] = left_out.reason
            elif text(row, "status") == "approved":
                reopened.append(row)
            else:
                steps.append(row)
        moved = [
            moves.decided(platform, row, move=moves.UNAPPROVE, reason=None, actor=actor, now=now)
            for row in reopened
        ]
        after: dict[str, JsonObject] = {
            text(row, "id"): {STATUS: "ready", "version": integer(row, "version") + 1}
            for row in [*reopened, *steps]
        }
        batch = _batch(platform, moved, after)
        reopened_ids = [text(row, "id") for row in reopened]
        guards = [all_must_be_open(reopened_ids), must_be_unpaid(reopened_ids)]
        anew = [one for row in steps for one in begun_anew(row, actor, now)]
        statements = [*guards, *batch.statements, *anew]
        return replace(batch, statements=statements, reasons=reasons)

    return Plan(page, judge=judge, writing=Writing(write, take_back, _undone), most=MOST)


def _why_decided(row: Row, move: moves.Move) -> LeftOut | None:
    """Why a decision stands where the act that made it is undone; None where it is taken back."""
    if move is not moves.APPROVE:
        return LeftOut(_NO_APPROVAL)
    left_out = _why_touched(row)
    if left_out is None and text(row, "status") == "approved":
        return why_not_ended(row)
    return left_out


def _approver(act: Act) -> Approver:
    return Approver(act.account_id, str(act.asked["userId"]), act.created_by)


def _judged(act: Act, row: Row, looked: Looked | None, move: moves.Move) -> Judged:
    if looked is None:
        return None
    view = View(_version_seen(act, row), None)
    if is_repeated(looked, move, view):
        return None
    meanwhile = done_meanwhile(looked, view)
    if meanwhile is None and _is_later(act, row, looked):
        meanwhile = CHANGED
    reason = meanwhile or hindrance(looked, move)
    if reason is not None:
        return LeftOut(reason)
    if move is moves.UNAPPROVE:
        closed = closed_of(row)
        if closed is not None:
            return closed
    return Change({STATUS: text(row, "status")}, {STATUS: move.to}, looked)


def _version_seen(act: Act, row: Row) -> int | None:
    """The version that the person saw who began the act; None where the act names none."""
    versions = act.asked.get("versions")
    if not isinstance(versions, dict):
        return None
    version = versions.get(text(row, "id"))
    if isinstance(version, int):
        return version
    return None


def _is_later(act: Act, row: Row, looked: Looked | None = None) -> bool:
    """Whether the expense, or its chain, was led on after the person looked who began the act."""
    seen_at = act.asked.get("seenAt")
    if seen_at is None:
        return False
    times = [optional_text(row, "updated_at") or text(row, "created_at")]
    if looked is not None and looked.chain is not None:
        times += [text(step, "at") for step in looked.chain.given]
    return max(times) >= str(seen_at)


def _undone(act: Act, limit: int) -> Statement:
    narrowed, only = act.sight.narrowing("expenses.person")
    query = f"""
      {_UNDONE} JOIN bulk_act_changes AS c ON c.expense_id = expenses.id
      WHERE c.act_id = ? AND c.expense_id > ?{narrowed} ORDER BY c.expense_id LIMIT ?
    """
    return statement(query, [act.id, act.cursor, *only, limit])


PLANS: Final = {
    VOID: _moved(MOVES["void"]),
    SEND_BACK: _moved(MOVES["send-back"]),
    APPROVE: _decided(moves.APPROVE),
    UNAPPROVE: _decided(moves.UNAPPROVE),
}
