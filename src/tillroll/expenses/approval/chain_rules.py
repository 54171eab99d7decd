"""What an account sets for its chains: the rules, and who stands in for whom from day to day."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, granted, holders, roles_of
from tillroll.expenses.approval.chain_steps import rule_of_row
from tillroll.expenses.approval.chains import ANYONE, MOST_STEPS, Rule
from tillroll.expenses.approval.policies import ROLES
from tillroll.expenses.events import Audited
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.sorting.category_names import own_name
from tillroll_documents.money import AmountError, minor_from_decimal_string
from tillroll_documents.reading.correction import MAX_CATEGORY_LENGTH
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.audit import (
    AuditEvent,
    append_if_changed,
    event_of_account,
    guarded_batch,
)
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    insert_row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.models import Model, RequestBody, WrittenDay
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

MOST_CHAINS: Final = 50
_STEP_ROLES: Final = (ANYONE, *(role.value for role in holders(Permission.APPROVE)))
_WORDS: Final = {ANYONE: "Anyone who can approve", "owner": "An owner", "approver": "An approver"}
_Id = Annotated[str, Field(min_length=1, max_length=60)]


class NoSuchChain(Refusal):
    thing = "rule"


class NoSuchSubstitute(Refusal):
    thing = "substitute"


class NewChain(RequestBody):
    """A rule: expenses of `category`, handed in by the user `person`, from the amount `from` in the
    account's base currency on; what is left out or null stands for all. `steps` approve them, in
    order: `anyone` (who can approve), `owner`, `approver`, or a user's id.
    """

    name: Annotated[str, Field(min_length=1, max_length=100)]
    steps: Annotated[list[_Id], Field(min_length=1, max_length=MOST_STEPS)]
    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    person: _Id | None = None
    from_: Annotated[str | None, Field(alias="from", min_length=1, max_length=30)] = None


class ChainStep(Model):
    """`who` is anyone, a role or a user's id; `name` says who that is."""

    who: str
    name: str


class ChainRule(Model):
    """A rule on who approves. `from` is in `currency`; null stands for all, as in `category` and
    `person`.
    """

    id: str
    name: str
    category: str | None
    person: str | None
    person_name: str | None
    from_: Annotated[str | None, Field(alias="from")]
    currency: str | None
    steps: list[ChainStep]


async def _names(database: Database, account_id: str) -> dict[str, str]:
    rows = await database.all(
        statement("SELECT id, name FROM users WHERE account_id = ?", [account_id])
    )
    return {text(row, "id"): text(row, "name") for row in rows}


async def list_chains(database: Database, account_id: str) -> list[ChainRule]:
    """The account's rules, the oldest first."""
    query = "SELECT * FROM approval_chains WHERE account_id = ? AND deleted_at IS NULL ORDER BY id"
    rows = await database.all(statement(query, [account_id]))
    names = await _names(database, account_id)
    return [_chain_rule(rule_of_row(row), names) for row in rows]


async def first_approver_of(database: Database, account_id: str, person: str) -> str | None:
    """Who decides first on what a person hands in: the user that the oldest rule for this person
    names. None where no rule names somebody else who is here.
    """
    query = """
      SELECT u.id FROM approval_chains c JOIN users u ON u.id = json_extract(c.steps, '$[0]')
      WHERE c.account_id = ?1 AND c.person = ?2 AND c.deleted_at IS NULL
        AND u.account_id = ?1 AND u.removed_at IS NULL AND u.id <> ?2
      ORDER BY c.id LIMIT 1
    """
    row = await database.first(statement(query, [account_id, person]))
    if row is None:
        return None
    return text(row, "id")


def _chain_rule(rule: Rule, names: dict[str, str]) -> ChainRule:
    """The rule as the API shows it; `names` has the people of the account by their ids."""
    return ChainRule.model_validate(
        {
            "id": rule.id,
            "name": rule.name,
            "category": rule.category,
            "person": rule.person,
            "person_name": None if rule.person is None else names.get(rule.person),
            "from": decimal_amount(rule.from_minor, rule.currency),
            "currency": rule.currency,
            "steps": [
                {"who": step, "name": _WORDS.get(step) or names.get(step, "Somebody who has left")}
                for step in rule.steps
            ],
        }
    )


