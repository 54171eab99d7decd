"""Decisions on many expenses: approved, rejected, or an approval taken back; each has an outcome of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tillroll.access.roles import NOW, behind, person_of
from tillroll.access.sight import Sight
from tillroll.durable import statement
from tillroll.durable.record.audit import append_if_changed
from tillroll.durable.record.changes import touch
from tillroll.expenses import policies
from tillroll.expenses.events import Audited, Written, audited, event_of, nudge
from tillroll.expenses.repository import SELECT_EXPENSES, expense_from
from tillroll.expenses.values import STATUS
from tillroll.platform.actions import Action
from tillroll.platform.bindings.database import ConstraintFailed, Database, Row, integer, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.models import Model
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Move:
    """A decision: the statuses that it leads on from, and where to. `action` is the audit's."""

    decision: str
    begins: tuple[str, ...]
    to: str
    action: Action


APPROVE: Final = Move("approved", ("ready",), "approved", Audited.APPROVAL_GIVEN)
UNAPPROVE: Final = Move("unapproved", ("approved",), "ready", Audited.APPROVAL_TAKEN_BACK)
REJECT: Final = Move("rejected", ("ready", "approved"), "in_review", Audited.APPROVAL_REFUSED)


def decided(platform: Platform, expense: Row, move: Move, reason: str | None, actor: str, now: str) -> Written:
    """A decision on an expense (a row of SELECT_EXPENSES), for a batch, which is refused where that has changed."""
    version = integer(expense, "version")
    insert = f"""
      INSERT INTO approval_decisions (expense_id, from_version, decision, reason, actor, at, roles)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, (
        SELECT {policies.ROLES} FROM users
        WHERE users.id = {person_of("?5")}))
    """  # noqa: S608 - a constant
    record = statement(insert, text(expense, "id"), version, move.decision, reason, actor, now)
    # As its history names it.
    change_id = f"decision:{text(expense, 'id')}:{version}"
    moved = move_to(platform, expense, move.to, move.action, change_id, actor, now)
    return replace(moved, statements=[*moved.statements, record])


def move_to(  # noqa: PLR0913 - each is a value of what is written
    platform: Platform,
    expense: Row,
    to: str,
    action: Action,
    change_id: str,
    actor: str,
    now: str,
    kept: str | None = None,
) -> Written:
    """Give an expense (a row of SELECT_EXPENSES) another status, with both its events, unless it has changed since.
    `action` is the audit's name of it, `change_id` its history's; `kept` stays where this one is voided as a
    duplicate."""
    version, expense_id, run_id = integer(expense, "version"), text(expense, "id"), text(expense, "run_id")
    detail: JsonObject = {"fromVersion": version}
    if kept is not None:
        detail |= {"kept": kept, "voided": expense_id}
    event = audited(expense, f"{expense_id}:{version}:{action}", action, to, actor, now, detail)
    before = expense_from(expense).as_json()
    event_out = event_of(platform, expense, change_id, before, {**before, STATUS: to}, now, kept)
    update = "UPDATE expenses SET status = ?, updated_at = ? WHERE id = ? AND version = ? AND status <> ?"
    statements = [
        statement(update, to, now, expense_id, version, to),
        append_if_changed(event),
        # Notify everyone who waits for the run to change.
        touch(run_id, now),
        event_out.insert,
    ]
    return Written(change_id, expense, statements, event_out)


# An approval is a change of status like any other: told with who and when, guarded by the version that was looked at,
# so that nothing is approved that changed meanwhile. Once more is the same.

MOST_AT_ONCE: Final = 100

_CHOSEN: Final = f"""
  SELECT chosen.*, {policies.LACKS_RECEIPT} AS lacks_receipt FROM ({SELECT_EXPENSES}
    WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))) AS chosen
  JOIN expenses ON expenses.id = chosen.id
"""  # noqa: S608 - constants

# The newest decision on each; a signed-in browser is named by its user, a token by its own id.
_DECIDED: Final = """
  SELECT decided.expense_id, decided.decision, decided.reason, decided.at, users.name AS by
  FROM json_each(?2) chosen
  JOIN approval_decisions decided ON decided.expense_id = chosen.value
  JOIN expenses ON expenses.id = decided.expense_id AND expenses.account_id = ?1
  LEFT JOIN tokens ON decided.actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?1 AND users.id = COALESCE(tokens.user_id, substr(decided.actor, 6))
  WHERE decided.from_version = (SELECT MAX(from_version) FROM approval_decisions WHERE expense_id = chosen.value)
"""

_BY: Final = f"SELECT {policies.ROLES} AS roles, {behind('users.id', NOW)} AS behind FROM users WHERE users.id = ?"  # noqa: S608

Decision = Literal["done", "already", "refused", "not_found"]


class PolicyViolation(Model):
    """A policy that the expense goes against. `hinders`: the person who asked may not approve it."""

    policy: str
    name: str
    effect: str
    reason: str
    hinders: bool


class Decided(Model):
    """The newest decision on an expense: `decision` is approved, unapproved or rejected; `by` is the person's name,
    null where there is no such person any more; `reason` is theirs."""

    decision: str
    by: str | None
    reason: str | None
    at: str


