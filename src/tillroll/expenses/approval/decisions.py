"""Decisions on many expenses: approved, rejected, or an approval taken back; each has an outcome of
its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.access.roles import person_of
from tillroll.expenses.approval.chain_steps import (
    ApprovalChain,
    Chain,
    begun_anew,
    circle_of,
    first_told,
    queries_of,
    step_given,
    step_reassigned,
    told_again,
)
from tillroll.expenses.approval.judged import (
    Approver,
    Decided,
    Looked,
    look_at,
)
from tillroll.expenses.approval.meanwhile import CHANGED, View, done_meanwhile, is_repeated
from tillroll.expenses.approval.moves import (
    APPROVE,
    Move,
    decided,
)
from tillroll.expenses.events import Written, nudge
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    integer,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

# An approval is a change of status like any other: told with who and when, guarded by the version
# that was looked at, so that nothing is approved that changed meanwhile. Once more is the same.

MOST_AT_ONCE: Final = 100

Outcome = Literal["done", "already", "refused", "not_found"]


class PolicyViolation(Model):
    """A policy that the expense goes against. `hinders`: the person who asked may not approve
    it.
    """

    policy: str
    name: str
    effect: str
    reason: str
    hinders: bool


class ApprovalOutcome(Model):
    """What became of one expense: `outcome` is done, already (it was so), refused (`reason` says
    why) or not_found. `decided` is the newest decision before, null where there was none. `chain`
    is who approves it in order, null where no rule is for it: approving does the caller's step
    alone, and the last step approves the expense.
    """

    id: str
    outcome: Outcome
    status: str | None
    reason: str | None
    violations: list[PolicyViolation]
    decided: Decided | None
    chain: ApprovalChain | None


async def look(
    platform: Platform, approver: Approver, sight: Sight, ids: Sequence[str]
) -> list[ApprovalOutcome]:
    """What policies say of expenses that are seen before they are approved: already, refused, or
    done for what could be.
    """
    looked_at = await look_at(platform, approver, ids)
    visible = {
        expense_id: each
        for expense_id, each in looked_at.items()
        if sight.sees(text(each.row, "account_id"), optional_text(each.row, "person"))
    }
    return [
        _judged(expense_id, visible.get(expense_id), move=APPROVE, view=View())
        or outcome_of(expense_id, visible[expense_id], outcome="done", reason=None)
        for expense_id in dict.fromkeys(ids)
    ]


async def approve(
    platform: Platform, approver: Approver, views: Mapping[str, View]
) -> list[ApprovalOutcome]:
    """Approve each expense as it was looked at: `views` says how, by its id. What was changed or
    decided since is refused. Where a chain is to approve it, this does the step that is this
    person's, and no other."""
    return await decide(platform, approver, views, move=APPROVE, reason=None)


async def decide(
    platform: Platform,
    approver: Approver,
    views: Mapping[str, View],
    move: Move,
    reason: str | None,
) -> list[ApprovalOutcome]:
    """Make a decision on each expense as it was looked at, and say what became of each."""
    looks = await look_at(platform, approver, [*views])
    outcomes: list[ApprovalOutcome] = []
    for expense_id, view in views.items():
        looked = looks.get(expense_id)
        outcome = _judged(expense_id, looked, move=move, view=view)
        if outcome is None:
            outcome = await _decide(
                platform, approver, looked=looks[expense_id], move=move, reason=reason
            )
        outcomes.append(outcome)
    return outcomes