async def create_chain(
    platform: Platform, account_id: str, request: NewChain, actor: str
) -> ChainRule:
    """Create a rule, or return the equal rule that exists. It holds for what is handed in or
    changed from now on. Raises ValuesRefused."""
    rule, names = await _checked(platform, account_id, request)
    chain = _chain_rule(rule, names)
    existing = await list_chains(platform.database, account_id)
    equal = [each for each in existing if each.model_copy(update={"id": chain.id}) == chain]
    if equal:
        return equal[0]
    if len(existing) >= MOST_CHAINS:
        raise ValuesRefused([("chains", f"There are {MOST_CHAINS} rules already: delete one.")])
    values = {
        **vars(rule),
        "steps": dump([*rule.steps]),
        "account_id": account_id,
        "created_by": actor,
    }
    insert = insert_row("approval_chains", values)
    detail: JsonObject = {"chain": rule.id}
    event = _event(
        account_id,
        Audited.CHAIN_CREATED,
        actor=actor,
        now=rule.created_at,
        detail=detail,
    )
    await platform.database.batch([insert, append_if_changed(event)])
    return chain


def _event(
    account_id: str, action: Audited, actor: str, now: str, detail: JsonObject
) -> AuditEvent:
    return event_of_account(account_id, action, new_id("apr"), actor=actor, at=now, detail=detail)


async def delete_chain(platform: Platform, account_id: str, chain_id: str, actor: str) -> None:
    """Delete a rule; one that is deleted stays so. Chains that it gave stay as they are."""
    now = to_text(platform.clock.now())
    query = """
      UPDATE approval_chains SET deleted_at = ?
      WHERE id = ? AND account_id = ? AND deleted_at IS NULL
    """
    update = statement(query, [now, chain_id, account_id])
    detail: JsonObject = {"chain": chain_id}
    event = _event(account_id, Audited.CHAIN_DELETED, actor=actor, now=now, detail=detail)
    try:
        await platform.database.batch([update, append_if_changed(event)])
    except ConstraintFailed:
        query = "SELECT id FROM approval_chains WHERE id = ? AND account_id = ?"
        if await platform.database.first(statement(query, [chain_id, account_id])) is None:
            raise NoSuchChain(chain_id) from None


async def _checked(
    platform: Platform, account_id: str, request: NewChain
) -> tuple[Rule, dict[str, str]]:
    """The rule that is asked for, and the names of the account's people by their ids.
    Raises ValuesRefused."""
    database = platform.database
    problems: list[tuple[str, str]] = []
    name = " ".join(request.name.split())
    if not name:
        problems.append(("name", "Type in a name, such as: From 500 euros."))
    names = await _names(database, account_id)
    query = "SELECT base_currency FROM accounts WHERE id = ?"
    account = await database.first(statement(query, [account_id]))
    base = None
    if account is not None:
        base = optional_text(account, "base_currency")
    from_minor = None
    try:
        from_minor = _minor_from(request.from_, base)
    except AmountError as error:
        problems.append(("from", str(error)))
    if request.person is not None and request.person not in names:
        problems.append(("person", "There is no such person in this account."))
    problems += await _problems_of_steps(database, account_id, request.steps)
    if problems:
        raise ValuesRefused(problems)
    currency = None
    if from_minor is not None:
        currency = base
    rule = Rule(
        id=new_id("chn"),
        name=name,
        steps=tuple(request.steps),
        category=await own_name(database, account_id, request.category),
        person=request.person,
        currency=currency,
        from_minor=from_minor,
        created_at=to_text(platform.clock.now()),
    )
    return rule, names


def _minor_from(amount: str | None, base: str | None) -> int | None:
    """The amount from which a rule holds, in minor units of the base currency `base`.
    Raises AmountError."""
    if amount is None:
        return None
    if base is None:
        raise AmountError("Choose the account's base currency first: amounts are compared in it.")
    return abs(minor_from_decimal_string(amount.strip(), base))


async def _problems_of_steps(
    database: Database,
    account_id: str,
    steps: Sequence[str],
) -> list[tuple[str, str]]:
    """What is wrong with the steps of a rule, by the field."""
    people = [step for step in steps if step not in _STEP_ROLES]
    problems: list[tuple[str, str]] = []
    for person in dict.fromkeys(people):
        problem = await why_not(database, account_id, person)
        if problem is not None:
            problems.append(("steps", problem))
    if len({*people}) < len(people):
        problems.append(
            ("steps", "Name each person once: nobody approves two steps of one expense.")
        )
    return problems


async def why_not(database: Database, account_id: str, user_id: str) -> str | None:
    """Why this person approves nothing; None where they may."""
    query = (
        f"SELECT {ROLES} AS roles FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL"
    )
    row = await database.first(statement(query, [user_id, account_id]))
    if row is None:
        return f"Name {', '.join(_STEP_ROLES)}, or a person of this account by their id."
    if Permission.APPROVE not in granted(roles_of(optional_text(row, "roles")), is_operator=False):
        return f"This person may not approve: give them the role {Role.APPROVER.value} first."
    return None


