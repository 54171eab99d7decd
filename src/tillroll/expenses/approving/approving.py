"""Approving, rejecting and taking an approval back, for many expenses; each has an outcome of its own.

An approval is a change of status like any other: told with who and when, guarded by the version that was looked at, so
that nothing is approved that changed meanwhile. Once more is the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.durable import statement
from tillroll.expenses.approving.moving import APPROVE, Move, Outrun, decide_on
from tillroll.expenses.approving.policies import policies_of, policy_of
from tillroll.expenses.approving.policy import Claimed, Violation, violations
from tillroll.expenses.record.rows import SELECT_EXPENSES
from tillroll.expenses.values.checking import MONEY, MONEY_LINES
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import Json, dump, load
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape

MOST_AT_ONCE: Final = 100

_CHOSEN: Final = f"{SELECT_EXPENSES} WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))"  # noqa: S608

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

# Who changed the money of each: by an edit that stands, or in the review of what was read. An edit and its undoing
# leave nothing; what takes an undoing back stands for the edit.
_EDITED: Final = """
  SELECT DISTINCT edited.expense_id, COALESCE(tokens.user_id, substr(edited.actor, 6)) AS user_id
  FROM (
    SELECT made.expense_id, made.actor
    FROM json_each(?2) chosen
    JOIN expense_changes made ON made.expense_id = chosen.value AND made.account_id = ?1
    LEFT JOIN expense_changes undone ON undone.id = made.undoes
    WHERE EXISTS (SELECT 1 FROM expense_change_values changed
                  WHERE changed.change_id = made.id AND changed.field IN (SELECT value FROM json_each(?3)))
      AND (made.undoes IS NULL OR undone.undoes IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM expense_changes undoing WHERE undoing.undoes = made.id)
    UNION ALL
    SELECT expenses.id, decided.actor
    FROM json_each(?2) chosen
    JOIN expenses ON expenses.id = chosen.value AND expenses.account_id = ?1
    JOIN reviews ON reviews.run_id = expenses.run_id
    JOIN review_decisions decided ON decided.review_id = reviews.id AND decided.decision = 'approve'
    WHERE EXISTS (SELECT 1 FROM json_each(decided.corrections) corrected
                  WHERE corrected.key IN (SELECT value FROM json_each(?3)))
  ) edited
  LEFT JOIN tokens ON edited.actor = 'token:' || tokens.id
"""

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
    money: list[Json] = [*sorted(MONEY | MONEY_LINES)]
    rows, decided, edited, policies = await database.batch(
        [
            statement(_CHOSEN, approver.account_id, dump(listed)),
            statement(_DECIDED, approver.account_id, dump(listed)),
            statement(_EDITED, approver.account_id, dump(listed), dump(money)),
            policies_of(approver.account_id),
        ]
    )
    asked = [policy_of(row) for row in policies]
    newest = {text(row, "expense_id"): _decided(row) for row in decided}
    editors: dict[str, set[str]] = {}
    for row in edited:
        editors.setdefault(text(row, "expense_id"), set()).add(text(row, "user_id"))
    return {
        id_: _Looked(row, violations(asked, _claimed(row, editors.get(id_, set())), approver.user_id), newest.get(id_))
        for id_, row in ((text(row, "id"), row) for row in rows)
    }


def _decided(row: Row) -> DecidedShape:
    return DecidedShape(
        decision=text(row, "decision"),
        by=optional_text(row, "name"),
        reason=optional_text(row, "reason"),
        at=text(row, "at"),
    )


def _claimed(row: Row, editors: set[str]) -> Claimed:
    amounts = {text(row, "currency"): integer(row, "total_minor")}
    base = optional_text(row, "base_currency")
    if base is not None:
        amounts.setdefault(base, integer(row, "base_total_minor"))
    parts = load(optional_text(row, "parts") or "[]")
    of_parts = [str(part[0]) for part in parts if isinstance(part, list) and part[0]] if isinstance(parts, list) else []
    own = optional_text(row, "category")
    categories: frozenset[str] = frozenset([*of_parts, *([own] if own else [])])
    return Claimed(categories, optional_text(row, "person"), amounts, frozenset(editors))


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
