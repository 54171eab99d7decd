"""The rows of policies."""

from typing import Annotated, Final

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import holders
from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.expenses.approval.policies import ROLES, Effect, HeldAt, Policy, roles_in
from tillroll.platform.bindings.database import Database, Row, optional_integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.models import Flag, Model, RequestBody
from tillroll.platform.services import Platform
from tillroll.reading.correction import MAX_CATEGORY_LENGTH
from tillroll.reading.money import CODES, AmountError, Money, minor_from_decimal_string

MOST_POLICIES = 50
_APPROVERS: Final = tuple(role.value for role in holders(Permission.APPROVE))


class NoSuchPolicy(LookupError):
    """The account has no policy of that id."""


class PolicyAsked(RequestBody):
    """It is about expenses of `category`, handed in by the user `person`, above the amount `above` in `currency`;
    what is left out or null stands for all. `withoutReceipt`: only those that are a statement in place of a receipt.
    Not those that `unlessApprovedBy`, the role owner or approver or a user's id, approves. `effect` is refuse,
    four_eyes (neither whoever handed it in nor whoever changed its money since approves it) or warn. `heldAt` is
    approval, before it is approved, or claim, before what is approved is claimed."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    effect: Effect
    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    person: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    above: Annotated[str | None, Field(min_length=1, max_length=30)] = None
    held_at: HeldAt = HeldAt.APPROVAL
    without_receipt: Flag = False
    unless_approved_by: Annotated[
        str | None, Field(min_length=1, max_length=60, description="owner, approver, or a user's id")
    ] = None


class PolicyShape(Model):
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
    """The query for the account's policies that are held then, or at all: rows for `policy_of`, with the name of the
    person that is named."""
    return statement(
        """
        SELECT approval_policies.*, users.name AS unless_name FROM approval_policies
        LEFT JOIN users ON users.id = approval_policies.unless_approved_by AND users.account_id = ?1
        WHERE approval_policies.account_id = ?1 AND deleted_at IS NULL AND (?2 IS NULL OR held_at = ?2)
        ORDER BY approval_policies.id
        """,
        account_id,
        None if held_at is None else held_at.value,
    )


def policy_of(row: Row) -> Policy:
    return Policy(
        text(row, "id"),
        text(row, "name"),
        Effect(text(row, "effect")),
        optional_text(row, "category"),
        optional_text(row, "person"),
        optional_text(row, "currency"),
        optional_integer(row, "above_minor"),
        HeldAt(text(row, "held_at")),
        row["without_receipt"] == 1,
        optional_text(row, "unless_approved_by"),
    )


async def list_policies(database: Database, account_id: str) -> list[PolicyShape]:
    """The account's policies, the oldest first."""
    rows = await database.all(policies_of(account_id))
    return [_shape(policy_of(row), optional_text(row, "unless_name")) for row in rows]


async def create_policy(platform: Platform, account_id: str, asked: PolicyAsked, actor: str) -> PolicyShape:
    """Make a policy. The same again is the one there is.

    Raises:
        ValuesRefused: a value cannot be used, or there are MOST_POLICIES already.
    """
    policy, unless_name = await _checked(platform.database, account_id, asked)
    wanted = _shape(policy, unless_name)
    there = await list_policies(platform.database, account_id)
    same = [each for each in there if each.model_copy(update={"id": wanted.id}) == wanted]
    if same:
        return same[0]
    if len(there) >= MOST_POLICIES:
        raise ValuesRefused([("policies", f"There are {MOST_POLICIES} policies already: delete one.")])
    await platform.database.batch(_made(policy, account_id, actor, to_text(platform.clock.now())))
    return wanted


async def first_policy(platform: Platform, account_id: str, asked: PolicyAsked, actor: str) -> list[Statement]:
    """What makes an account's first policy; nothing where it has or had one.

    Raises:
        ValuesRefused: a value cannot be used.
    """
    query = statement("SELECT 1 FROM approval_policies WHERE account_id = ?", account_id)
    if await platform.database.first(query) is not None:
        return []
    policy, _ = await _checked(platform.database, account_id, asked)
    return _made(policy, account_id, actor, to_text(platform.clock.now()))


