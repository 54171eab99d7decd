"""Policies: what one asks of an expense, what the tables say of an expense for it, and the rows of
policies.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import behind, holders
from tillroll.expenses.events import Audited
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.sorting.category_names import own_name
from tillroll.expenses.values import MONEY, MONEY_LINES
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    Money,
    minor_from_decimal_string,
)
from tillroll_documents.reading.correction import MAX_CATEGORY_LENGTH
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import (
    AuditEvent,
    append_if_changed,
    event_of_account,
    guarded_batch,
)
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump, load, load_texts
from tillroll_durable.platform.models import Flag, Model, RequestBody
from tillroll_durable.platform.naming import is_among
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform


class Effect(StrEnum):
    """What a policy does with an expense that it is about.

    REFUSE: nobody approves, or claims, it as it is. FOUR_EYES: its approval is not that of the one
    who handed it in, nor of the one who changed its money since. WARN: anyone who approves, or
    claims, it sees the warning.
    """

    REFUSE = "refuse"
    FOUR_EYES = "four_eyes"
    WARN = "warn"


class HeldAt(StrEnum):
    """When a policy is held: before an expense is approved, or before what was approved is
    claimed.
    """

    APPROVAL = "approval"
    CLAIM = "claim"


@dataclass(frozen=True)
class Policy:
    """A policy is about the expenses of `category`, handed in by `person` (a user's id), of more
    than `above_minor` in `currency`; each is None for all. `without_receipt`: only about those that
    have none. It is not about what `unless_approved_by`, a role or a user's id, approves.
    """

    id: str
    name: str
    effect: Effect
    category: str | None = None
    person: str | None = None
    currency: str | None = None
    above_minor: int | None = None
    held_at: HeldAt = HeldAt.APPROVAL
    without_receipt: bool = False
    unless_approved_by: str | None = None

    @property
    def limit(self) -> Money | None:
        if self.above_minor is None or self.currency is None:
            return None
        return Money(self.above_minor, self.currency)


@dataclass(frozen=True)
class Claimed:
    """What policies look at: the categories of its parts too, and its amount in each currency that
    it is known in, in minor units. `editors` are the users who changed its money after it was
    handed in. What is no purchase, such as a journey by the kilometre, lacks no receipt. `behind`
    are the users who may have been any of them.
    """

    categories: frozenset[str]
    person: str | None
    amounts: dict[str, int]
    editors: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()
    lacks_receipt: bool = False


@dataclass(frozen=True)
class By:
    """Who approves, or approved, None where nobody knows; their roles then, and the users who may
    have been them.
    """

    user_id: str | None
    roles: frozenset[str] = frozenset()
    behind: frozenset[str] = frozenset()

    @classmethod
    def of(cls, user_id: str, row: Row) -> "By":
        """Read it from a row with `roles` and `behind`."""
        return cls(user_id, roles_in(row), frozenset(load_texts(text(row, "behind"))))


@dataclass(frozen=True)
class Violation:
    """A policy that an expense goes against, and why. `hinders`: it may not be approved, or
    claimed.
    """

    policy: Policy
    reason: str
    hinders: bool


def violations(policies: Iterable[Policy], claimed: Claimed, by: By) -> list[Violation]:
    """The policies that an expense goes against, where `by` approves it, or has."""
    results: list[Violation] = []
    for policy in policies:
        why = _is_about(policy, claimed, by)
        if why is None:
            continue
        if policy.effect is Effect.FOUR_EYES:
            is_own = claimed.person is None or by.user_id is None or claimed.person == by.user_id
            is_edited = not is_own and by.user_id in claimed.editors
            # One of them came by a link that the other made and saw: the two may be one person.
            is_let_in = not is_own and not is_edited and bool(by.behind & claimed.behind)
            hinders = is_own or is_edited or is_let_in
            # What is claimed was approved: nothing is left to be said of one that is in order.
            if policy.held_at is HeldAt.CLAIM and not hinders:
                continue
            who = "changed its amounts" if is_edited else "handed it in"
            if is_let_in:
                who += (
                    " or changed it (you may be the same person, by a sign-in link that one made "
                    "for the other)"
                )
            reason = f"{why}: it needs approval by someone other than the person who {who}."
            results.append(Violation(policy, reason, hinders))
        else:
            if policy.held_at is HeldAt.CLAIM:
                done = "claimed"
            else:
                done = "approved"
            if policy.effect is Effect.WARN:
                reason = f"{why}."
            else:
                reason = f"{why}: it is not {done} like this."
            results.append(Violation(policy, reason, hinders=policy.effect is Effect.REFUSE))
    return results


def _is_about(policy: Policy, claimed: Claimed, by: By) -> str | None:
    """Why it is, as the beginning of a sentence; None where it is not."""
    passes = (
        policy.category is not None and not is_among(policy.category, claimed.categories),
        policy.person is not None and policy.person != claimed.person,
        policy.without_receipt and not claimed.lacks_receipt,
        policy.unless_approved_by is not None
        and policy.unless_approved_by in {by.user_id, *by.roles},
    )
    if any(passes):
        return None
    lacking = "it has no receipt" if policy.without_receipt else None
    if policy.currency is None or policy.above_minor is None:
        if lacking is None:
            return f"{policy.name} applies"
        return f"{policy.name}: {lacking}"
    amount = claimed.amounts.get(policy.currency)
    if amount is not None and abs(amount) <= policy.above_minor:
        return None
    if amount is None:
        limit = f"its amount in {policy.currency} is not known"
    else:
        limit = "it is above the limit"
    if lacking is None:
        return f"{policy.name}: {limit}"
    return f"{policy.name}: {lacking}, and {limit}"


# Of `expenses`: 1 where it is a statement in place of a receipt, and no receipt was merged into it,
# or into one of those that were. Journeys and absences have none by what they are.
LACKS_RECEIPT: Final = """
  (expenses.origin = 'voucher' AND NOT EXISTS (
    WITH RECURSIVE linked (id) AS (
      SELECT expenses.id
      UNION
      SELECT CASE v.kept_id WHEN v.first_id THEN v.second_id ELSE v.first_id END
      FROM linked JOIN duplicate_verdicts v ON v.kept_id = linked.id AND v.verdict = 'merged'
    )
    SELECT 1 FROM linked JOIN expenses merged ON merged.id = linked.id
    WHERE merged.origin = 'receipt' AND merged.status = 'voided'
  ))
"""
# Of `users`: their roles by spaces.
ROLES: Final = (
    "(SELECT group_concat(user_roles.role, ' ') FROM user_roles "
    "WHERE user_roles.user_id = users.id)"
)

# Who handed in each, and who changed its money: by an edit that stands, or in the review of what
# was read. An edit and its undoing leave nothing; what takes an undoing back stands for the edit.
# And who stands behind the source whose event handed it in.
_EDITED: Final = f"""
  WITH chosen (id, run_id, person, created_at) AS (
    SELECT expenses.id, expenses.run_id, expenses.person, expenses.created_at
    FROM json_each(?2) AS asked
    CROSS JOIN expenses ON expenses.id = asked.value AND expenses.account_id = ?1
  ), edited (expense_id, actor, at) AS (
    SELECT made.expense_id, made.actor, made.at
    FROM chosen JOIN expense_changes made ON made.expense_id = chosen.id AND made.account_id = ?1
    LEFT JOIN expense_changes undone ON undone.id = made.undoes
    WHERE EXISTS (SELECT 1 FROM expense_change_values changed
                  WHERE changed.change_id = made.id
                    AND changed.field IN (SELECT value FROM json_each(?3)))
      AND (made.undoes IS NULL OR undone.undoes IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM expense_changes undoing WHERE undoing.undoes = made.id)
    UNION ALL
    SELECT chosen.id, decided.actor, decided.decided_at
    FROM chosen JOIN reviews ON reviews.run_id = chosen.run_id
    JOIN review_decisions decided ON decided.review_id = reviews.id AND decided.decision = 'approve'
    WHERE EXISTS (SELECT 1 FROM json_each(decided.corrections) corrected
                  WHERE corrected.key IN (SELECT value FROM json_each(?3)))
    UNION ALL
    SELECT chosen.id, 'user:' || people.user_id, event.received_at
    FROM chosen JOIN inbound_events event ON event.run_id = chosen.run_id
    JOIN inbound_source_people people ON people.source_id = event.source_id
      AND (people.until IS NULL OR people.until >= event.received_at)
  ), made_by (expense_id, user_id, at, is_editor) AS (
    SELECT edited.expense_id, COALESCE(tokens.user_id, substr(edited.actor, 6)), edited.at, 1
    FROM edited LEFT JOIN tokens ON edited.actor = 'token:' || tokens.id
    UNION ALL
    SELECT id, person, created_at, 0 FROM chosen WHERE person IS NOT NULL
  )
  SELECT DISTINCT expense_id, user_id, is_editor,
      {behind("made_by.user_id", "made_by.at")} AS behind FROM made_by
"""
_MONEY: Final = dump([*sorted(MONEY | MONEY_LINES)])


def edits_of(account_id: str, ids: Sequence[str]) -> Statement:
    """The query for who changed the money of expenses: rows for `editors_in`."""
    return statement(_EDITED, [account_id, dump([*ids]), _MONEY])


def editors_in(rows: Sequence[Row], expense_id: str) -> frozenset[str]:
    return frozenset(
        text(row, "user_id")
        for row in rows
        if row["expense_id"] == expense_id and row["is_editor"] == 1
    )


def roles_in(row: Row) -> frozenset[str]:
    return frozenset((optional_text(row, "roles") or "").split())


def claimed_of(row: Row, edited: Sequence[Row]) -> Claimed:
    """`row` is one of SELECT_EXPENSES with LACKS_RECEIPT as `lacks_receipt`; `edited` are rows of
    `edits_of`.
    """
    expense_id = text(row, "id")
    amounts = {text(row, "currency"): integer(row, "total_minor")}
    base = optional_text(row, "base_currency")
    if base is not None:
        amounts.setdefault(base, integer(row, "base_total_minor"))
    parts = load(optional_text(row, "parts") or "[]")
    if isinstance(parts, list):
        of_parts = [str(part[0]) for part in parts if isinstance(part, list) and part[0]]
    else:
        of_parts = []
    own = optional_text(row, "category")
    # The users who may have been those who handed it in or changed its money, these among them.
    persons = (
        user
        for each in edited
        if each["expense_id"] == expense_id
        for user in load_texts(text(each, "behind"))
    )
    return Claimed(
        frozenset([*of_parts, *([own] if own else [])]),
        optional_text(row, "person"),
        amounts=amounts,
        editors=editors_in(edited, expense_id),
        behind=frozenset(persons),
        lacks_receipt=row["lacks_receipt"] == 1,
    )


MOST_POLICIES = 50
_APPROVERS: Final = tuple(role.value for role in holders(Permission.APPROVE))


class NoSuchPolicy(Refusal):
    thing = "policy"


class NewPolicy(RequestBody):
    """A policy is about expenses of `category`, handed in by the user `person`, above the amount
    `above` in `currency`; what is left out or null stands for all. `withoutReceipt`: only those
    that are a statement in place of a receipt. Not those that `unlessApprovedBy`, the role owner or
    approver or a user's id, approves. `effect` is refuse, four_eyes (neither the one who handed it
    in nor the one who changed its money since approves it) or warn. `heldAt` is approval, before it
    is approved, or claim, before what is approved is claimed.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    effect: Effect
    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    person: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    above: Annotated[str | None, Field(min_length=1, max_length=30)] = None
    held_at: HeldAt = HeldAt.APPROVAL
    without_receipt: Flag = False
    unless_approved_by: Annotated[
        str | None,
        Field(min_length=1, max_length=60, description="owner, approver, or a user's id"),
    ] = None


