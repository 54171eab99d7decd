"""Approving, rejecting and taking an approval back, for many expenses; each has an outcome of its own.

An approval is a change of status like any other: told with who and when, guarded by the version that was looked at, so
that nothing is approved that changed meanwhile. Once more is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.access.behind import NOW, behind
from tillroll.durable import statement
from tillroll.expenses.approving.facts import LACKS_RECEIPT, ROLES, claimed_of, edits_of, roles_in
from tillroll.expenses.approving.moving import APPROVE, Move, Outrun, decide_on
from tillroll.expenses.approving.policies import policies_of, policy_of
from tillroll.expenses.approving.policy import By, HeldAt, Violation, violations
from tillroll.expenses.record.rows import SELECT_EXPENSES
from tillroll.platform.bindings.database import Database, Row, optional_text, text
from tillroll.platform.json import Json, dump, load_texts
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape

MOST_AT_ONCE: Final = 100

_CHOSEN: Final = f"""
  SELECT chosen.*, {LACKS_RECEIPT} AS lacks_receipt FROM ({SELECT_EXPENSES}
    WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))) AS chosen
  JOIN expenses ON expenses.id = chosen.id
"""  # noqa: S608 - constants

# The newest decision on each; a signed-in browser is named by its user, a token by its own id.
_DECIDED: Final = """
  SELECT decided.expense_id, decided.decision, decided.reason, decided.at, users.name
  FROM json_each(?2) chosen
  JOIN approval_decisions decided ON decided.expense_id = chosen.value
  JOIN expenses ON expenses.id = decided.expense_id AND expenses.account_id = ?1
  LEFT JOIN tokens ON decided.actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?1 AND users.id = COALESCE(tokens.user_id, substr(decided.actor, 6))
  WHERE decided.from_version = (SELECT MAX(from_version) FROM approval_decisions WHERE expense_id = chosen.value)
"""

_BY: Final = f"SELECT {ROLES} AS roles, {behind('users.id', NOW)} AS behind FROM users WHERE users.id = ?"  # noqa: S608

Decision = Literal["done", "already", "refused", "not_found"]


class ViolationShape(Shape):
    """A policy that the expense goes against. `hinders`: whoever asked may not approve it."""

    policy: str
    name: str
    effect: str
    reason: str
    hinders: bool


class DecidedShape(Shape):
    """The newest decision on an expense: `decision` is approved, unapproved or rejected; `by` is the person's name,
    null where there is no such person any more; `reason` is theirs."""

    decision: str
    by: str | None
    reason: str | None
    at: str


class OutcomeShape(Shape):
    """What became of one expense: `outcome` is done, already (it was so), refused (`reason` says why) or not_found.
    `decided` is the newest decision before, null where there was none."""

    id: str
    outcome: Decision
    status: str | None
    reason: str | None
    violations: list[ViolationShape]
    decided: DecidedShape | None


@dataclass(frozen=True)
class Approver:
    """Who decides: their account, their user's id, and how the audit names them."""

    account_id: str
    user_id: str
    actor: str


@dataclass(frozen=True)
class _Looked:
    """An expense as it was looked at."""

    row: Row
    against: list[Violation]
    decided: DecidedShape | None

    @property
    def status(self) -> str:
        return text(self.row, "status")


async def look(database: Database, approver: Approver, ids: Sequence[str]) -> list[OutcomeShape]:
    """What policies say of expenses before they are approved; `outcome` is already, refused, or done for what could
    be."""
    found = await _looked_at(database, approver, ids)
    return [_previewed(expense_id, found.get(expense_id)) for expense_id in dict.fromkeys(ids)]


async def decide(
    platform: Platform, approver: Approver, ids: Sequence[str], move: Move, reason: str | None
) -> list[OutcomeShape]:
    """Decide on each expense (APPROVE, UNAPPROVE or REJECT), and say what became of each."""
    chosen = [*dict.fromkeys(ids)]
    found = await _looked_at(platform.database, approver, chosen)
    outcomes: list[OutcomeShape] = []
    for expense_id in chosen:
        looked = found.get(expense_id)
        if looked is None:
            outcomes.append(_outcome(expense_id, None, "not_found", None))
        else:
            outcomes.append(await _decide(platform, approver, looked, move, reason))
    return outcomes


