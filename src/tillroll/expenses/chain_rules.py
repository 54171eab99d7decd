"""What an account sets for its chains: the rules, and who stands in for whom from day to day."""

from contextlib import suppress
from datetime import date
from typing import Annotated, Final

from pydantic import Field

from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, granted, holders, roles_of
from tillroll.durable import ValuesRefused, statement
from tillroll.durable.errors import LostGuard
from tillroll.durable.record.audit import AuditEvent, append_if_changed, event_of_account, guarded_batch
from tillroll.expenses.chain_steps import rule_of_row
from tillroll.expenses.chains import ANYONE, MOST_STEPS, Rule
from tillroll.expenses.events import Audited
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.policies import ROLES
from tillroll.platform.bindings.database import ConstraintFailed, Database, insert_row, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.models import Model, RequestBody, WrittenDay
from tillroll.platform.refusals import Refusal
from tillroll.platform.services import Platform
from tillroll.reading.correction import MAX_CATEGORY_LENGTH
from tillroll.reading.money import AmountError, minor_from_decimal_string

MOST_CHAINS: Final = 50
_STEP_ROLES: Final = (ANYONE, *(role.value for role in holders(Permission.APPROVE)))
_WORDS: Final = {ANYONE: "Anyone who can approve", "owner": "An owner", "approver": "An approver"}
_Id = Annotated[str, Field(min_length=1, max_length=60)]


class NoSuchChain(Refusal):
    thing = "rule"


class NoSuchSubstitute(Refusal):
    thing = "substitute"


class NewChain(RequestBody):
    """A rule: expenses of `category`, handed in by the user `person`, from the amount `from` in the account's base
    currency on; what is left out or null stands for all. `steps` approve them, in order: `anyone` (who can approve),
    `owner`, `approver`, or a user's id."""

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
    """A rule on who approves. `from` is in `currency`; null stands for all, as in `category` and `person`."""

    id: str
    name: str
    category: str | None
    person: str | None
    person_name: str | None
    from_: Annotated[str | None, Field(alias="from")]
    currency: str | None
    steps: list[ChainStep]


async def _names(database: Database, account_id: str) -> dict[str, str]:
    rows = await database.all(statement("SELECT id, name FROM users WHERE account_id = ?", account_id))
    return {text(row, "id"): text(row, "name") for row in rows}


async def list_chains(database: Database, account_id: str) -> list[ChainRule]:
    """The account's rules, the oldest first."""
    query = "SELECT * FROM approval_chains WHERE account_id = ? AND deleted_at IS NULL ORDER BY id"
    rows = await database.all(statement(query, account_id))
    names = await _names(database, account_id)
    return [_shown(rule_of_row(row), names) for row in rows]


def _shown(rule: Rule, names: dict[str, str]) -> ChainRule:
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


async def create_chain(platform: Platform, account_id: str, request: NewChain, actor: str) -> ChainRule:
    """Make a rule. The same again is the one there is. It holds for what is handed in or changed from now on."""
    rule, names = await _checked(platform, account_id, request)
    wanted, there = _shown(rule, names), await list_chains(platform.database, account_id)
    same = [each for each in there if each.model_copy(update={"id": wanted.id}) == wanted]
    if same:
        return same[0]
    if len(there) >= MOST_CHAINS:
        raise ValuesRefused([("chains", f"There are {MOST_CHAINS} rules already: delete one.")])
    values = {**vars(rule), "steps": dump([*rule.steps]), "account_id": account_id, "created_by": actor}
    event = _event(account_id, Audited.CHAIN_CREATED, actor, rule.created_at, {"chain": rule.id})
    await platform.database.batch([insert_row("approval_chains", values), append_if_changed(event)])
    return wanted


def _event(account_id: str, action: Audited, actor: str, now: str, detail: JsonObject) -> AuditEvent:
    return event_of_account(account_id, action, new_id("apr"), actor=actor, at=now, detail=detail)


async def delete_chain(platform: Platform, account_id: str, chain_id: str, actor: str) -> None:
    """Delete a rule; one that is deleted stays so. Chains that it gave stay as they are."""
    now = to_text(platform.clock.now())
    update = "UPDATE approval_chains SET deleted_at = ? WHERE id = ? AND account_id = ? AND deleted_at IS NULL"
    event = _event(account_id, Audited.CHAIN_DELETED, actor, now, {"chain": chain_id})
    try:
        await platform.database.batch([statement(update, now, chain_id, account_id), append_if_changed(event)])
    except ConstraintFailed:
        query = statement("SELECT id FROM approval_chains WHERE id = ? AND account_id = ?", chain_id, account_id)
        if await platform.database.first(query) is None:
            raise NoSuchChain(chain_id) from None