class ApprovalPolicy(Model):
    """A policy. `unlessApprovedByName` is the person's that is named, null for a role."""

    id: str
    name: str
    effect: str
    category: str | None
    person: str | None
    currency: str | None
    above: str | None
    held_at: HeldAt
    without_receipt: bool
    unless_approved_by: str | None
    unless_approved_by_name: str | None


def policies_of(account_id: str, held_at: HeldAt | None = None) -> Statement:
    """The query for the account's policies that are held then, or at all: rows of Policy, with
    `unless_name`.
    """
    query = """
      SELECT approval_policies.*, users.name AS unless_name FROM approval_policies
      LEFT JOIN users ON users.id = approval_policies.unless_approved_by AND users.account_id = ?1
      WHERE approval_policies.account_id = ?1 AND deleted_at IS NULL AND (?2 IS NULL
          OR held_at = ?2)
      ORDER BY approval_policies.id
    """
    return statement(query, [account_id, None if held_at is None else held_at.value])


async def list_policies(database: Database, account_id: str) -> list[ApprovalPolicy]:
    """The account's policies, the oldest first."""
    rows = await database.all(policies_of(account_id))
    return [_policy_from(of_row(Policy, row), optional_text(row, "unless_name")) for row in rows]


async def create_policy(
    platform: Platform, account_id: str, request: NewPolicy, actor: str
) -> ApprovalPolicy:
    """Make a policy. The same again is the one there is."""
    policy, unless_name = await _checked(platform.database, account_id, request)
    requested = _policy_from(policy, unless_name)
    existing = await list_policies(platform.database, account_id)
    same = [each for each in existing if each.model_copy(update={"id": requested.id}) == requested]
    if same:
        return same[0]
    if len(existing) >= MOST_POLICIES:
        raise ValuesRefused(
            [("policies", f"There are {MOST_POLICIES} policies already: delete one.")]
        )
    await platform.database.batch(
        _insert(policy, account_id, actor=actor, now=to_text(platform.clock.now()))
    )
    return requested