class NewSubstitute(RequestBody):
    """`substitute` approves in place of `person` (the caller, where it is left out) on the days
    `from` to `to`.
    """

    substitute: _Id
    from_: Annotated[WrittenDay, Field(alias="from")]
    to: WrittenDay
    person: _Id | None = None


class Substitute(Model):
    """Somebody who approves in place of another, from day to day."""

    id: str
    person: str
    person_name: str
    substitute: str
    substitute_name: str
    from_: Annotated[date, Field(alias="from")]
    to: date


async def list_substitutes(database: Database, account_id: str, today: date) -> list[Substitute]:
    """The substitutes of today and of days to come, the earliest first."""
    query = """
      SELECT s.id, s.person, s.substitute, s.first_day, s.last_day, p.name AS person_name,
        b.name AS substitute_name
      FROM approval_substitutes s JOIN users p ON p.id = s.person
      JOIN users b ON b.id = s.substitute
      WHERE s.account_id = ? AND s.ended_at IS NULL AND s.last_day >= ? ORDER BY s.first_day, s.id
    """
    rows = await database.all(statement(query, [account_id, today.isoformat()]))
    return [_substitute(row) for row in rows]


def _substitute(row: Row) -> Substitute:
    """The substitute in a row of `list_substitutes`."""
    first_day = date.fromisoformat(text(row, "first_day"))
    last_day = date.fromisoformat(text(row, "last_day"))
    # The model takes the day by its alias `from`. `from_` says that no column of the row has it.
    return of_row(Substitute, row, **{"from": first_day}, from_=first_day, to=last_day)


async def name_substitute(
    platform: Platform, account_id: str, person: str, request: NewSubstitute, actor: str
) -> Substitute:
    """Name a substitute, or return the equal one that exists. Raises ValuesRefused."""
    database = platform.database
    today = platform.clock.now().date()
    problems: list[tuple[str, str]] = []
    if person == request.substitute:
        problems.append(("substitute", "Name somebody else."))
    for field, user_id in (("person", person), ("substitute", request.substitute)):
        problem = await why_not(database, account_id, user_id)
        if problem is not None:
            problems.append((field, problem))
    if request.to < request.from_:
        problems.append(("to", "The last day comes after the first."))
    if request.to < today:
        problems.append(("to", "These days are over."))
    if problems:
        raise ValuesRefused(problems)
    key = (person, request.substitute, request.from_, request.to)
    for each in await list_substitutes(database, account_id, today):
        if (each.person, each.substitute, each.from_, each.to) == key:
            return each
    substitute_id = new_id("sub")
    now = to_text(platform.clock.now())
    days = {"first_day": request.from_.isoformat(), "last_day": request.to.isoformat()}
    people = {"person": person, "substitute": request.substitute}
    row = {
        "id": substitute_id,
        "account_id": account_id,
        **people,
        **days,
        "created_at": now,
        "created_by": actor,
    }
    detail: JsonObject = {**people, "from": days["first_day"], "to": days["last_day"]}
    event = _event(account_id, Audited.SUBSTITUTE_NAMED, actor=actor, now=now, detail=detail)
    await database.batch([insert_row("approval_substitutes", row), append_if_changed(event)])
    substitutes = await list_substitutes(database, account_id, today)
    return next(each for each in substitutes if each.id == substitute_id)


async def end_substitute(
    platform: Platform, account_id: str, id_: str, actor: str, only: str | None
) -> None:
    """End a substitute now; one that has ended stays so. `only`: the person whose it must be; None
    for anybody's."""
    query = "SELECT person, ended_at FROM approval_substitutes WHERE id = ? AND account_id = ?"
    row = await platform.database.first(statement(query, [id_, account_id]))
    if row is None or only not in (None, row["person"]):
        raise NoSuchSubstitute(id_)
    if row["ended_at"] is not None:
        return
    now = to_text(platform.clock.now())
    query = "UPDATE approval_substitutes SET ended_at = ? WHERE id = ? AND ended_at IS NULL"
    detail: JsonObject = {"substitute": id_}
    event = _event(account_id, Audited.SUBSTITUTE_ENDED, actor=actor, now=now, detail=detail)
    with suppress(LostGuard):  # somebody else has ended it meanwhile
        await guarded_batch(platform.database, statement(query, [now, id_]), event)
