"""The rows of policies."""

from typing import Annotated

from pydantic import Field

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import append, event_of_account
from tillroll.expenses.approving.policy import Effect, Policy
from tillroll.platform.bindings.database import Database, Row, optional_integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.platform.shape import Asked, Shape
from tillroll.receipts.amounts.currencies import CODES
from tillroll.receipts.amounts.money import AmountError, Money, minor_from_decimal_string
from tillroll.receipts.correction import MAX_CATEGORY_LENGTH

MOST_POLICIES = 50


class NoSuchPolicy(LookupError):
    """The account has no policy of that id."""


class PolicyAsked(Asked):
    """It is about expenses of `category`, handed in by the user `person`, above the amount `above` in `currency`;
    what is left out or null stands for all. `effect` is refuse, four_eyes (neither whoever handed it in nor whoever
    changed its money since approves it) or warn."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    effect: Effect
    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    person: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    above: Annotated[str | None, Field(min_length=1, max_length=30)] = None


class PolicyShape(Shape):
    """A policy."""

    id: str
    name: str
    effect: str
    category: str | None
    person: str | None
    currency: str | None
    above: str | None


def policies_of(account_id: str) -> Statement:
    """The query for the account's policies: rows for `policy_of`."""
    return statement(
        "SELECT * FROM approval_policies WHERE account_id = ? AND deleted_at IS NULL ORDER BY id LIMIT ?",
        account_id,
        MOST_POLICIES,
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
    )


async def list_policies(database: Database, account_id: str) -> list[PolicyShape]:
    """The account's policies, the oldest first."""
    return [_shape(policy_of(row)) for row in await database.all(policies_of(account_id))]


async def create_policy(platform: Platform, account_id: str, asked: PolicyAsked, actor: str) -> PolicyShape:
    """Make a policy. The same again is the one there is.

    Raises:
        ValuesRefused: a value cannot be used, or there are MOST_POLICIES already.
    """
    policy = await _checked(platform.database, account_id, asked)
    wanted = _shape(policy)
    there = await list_policies(platform.database, account_id)
    same = [each for each in there if each.model_copy(update={"id": wanted.id}) == wanted]
    if same:
        return same[0]
    if len(there) >= MOST_POLICIES:
        raise ValuesRefused([("policies", f"There are {MOST_POLICIES} policies already: delete one.")])
    now = to_text(platform.clock.now())
    insert = statement(
        """
        INSERT INTO approval_policies
          (id, account_id, name, effect, category, person, currency, above_minor, created_at, created_by)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        policy.id,
        account_id,
        policy.name,
        policy.effect.value,
        policy.category,
        policy.person,
        policy.currency,
        policy.above_minor,
        now,
        actor,
    )
    event = event_of_account(
        account_id, "policy.created", new_id("pol"), actor=actor, at=now, detail={"policy": policy.id}
    )
    await platform.database.batch([insert, append(event)])
    return wanted


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


async def _checked(database: Database, account_id: str, asked: PolicyAsked) -> Policy:
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
    if problems:
        raise ValuesRefused(problems)
    return Policy(new_id("pol"), name, asked.effect, asked.category, asked.person, currency, above)


async def _is_here(database: Database, account_id: str, user_id: str) -> bool:
    query = statement("SELECT id FROM users WHERE id = ? AND account_id = ?", user_id, account_id)
    return await database.first(query) is not None


def _shape(policy: Policy) -> PolicyShape:
    above, currency = policy.above_minor, policy.currency
    return PolicyShape(
        id=policy.id,
        name=policy.name,
        effect=policy.effect.value,
        category=policy.category,
        person=policy.person,
        currency=currency,
        above=None if above is None or currency is None else Money(above, currency).to_decimal_string(),
    )