def first_policy(account_id: str, actor: str, now: str) -> list[Statement]:
    """What makes the policy that an account begins with. It asks for nothing that somebody alone in
    their account could not do.
    """
    name = "A statement in place of a receipt"
    policy = Policy(new_id("pol"), name, Effect.WARN, without_receipt=True)
    return _insert(policy, account_id, actor=actor, now=now)


def _insert(policy: Policy, account_id: str, actor: str, now: str) -> list[Statement]:
    insert = insert_row(
        "approval_policies",
        {
            **vars(policy),
            "effect": policy.effect.value,
            "held_at": policy.held_at.value,
            "account_id": account_id,
            "created_at": now,
            "created_by": actor,
        },
    )
    event = _event(account_id, Audited.POLICY_CREATED, policy_id=policy.id, actor=actor, now=now)
    return [insert, append_if_changed(event)]


def _event(account_id: str, action: Action, policy_id: str, actor: str, now: str) -> AuditEvent:
    return event_of_account(
        account_id, action, new_id("pol"), actor=actor, at=now, detail={"policy": policy_id}
    )


async def delete_policy(platform: Platform, account_id: str, policy_id: str, actor: str) -> None:
    """Delete a policy; one that is deleted stays so."""
    row = await platform.database.first(
        statement(
            "SELECT deleted_at FROM approval_policies WHERE id = ? AND account_id = ?",
            [policy_id, account_id],
        )
    )
    if row is None:
        raise NoSuchPolicy(policy_id)
    if row["deleted_at"] is not None:
        return
    now = to_text(platform.clock.now())
    event = _event(account_id, Audited.POLICY_DELETED, policy_id=policy_id, actor=actor, now=now)
    query = "UPDATE approval_policies SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL"
    with suppress(LostGuard):  # somebody else has deleted it meanwhile
        await guarded_batch(platform.database, statement(query, [now, policy_id]), event)