class ApprovalOutcome(Model):
    """What became of one expense: `outcome` is done, already (it was so), refused (`reason` says why) or not_found.
    `decided` is the newest decision before, null where there was none."""

    id: str
    outcome: Decision
    status: str | None
    reason: str | None
    violations: list[PolicyViolation]
    decided: Decided | None


@dataclass(frozen=True)
class Approver:
    """Who decides: their account, their user's id, and how the audit names them."""

    account_id: str
    user_id: str
    actor: str


@dataclass(frozen=True)
class _Looked:
    row: Row
    against: list[policies.Violation]
    decided: Decided | None

    @property
    def status(self) -> str:
        return text(self.row, "status")


async def look(database: Database, approver: Approver, sight: Sight, ids: Sequence[str]) -> list[ApprovalOutcome]:
    """What policies say of expenses that are seen before they are approved: already, refused, or done for what could
    be."""
    looked_at = await _looked_at(database, approver, ids)
    found = {
        expense_id: each
        for expense_id, each in looked_at.items()
        if sight.sees(text(each.row, "account_id"), optional_text(each.row, "person"))
    }
    return [
        _judged(expense_id, found.get(expense_id), APPROVE) or _outcome(expense_id, found[expense_id], "done", None)
        for expense_id in dict.fromkeys(ids)
    ]


async def decide(
    platform: Platform, approver: Approver, ids: Sequence[str], move: Move, reason: str | None
) -> list[ApprovalOutcome]:
    """Decide on each expense (APPROVE, UNAPPROVE or REJECT), and say what became of each."""
    chosen = [*dict.fromkeys(ids)]
    found = await _looked_at(platform.database, approver, chosen)
    outcomes: list[ApprovalOutcome] = []
    for expense_id in chosen:
        judged = _judged(expense_id, found.get(expense_id), move)
        outcomes.append(judged or await _decide(platform, approver, found[expense_id], move, reason))
    return outcomes


async def _decide(
    platform: Platform, approver: Approver, looked: _Looked, move: Move, reason: str | None
) -> ApprovalOutcome:
    expense_id = text(looked.row, "id")
    moved = decided(platform, looked.row, move, reason, approver.actor, to_text(platform.clock.now()))
    try:
        await platform.database.batch(moved.statements)
    except ConstraintFailed:
        now = (await _looked_at(platform.database, approver, [expense_id])).get(expense_id, looked)
        if now.status == move.to:
            return _outcome(expense_id, now, "already", None)
        return _outcome(expense_id, now, "refused", "It was changed meanwhile: look at it again.")
    await nudge(platform, [moved])
    return _outcome(expense_id, looked, "done", None, move.to)


def _judged(expense_id: str, looked: _Looked | None, move: Move) -> ApprovalOutcome | None:
    """The outcome where nothing is decided."""
    if looked is None:
        return _outcome(expense_id, None, "not_found", None)
    if looked.status == move.to:
        return _outcome(expense_id, looked, "already", None)
    hindrance = _hindrance(looked, move)
    return None if hindrance is None else _outcome(expense_id, looked, "refused", hindrance)


async def hindrances(database: Database, approver: Approver, ids: Sequence[str], move: Move) -> dict[str, str | None]:
    """By the expenses' ids, why a decision is not made on one; None where it is."""
    found = await _looked_at(database, approver, ids)
    return {expense_id: _hindrance(looked, move) for expense_id, looked in found.items()}


_WAYS: Final = {
    "in_review": "It was sent back to review: confirm it first.",
    "voided": "It is voided: restore it first.",
    "ready": "It is not approved.",
}


def _hindrance(looked: _Looked, move: Move) -> str | None:
    if looked.status not in move.begins:
        return _WAYS.get(looked.status, f"It is {looked.status}, and that does not lead to {move.to}.")
    return next((each.reason for each in looked.against if each.hinders), None) if move is APPROVE else None


async def _looked_at(database: Database, approver: Approver, ids: Sequence[str]) -> dict[str, _Looked]:
    rows, decided, edited, held_then, roles = await database.batch(
        [
            statement(_CHOSEN, approver.account_id, dump([*ids])),
            statement(_DECIDED, approver.account_id, dump([*ids])),
            policies.edits_of(approver.account_id, ids),
            policies.policies_of(approver.account_id, policies.HeldAt.APPROVAL),
            statement(_BY, approver.user_id),
        ]
    )
    held = [of_row(policies.Policy, row) for row in held_then]
    by = policies.By.of(approver.user_id, roles[0]) if roles else policies.By(approver.user_id)
    newest = {text(row, "expense_id"): of_row(Decided, row) for row in decided}
    return {
        id_: _Looked(row, policies.violations(held, policies.claimed_of(row, edited), by), newest.get(id_))
        for id_, row in ((text(row, "id"), row) for row in rows)
    }


def _outcome(
    expense_id: str, looked: _Looked | None, outcome: Decision, reason: str | None, status: str | None = None
) -> ApprovalOutcome:
    against = [] if looked is None else looked.against
    return ApprovalOutcome(
        id=expense_id,
        outcome=outcome,
        status=status or (None if looked is None else looked.status),
        reason=reason,
        violations=[
            PolicyViolation(
                policy=each.policy.id,
                name=each.policy.name,
                effect=each.policy.effect.value,
                reason=each.reason,
                hinders=each.hinders,
            )
            for each in against
        ],
        decided=None if looked is None else looked.decided,
    )
