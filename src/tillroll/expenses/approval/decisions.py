"""Decisions on many expenses: approved, rejected, or an approval taken back; each has an outcome of
its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from tillroll.access.roles import NOW, behind, person_of
from tillroll.expenses.approval import policies
from tillroll.expenses.approval.chain_steps import (
    WAITS_SINCE,
    ApprovalChain,
    Chain,
    begun_anew,
    chain_of,
    circle_of,
    first_told,
    queries_of,
    step_given,
    step_reassigned,
    told_again,
    told_sent_back,
)
from tillroll.expenses.approval.own_expenses import four_eyes_of, is_on, own_violation
from tillroll.expenses.events import Audited, Written, audited, event_of, nudge
from tillroll.expenses.repository import JOIN_BASE, MEDIA_TYPE, SELECT_EXPENSES, expense_from
from tillroll.expenses.values import STATUS
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import touch
from tillroll_durable.sight import Sight


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
    record = statement(insert, text(expense, "id"), version, move.decision, reason, actor, now)
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
        statement(update, to, now, expense_id, version, to),
        append_if_changed(event),
        # Notify everyone who waits for the run to change.
        touch(run_id, now),
        *(begun_anew(expense, actor, now) if restarts_chain else []),
        event_out.insert,
    ]
    return Written(change_id, expense, statements=statements, event=event_out)


# An approval is a change of status like any other: told with who and when, guarded by the version
# that was looked at, so that nothing is approved that changed meanwhile. Once more is the same.

MOST_AT_ONCE: Final = 100

VERSION_NEEDED: Final = Kind(
    "version-needed", 428, "The change must say which version it was made from"
)


class VersionsNeeded(Refusal):
    """An approval does not say which versions of the expenses were looked at."""

    kind = VERSION_NEEDED
    explanation = (
        "Send `versions` beside `ids`: the `version` of each expense that you looked at, in the "
        "order of `ids`."
    )


def versions_of(ids: Sequence[str], versions: Sequence[int] | None) -> dict[str, int]:
    """The version that was looked at of each expense. Raises VersionsNeeded, or ValuesRefused where
    they do not belong to the ids."""
    if versions is None:
        raise VersionsNeeded
    if len(versions) != len(ids):
        message = "Give one version for each of `ids`, in their order."
        raise ValuesRefused([("versions", message)])
    by_id: dict[str, int] = {}
    for expense_id, version in zip(ids, versions, strict=True):
        if by_id.setdefault(expense_id, version) != version:
            message = f"{expense_id} has two versions here: give the one that you looked at."
            raise ValuesRefused([("versions", message)])
    return by_id


_CHOSEN: Final = f"""
  SELECT chosen.*, {policies.LACKS_RECEIPT} AS lacks_receipt, {WAITS_SINCE} AS waits_since,
    {MEDIA_TYPE}
  FROM ({SELECT_EXPENSES} WHERE expenses.account_id = ? AND expenses.id IN (SELECT value
      FROM json_each(?))) AS chosen
  JOIN expenses ON expenses.id = chosen.id
"""

# What is known of each before it is decided, and no more of it: many are looked at for one number.
_JUDGED: Final = f"""
  SELECT expenses.id, expenses.status, expenses.person, expenses.currency, expenses.total_minor,
      expenses.category,
    (SELECT json_group_array(json_array(category)) FROM expense_parts
     WHERE expense_id = expenses.id AND expenses.is_split = 1) AS parts,
    (SELECT name FROM users WHERE users.id = expenses.person
        AND users.account_id = expenses.account_id) AS person_name,
    base.base_currency, base.total_minor AS base_total_minor,
    {policies.LACKS_RECEIPT} AS lacks_receipt, {WAITS_SINCE} AS waits_since
  FROM expenses {JOIN_BASE}
  WHERE expenses.account_id = ? AND expenses.id IN (SELECT value FROM json_each(?))
"""

# The newest decision on each; a signed-in browser is named by its user, a token by its own id.
_DECIDED: Final = """
  SELECT decided.expense_id, decided.decision, decided.reason, decided.at, users.name AS by
  FROM json_each(?2) chosen
  JOIN approval_decisions decided ON decided.expense_id = chosen.value
  JOIN expenses ON expenses.id = decided.expense_id AND expenses.account_id = ?1
  LEFT JOIN tokens ON decided.actor = 'token:' || tokens.id
  LEFT JOIN users ON users.account_id = ?1 AND users.id = COALESCE(tokens.user_id,
      substr(decided.actor, 6))
  WHERE decided.from_version = (SELECT MAX(from_version) FROM approval_decisions
      WHERE expense_id = chosen.value)