async def _decide(
    platform: Platform, approver: Approver, looked: Looked, move: Move, reason: str | None
) -> ApprovalOutcome:
    expense_id = text(looked.row, "id")
    before = looked.chain
    written = decision(platform, looked, move=move, reason=reason, approver=approver)
    try:
        await platform.database.batch(written.statements)
    except ConstraintFailed:
        now = (await look_at(platform, approver, [expense_id])).get(expense_id, looked)
        outcome = _judged(expense_id, now, move=move, view=_view_of(looked))
        return outcome or outcome_of(expense_id, now, outcome="refused", reason=CHANGED)
    await nudge(platform, written.moved)
    if before is None:
        return outcome_of(expense_id, looked, outcome="done", reason=None, status=move.to)
    now = (await look_at(platform, approver, [expense_id])).get(expense_id, looked)
    return outcome_of(expense_id, now, outcome="done", reason=None)


@dataclass(frozen=True)
class Decision:
    """What a decision writes in one batch; `moved` is the expense's move, empty where its chain
    goes on.
    """

    statements: Sequence[Statement]
    moved: Sequence[Written]
    is_step: bool


def decision(
    platform: Platform, looked: Looked, move: Move, reason: str | None, approver: Approver
) -> Decision:
    """A decision on what was looked at: the person's step, and the expense's move where that was
    the last one.
    """
    now = to_text(platform.clock.now())
    statements = list[Statement]()
    chain = looked.chain if move is APPROVE else None
    if chain is not None:
        statements += step_given(
            looked.row, chain, user_id=approver.user_id, actor=approver.actor, now=now
        )
        if not chain.is_last:
            return Decision(statements, [], is_step=True)
    moved = decided(platform, looked.row, move=move, reason=reason, actor=approver.actor, now=now)
    return Decision([*statements, *moved.statements], [moved], is_step=False)


async def reassign(
    platform: Platform, approver: Approver, ids: Sequence[str], to: str
) -> list[ApprovalOutcome]:
    """Give the step that each expense waits for to a person, who may approve. Given to them again,
    it stays so.
    """

    def write(looked: Looked, chain: Chain, now: str) -> Sequence[Statement]:
        by = (approver.user_id, approver.actor, now)
        is_theirs = chain.turn is not None and chain.reassigned.get(chain.turn.number) == to
        if is_theirs:
            return []
        return step_reassigned(looked.row, chain, to=to, by=by)

    return await _administered(platform, approver, ids=ids, write=write)


async def begin_anew(
    platform: Platform, approver: Approver, ids: Sequence[str]
) -> list[ApprovalOutcome]:
    """The chain of each expense begins again, under the rules of today."""

    def write(looked: Looked, _chain: Chain, now: str) -> Sequence[Statement]:
        return begun_anew(looked.row, approver.actor, now)

    return await _administered(platform, approver, ids=ids, write=write)


async def _administered(
    platform: Platform,
    approver: Approver,
    ids: Sequence[str],
    write: Callable[[Looked, Chain, str], Sequence[Statement]],
) -> list[ApprovalOutcome]:
    chosen = [*dict.fromkeys(ids)]
    outcomes = list[ApprovalOutcome]()
    for expense_id, looked in [
        (each, (await look_at(platform, approver, [each])).get(each)) for each in chosen
    ]:
        if looked is None:
            outcomes.append(outcome_of(expense_id, None, outcome="not_found", reason=None))
        elif looked.status != "ready" or looked.chain is None:
            sentence = (
                "It waits for no chain."
                if looked.status == "ready"
                else _WAYS.get(looked.status, "It is approved.")
            )
            outcomes.append(outcome_of(expense_id, looked, outcome="refused", reason=sentence))
        else:
            try:
                statements = write(looked, looked.chain, to_text(platform.clock.now()))
                if statements:
                    await platform.database.batch([*statements])
            except ConstraintFailed:
                outcomes.append(outcome_of(expense_id, looked, outcome="refused", reason=CHANGED))
                continue
            now = (await look_at(platform, approver, [expense_id])).get(expense_id, looked)
            outcomes.append(outcome_of(expense_id, now, outcome="done", reason=None))
    return outcomes


def _view_of(looked: Looked) -> View:
    step = None
    if looked.chain is not None and looked.chain.turn is not None:
        step = looked.chain.turn.number
    return View(integer(looked.row, "version"), step)