async def _checked(
    database: Database, account_id: str, request: NewPolicy
) -> tuple[Policy, str | None]:
    """The policy, and the name of the person that `unlessApprovedBy` names."""
    problems: list[tuple[str, str]] = []
    name = " ".join(request.name.split())
    if not name:
        problems.append(("name", "Type in a name, such as: Above 500 euros."))
    currency = None if request.currency is None else request.currency.strip().upper()
    if currency is not None and currency not in CODES:
        problems.append(("currency", UNKNOWN_CURRENCY))
        currency = None
    above = None
    if (request.above is None) is not (request.currency is None):
        problems.append(("above", "Name an amount and its currency, or neither."))
    elif request.above is not None and currency is not None:
        try:
            above = abs(minor_from_decimal_string(request.above.strip(), currency))
        except AmountError as error:
            problems.append(("above", str(error)))
    if request.person is not None and not await _is_here(database, account_id, request.person):
        problems.append(("person", "There is no such person in this account."))
    unless_name = None
    if request.unless_approved_by is not None and request.unless_approved_by not in _APPROVERS:
        unless_name, approver_name = await _approver(
            database, account_id, request.unless_approved_by
        )
        if approver_name is not None:
            problems.append(("unlessApprovedBy", approver_name))
    if problems:
        raise ValuesRefused(problems)
    policy = Policy(
        new_id("pol"),
        name,
        effect=request.effect,
        category=await own_name(database, account_id, request.category),
        person=request.person,
        currency=currency,
        above_minor=above,
        held_at=request.held_at,
        without_receipt=request.without_receipt,
        unless_approved_by=request.unless_approved_by,
    )
    return policy, unless_name


async def _is_here(database: Database, account_id: str, user_id: str) -> bool:
    query = statement("SELECT id FROM users WHERE id = ? AND account_id = ?", [user_id, account_id])
    return await database.first(query) is not None


async def _approver(
    database: Database, account_id: str, user_id: str
) -> tuple[str | None, str | None]:
    """The name of somebody who may approve, or else why there is none."""
    query = (
        f"SELECT name, {ROLES} AS roles FROM users WHERE id = ? AND account_id = ? "
        "AND removed_at IS NULL"
    )
    row = await database.first(statement(query, [user_id, account_id]))
    if row is None:
        return (
            None,
            f"Name a role ({' or '.join(_APPROVERS)}), or a person of this account by their id.",
        )
    if roles_in(row).isdisjoint(_APPROVERS):
        return (
            None,
            f"This person may not approve: give them the role {' or '.join(_APPROVERS)} first.",
        )
    return text(row, "name"), None


def _policy_from(policy: Policy, unless_name: str | None) -> ApprovalPolicy:
    return ApprovalPolicy(
        **vars(policy),
        above=decimal_amount(policy.above_minor, policy.currency),
        unless_approved_by_name=unless_name,
    )