async def _checked(platform: Platform, account_id: str, request: NewChain) -> tuple[Rule, dict[str, str]]:
    database, problems = platform.database, list[tuple[str, str]]()
    name = " ".join(request.name.split())
    if not name:
        problems.append(("name", "Type in a name, such as: From 500 euros."))
    names = await _names(database, account_id)
    account = await database.first(statement("SELECT base_currency FROM accounts WHERE id = ?", account_id))
    base = None if account is None else optional_text(account, "base_currency")
    from_minor = None
    if request.from_ is not None and base is None:
        problems.append(("from", "Choose the account's base currency first: amounts are compared in it."))
    elif request.from_ is not None and base is not None:
        try:
            from_minor = abs(minor_from_decimal_string(request.from_.strip(), base))
        except AmountError as error:
            problems.append(("from", str(error)))
    if request.person is not None and request.person not in names:
        problems.append(("person", "There is no such person in this account."))
    for step in dict.fromkeys(request.steps):
        said = None if step in _STEP_ROLES else await why_not(database, account_id, step)
        if said is not None:
            problems.append(("steps", said))
    people = [step for step in request.steps if step not in _STEP_ROLES]
    if len({*people}) < len(people):
        problems.append(("steps", "Name each person once: nobody approves two steps of one expense."))
    if problems:
        raise ValuesRefused(problems)
    currency = None if from_minor is None else base
    now = to_text(platform.clock.now())
    steps = tuple(request.steps)
    rule = Rule(new_id("chn"), name, steps, request.category, request.person, currency, from_minor, now)
    return rule, names


async def why_not(database: Database, account_id: str, user_id: str) -> str | None:
    """Why this person approves nothing; None where they may."""
    query = f"SELECT {ROLES} AS roles FROM users WHERE id = ? AND account_id = ? AND removed_at IS NULL"  # noqa: S608
    row = await database.first(statement(query, user_id, account_id))
    if row is None:
        return f"Name {', '.join(_STEP_ROLES)}, or a person of this account by their id."
    if Permission.APPROVE not in granted(roles_of(optional_text(row, "roles")), is_operator=False):
        return f"This person may not approve: give them the role {Role.APPROVER.value} first."
    return None


class NewSubstitute(RequestBody):
    """`substitute` approves in place of `person` (the caller, where it is left out) on the days `from` to `to`."""

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
      SELECT s.id, s.person, s.substitute, s.first_day, s.last_day, p.name AS person_name, b.name AS substitute_name
      FROM approval_substitutes s JOIN users p ON p.id = s.person JOIN users b ON b.id = s.substitute
      WHERE s.account_id = ? AND s.ended_at IS NULL AND s.last_day >= ? ORDER BY s.first_day, s.id
    """
    rows = await database.all(statement(query, account_id, today.isoformat()))
    return [
        of_row(
            Substitute,
            row,
            **{"from": date.fromisoformat(text(row, "first_day"))},
            from_=date.fromisoformat(text(row, "first_day")),
            to=date.fromisoformat(text(row, "last_day")),
        )
        for row in rows
    ]


async def name_substitute(
    platform: Platform, account_id: str, person: str, request: NewSubstitute, actor: str
) -> Substitute:
    """Name a substitute. The same again is the one there is."""
    database, problems, today = platform.database, list[tuple[str, str]](), platform.clock.now().date()
    if person == request.substitute:
        problems.append(("substitute", "Name somebody else."))
    for field, user_id in (("person", person), ("substitute", request.substitute)):
        said = await why_not(database, account_id, user_id)
        if said is not None:
            problems.append((field, said))
    if request.to < request.from_:
        problems.append(("to", "The last day comes after the first."))
    if request.to < today:
        problems.append(("to", "These days are over."))
    if problems:
        raise ValuesRefused(problems)

    def same(each: Substitute) -> bool:
        wanted = (person, request.substitute, request.from_, request.to)
        return (each.person, each.substitute, each.from_, each.to) == wanted

    there = [each for each in await list_substitutes(database, account_id, today) if same(each)]
    if there:
        return there[0]
    now, id_ = to_text(platform.clock.now()), new_id("sub")
    days = {"first_day": request.from_.isoformat(), "last_day": request.to.isoformat()}
    who = {"person": person, "substitute": request.substitute}
    row = {"id": id_, "account_id": account_id, **who, **days, "created_at": now, "created_by": actor}
    detail: JsonObject = {**who, "from": days["first_day"], "to": days["last_day"]}
    event = _event(account_id, Audited.SUBSTITUTE_NAMED, actor, now, detail)
    await database.batch([insert_row("approval_substitutes", row), append_if_changed(event)])
    return next(each for each in await list_substitutes(database, account_id, today) if each.id == id_)


async def end_substitute(platform: Platform, account_id: str, id_: str, actor: str, only: str | None) -> None:
    """End it now; one that has ended stays so. `only`: the person whose it must be; None for anybody's."""
    query = "SELECT person, ended_at FROM approval_substitutes WHERE id = ? AND account_id = ?"
    row = await platform.database.first(statement(query, id_, account_id))
    if row is None or only not in (None, row["person"]):
        raise NoSuchSubstitute(id_)
    if row["ended_at"] is not None:
        return
    now = to_text(platform.clock.now())
    query = "UPDATE approval_substitutes SET ended_at = ? WHERE id = ? AND ended_at IS NULL"
    event = _event(account_id, Audited.SUBSTITUTE_ENDED, actor, now, {"substitute": id_})
    with suppress(LostGuard):  # somebody else has ended it meanwhile
        await guarded_batch(platform.database, statement(query, now, id_), event)