def _made(policy: Policy, account_id: str, actor: str, now: str) -> list[Statement]:
    insert = statement(
        """
        INSERT INTO approval_policies
          (id, account_id, name, effect, category, person, currency, above_minor, held_at, without_receipt,
           unless_approved_by, created_at, created_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        policy.id,
        account_id,
        policy.name,
        policy.effect.value,
        policy.category,
        policy.person,
        policy.currency,
        policy.above_minor,
        policy.held_at.value,
        int(policy.without_receipt),
        policy.unless_approved_by,
        now,
        actor,
    )
    event = event_of_account(
        account_id, "policy.created", new_id("pol"), actor=actor, at=now, detail={"policy": policy.id}
    )
    return [insert, append(event)]


async def delete_policy(platform: Platform, account_id: str, policy_id: str, actor: str) -> None:
    """Delete a policy; one that is deleted stays so.

    Raises:
        NoSuchPolicy: the account never had one of that id.
    """
    row = await platform.database.first(
        statement("SELECT deleted_at FROM approval_policies WHERE id = ? AND account_id = ?", policy_id, account_id)
    )
    if row is None:
        raise NoSuchPolicy(policy_id)
    if row["deleted_at"] is not None:
        return
    now = to_text(platform.clock.now())
    event = event_of_account(
        account_id, "policy.deleted", new_id("pol"), actor=actor, at=now, detail={"policy": policy_id}
    )
    update = statement("UPDATE approval_policies SET deleted_at = ? WHERE id = ?", now, policy_id)
    await platform.database.batch([update, append(event)])


async def _checked(database: Database, account_id: str, asked: PolicyAsked) -> tuple[Policy, str | None]:
    """The policy, and the name of the person that `unlessApprovedBy` names. Raises ValuesRefused."""
    problems: list[tuple[str, str]] = []
    name = " ".join(asked.name.split())
    if not name:
        problems.append(("name", "Type in a name, such as: Above 500 euros."))
    currency = None if asked.currency is None else asked.currency.strip().upper()
    if currency is not None and currency not in CODES:
        problems.append(("currency", "Give the currency by its three-letter ISO 4217 code, such as EUR or MYR."))
        currency = None
    above = None
    if (asked.above is None) is not (asked.currency is None):
        problems.append(("above", "Name an amount and its currency, or neither."))
    elif asked.above is not None and currency is not None:
        try:
            above = abs(minor_from_decimal_string(asked.above.strip(), currency))
        except AmountError as error:
            problems.append(("above", str(error)))
    if asked.person is not None and not await _is_here(database, account_id, asked.person):
        problems.append(("person", "There is no such person in this account."))
    unless_name = None
    if asked.unless_approved_by is not None and asked.unless_approved_by not in _APPROVERS:
        unless_name, said = await _approver(database, account_id, asked.unless_approved_by)
        if said is not None:
            problems.append(("unlessApprovedBy", said))
    if problems:
        raise ValuesRefused(problems)
    policy = Policy(
        new_id("pol"),
        name,
        asked.effect,
        asked.category,
        asked.person,
        currency,
        above,
        asked.held_at,
        asked.without_receipt,
        asked.unless_approved_by,
    )
    return policy, unless_name


async def _is_here(database: Database, account_id: str, user_id: str) -> bool:
    query = statement("SELECT id FROM users WHERE id = ? AND account_id = ?", user_id, account_id)
    return await database.first(query) is not None


async def _approver(database: Database, account_id: str, user_id: str) -> tuple[str | None, str | None]:
    """The name of somebody who may approve, or else why there is none."""
    row = await database.first(
        statement(
            f"SELECT name, {ROLES} AS roles FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL",  # noqa: S608 - names and constants of ours
            *(user_id, account_id),
        )
    )
    if row is None:
        return None, f"Name a role ({' or '.join(_APPROVERS)}), or a person of this account by their id."
    if roles_in(row).isdisjoint(_APPROVERS):
        return None, f"This person may not approve: give them the role {' or '.join(_APPROVERS)} first."
    return text(row, "name"), None


def _shape(policy: Policy, unless_name: str | None) -> PolicyShape:
    above, currency = policy.above_minor, policy.currency
    return PolicyShape(
        id=policy.id,
        name=policy.name,
        effect=policy.effect.value,
        category=policy.category,
        person=policy.person,
        currency=currency,
        above=None if above is None or currency is None else Money(above, currency).to_decimal_string(),
        held_at=policy.held_at,
        without_receipt=policy.without_receipt,
        unless_approved_by=policy.unless_approved_by,
        unless_approved_by_name=unless_name,
    )