def _judged(
    expense_id: str, looked: Looked | None, move: Move, view: View
) -> ApprovalOutcome | None:
    """The outcome where nothing is decided; None where the decision is made."""
    if looked is None:
        return outcome_of(expense_id, None, outcome="not_found", reason=None)
    if is_repeated(looked, move, view):
        return outcome_of(expense_id, looked, outcome="already", reason=None)
    reason = done_meanwhile(looked, view) or hindrance(looked, move)
    if reason is None:
        return None
    return outcome_of(expense_id, looked, outcome="refused", reason=reason)


_WAYS: Final = {
    "in_review": "It was sent back: answer what is asked, then confirm it first.",
    "voided": "It is voided: restore it first.",
    "ready": "It is not approved.",
}


def hindrance(looked: Looked, move: Move) -> str | None:
    """Why a decision is not made on an expense; None where it is."""
    if looked.status not in move.begins:
        return _WAYS.get(
            looked.status, f"It is {looked.status}, and that does not lead to {move.to}."
        )
    if move is not APPROVE:
        return None
    hindering = next((each.reason for each in looked.against if each.hinders), None)
    return hindering or (None if looked.chain is None else looked.chain.hindrance(looked.user_id))


async def tell_first(
    platform: Platform, account_id: str, expense_id: str, now: str
) -> list[Statement]:
    """What tells those who approve an expense first that it waits for them; empty where no rule is
    for it, and where it waits for nobody any more.
    """
    looked = (await look_at(platform, Approver(account_id, "", ""), [expense_id])).get(expense_id)
    if looked is None or looked.status != "ready" or looked.chain is None:
        return []
    return first_told(looked.row, looked.chain, now)


async def tell_again(
    platform: Platform, account_id: str, expense_id: str, but: str
) -> list[Statement]:
    """What tells those who can approve an expense that `but`, a user, has looked at it again."""
    now = to_text(platform.clock.now())
    looked = (await look_at(platform, Approver(account_id, "", ""), [expense_id])).get(expense_id)
    if looked is None:
        return []
    rules, people, substitutes, _ = await platform.database.batch(
        queries_of(account_id, [], now[:10])
    )
    return told_again(
        looked.row,
        looked.chain,
        able=circle_of(rules, people, substitutes).people,
        but=but,
        now=now,
    )


async def notices_of_ends(
    platform: Platform, account_id: str, categories: Mapping[str, str | None], actor: str
) -> list[Statement]:
    """What tells those who can approve expenses whose approval ends, but for `actor`, who sorts
    them anew: for the batch of that. `categories` are those that the expenses get, by their ids.
    """
    if not categories:
        return []
    now = to_text(platform.clock.now())
    becomes: dict[str, Row] = {
        expense_id: {"category": category, "status": "ready", "waits_since": now}
        for expense_id, category in categories.items()
    }
    looks = await look_at(platform, Approver(account_id, "", ""), [*categories], becomes=becomes)
    user = statement(f"SELECT {person_of('?1')} AS id", [actor])
    users, rules, people, substitutes, _ = await platform.database.batch(
        [user, *queries_of(account_id, [], now[:10])]
    )
    able = circle_of(rules, people, substitutes).people
    but = optional_text(users[0], "id") or ""
    return [
        one
        for looked in looks.values()
        for one in told_again(looked.row, looked.chain, able=able, but=but, now=now)
    ]


def outcome_of(
    expense_id: str,
    looked: Looked | None,
    outcome: Outcome,
    reason: str | None,
    status: str | None = None,
) -> ApprovalOutcome:
    """What is said of an expense; `looked` is None where it was not found."""
    against = [] if looked is None else looked.against
    approval_chain = (
        None if looked is None or looked.chain is None else looked.chain.shown(looked.user_id)
    )
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
        chain=approval_chain,
    )