"""

_BY: Final = (
    f"SELECT {policies.ROLES} AS roles, {behind('users.id', NOW)} AS behind FROM "
    "users WHERE "
    "users.id = ?"
)

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


class Decided(Model):
    """The newest decision on an expense: `decision` is approved, unapproved, rejected or unrejected
    (the refusal was taken back); `by` is the person's name, null where there is no such person any
    more; `reason` is theirs.
    """

    decision: str
    by: str | None
    reason: str | None
    at: str


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


@dataclass(frozen=True)
class Approver:
    """Who decides: their account, their user's id, and how the audit names them. Of a token, a link
    or an act it is the person behind.
    """

    account_id: str
    user_id: str
    actor: str


@dataclass(frozen=True)
class Looked:
    """An expense as somebody finds it who would decide on it: `row` is one of SELECT_EXPENSES."""

    row: Row
    against: list[policies.Violation]
    decided: Decided | None
    chain: Chain | None
    user_id: str

    @property
    def status(self) -> str:
        return text(self.row, "status")


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
        _judged(expense_id, visible.get(expense_id), APPROVE)
        or outcome_of(expense_id, visible[expense_id], outcome="done", reason=None)
        for expense_id in dict.fromkeys(ids)
    ]


CHANGED: Final = "It was changed meanwhile: look at it again."


async def approve(
    platform: Platform, approver: Approver, versions: Mapping[str, int]
) -> list[ApprovalOutcome]:
    """Approve each expense as it was looked at: `versions` has the version of each, by its id.
    What was changed since is refused. Where a chain is to approve it, this does the step that is
    this person's, and no other."""
    return await _decide_each(
        platform, approver, ids=[*versions], move=APPROVE, reason=None, versions=versions
    )


async def decide(
    platform: Platform, approver: Approver, ids: Sequence[str], move: Move, reason: str | None
) -> list[ApprovalOutcome]:
    """Take the approval of each expense back, or reject it (UNAPPROVE or REJECT), and say what
    became of each."""
    return await _decide_each(
        platform, approver, ids=[*dict.fromkeys(ids)], move=move, reason=reason, versions={}
    )


async def _decide_each(
    platform: Platform,
    approver: Approver,
    ids: Sequence[str],
    move: Move,
    reason: str | None,
    versions: Mapping[str, int],
) -> list[ApprovalOutcome]:
    looks = await look_at(platform, approver, ids)
    outcomes: list[ApprovalOutcome] = []
    for expense_id in ids:
        looked = looks.get(expense_id)
        outcome = _judged(expense_id, looked, move=move, version=versions.get(expense_id))
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
        if now.status == move.to:
            return outcome_of(expense_id, now, outcome="already", reason=None)
        return outcome_of(expense_id, now, outcome="refused", reason=CHANGED)
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


def _judged(
    expense_id: str, looked: Looked | None, move: Move, version: int | None = None
) -> ApprovalOutcome | None:
    """The outcome where nothing is decided. `version` is the one that the person looked at; None
    where the decision names none."""
    if looked is None:
        return outcome_of(expense_id, None, outcome="not_found", reason=None)
    if looked.status == move.to:
        return outcome_of(expense_id, looked, outcome="already", reason=None)
    if version is not None and version != integer(looked.row, "version"):
        return outcome_of(expense_id, looked, outcome="refused", reason=CHANGED)
    reason = hindrance(looked, move)
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


async def look_at(
    platform: Platform, approver: Approver, ids: Sequence[str], *, is_shown: bool = True
) -> dict[str, Looked]:
    """Expenses by their ids, as this person finds them before they decide. Unless `is_shown`, a row
    has what decides alone, and nothing is `decided`.
    """
    today = platform.clock.now().date().isoformat()
    results = await platform.database.batch(
        [
            statement(_CHOSEN if is_shown else _JUDGED, approver.account_id, dump([*ids])),
            statement(_DECIDED, approver.account_id, dump([*ids] if is_shown else [])),
            policies.edits_of(approver.account_id, ids),
            policies.policies_of(approver.account_id, policies.HeldAt.APPROVAL),
            statement(_BY, approver.user_id),
            four_eyes_of(approver.account_id),
            *queries_of(approver.account_id, ids, today),
        ]
    )
    rows, decided, edited, held_then, roles, four_eyes, rules, people, substitutes, steps = results
    active_policies = [of_row(policies.Policy, row) for row in held_then]
    if roles:
        by = policies.By.of(approver.user_id, roles[0])
    else:
        by = policies.By(approver.user_id)
    newest = {text(row, "expense_id"): of_row(Decided, row) for row in decided}
    circle = circle_of(rules, people, substitutes)
    looks = dict[str, Looked]()
    edits = _by_expense(edited)
    approvals = _by_expense(steps)
    for row in rows:
        id_ = text(row, "id")
        claimed = policies.claimed_of(row, edits.get(id_, []))
        if circle.rules:
            chain = chain_of(row, claimed, circle=circle, steps=approvals.get(id_, []))
        else:
            chain = None
        against = policies.violations(active_policies, claimed, by)
        # A chain holds four eyes itself.
        if chain is None and is_on(four_eyes):
            own = own_violation(claimed, by, circle.people)
            if own is not None:
                against.append(own)
        looks[id_] = Looked(
            row, against, decided=newest.get(id_), chain=chain, user_id=approver.user_id
        )
    return looks


def _by_expense(rows: Sequence[Row]) -> dict[str, list[Row]]:
    groups = dict[str, list[Row]]()
    for row in rows:
        groups.setdefault(text(row, "expense_id"), []).append(row)
    return groups


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