async def _decide(
    platform: Platform, approver: Approver, looked: _Looked, move: Move, reason: str | None
) -> OutcomeShape:
    expense_id = text(looked.row, "id")
    if looked.status == move.to:
        return _outcome(expense_id, looked, "already", None)
    hindrance = _hindrance(looked, move)
    if hindrance is not None:
        return _outcome(expense_id, looked, "refused", hindrance)
    try:
        await decide_on(platform, looked.row, move, reason, approver.actor)
    except Outrun:
        now = (await _looked_at(platform.database, approver, [expense_id])).get(expense_id, looked)
        if now.status == move.to:
            return _outcome(expense_id, now, "already", None)
        return _outcome(expense_id, now, "refused", "It was changed meanwhile: look at it again.")
    return _outcome(expense_id, looked, "done", None, move.to)


async def hindrances(database: Database, approver: Approver, ids: Sequence[str], move: Move) -> dict[str, str | None]:
    """By the expenses' ids, why a decision is not made on one; None where it is."""
    found = await _looked_at(database, approver, ids)
    return {expense_id: _hindrance(looked, move) for expense_id, looked in found.items()}


def _hindrance(looked: _Looked, move: Move) -> str | None:
    if looked.status not in move.begins:
        return _not_from(looked.status, move)
    return next((each.reason for each in looked.against if each.hinders), None) if move is APPROVE else None


async def _looked_at(database: Database, approver: Approver, ids: Sequence[str]) -> dict[str, _Looked]:
    listed: list[Json] = [*ids]
    rows, decided, edited, policies, roles = await database.batch(
        [
            statement(_CHOSEN, approver.account_id, dump(listed)),
            statement(_DECIDED, approver.account_id, dump(listed)),
            edits_of(approver.account_id, ids),
            policies_of(approver.account_id, HeldAt.APPROVAL),
            statement(_BY, approver.user_id),
        ]
    )
    asked, by = [policy_of(row) for row in policies], By(approver.user_id)
    if roles:
        by = By(approver.user_id, roles_in(roles[0]), frozenset(load_texts(text(roles[0], "behind"))))
    newest = {text(row, "expense_id"): _decided(row) for row in decided}
    return {
        id_: _Looked(row, violations(asked, claimed_of(row, edited), by), newest.get(id_))
        for id_, row in ((text(row, "id"), row) for row in rows)
    }


def _decided(row: Row) -> DecidedShape:
    return DecidedShape(
        decision=text(row, "decision"),
        by=optional_text(row, "name"),
        reason=optional_text(row, "reason"),
        at=text(row, "at"),
    )


def _previewed(expense_id: str, looked: _Looked | None) -> OutcomeShape:
    if looked is None:
        return _outcome(expense_id, None, "not_found", None)
    if looked.status == APPROVE.to:
        return _outcome(expense_id, looked, "already", None)
    if looked.status not in APPROVE.begins:
        return _outcome(expense_id, looked, "refused", _not_from(looked.status, APPROVE))
    hindering = [each for each in looked.against if each.hinders]
    return _outcome(expense_id, looked, "refused" if hindering else "done", hindering[0].reason if hindering else None)


def _not_from(status: str, move: Move) -> str:
    ways = {
        "in_review": "It was sent back to review: confirm it first.",
        "voided": "It is voided: restore it first.",
        "ready": "It is not approved.",
    }
    return ways.get(status, f"It is {status}, and that does not lead to {move.to}.")


def _outcome(
    expense_id: str, looked: _Looked | None, outcome: Decision, reason: str | None, status: str | None = None
) -> OutcomeShape:
    against = [] if looked is None else looked.against
    return OutcomeShape(
        id=expense_id,
        outcome=outcome,
        status=status or (None if looked is None else looked.status),
        reason=reason,
        violations=[
            ViolationShape(
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
