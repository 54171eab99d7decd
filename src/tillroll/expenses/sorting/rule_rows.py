"""The rows of rules, in their order."""

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import AuditEvent, append, event_of_account
from tillroll.expenses.sorting.rules import (
    Conditions,
    Gives,
    Rule,
    RuleShape,
    conditions_json,
    gives_json,
    rule_of_row,
    rule_shape,
)
from tillroll.platform.bindings.database import Database, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

MOST_RULES = 200


class NoSuchRule(LookupError):
    """The account has no rule of that id."""


def active_rules(account_id: str) -> Statement:
    """The query for the rules that decide, in their order: rows for `rule_of_row`."""
    return statement(
        "SELECT * FROM category_rules WHERE account_id = ? AND state = 'active' ORDER BY position, id LIMIT ?",
        account_id,
        MOST_RULES,
    )


async def load_rules(database: Database, account_id: str, ids: list[str] | None = None) -> list[Rule]:
    """The rules that decide, in their order; of `ids` only these.

    Raises:
        NoSuchRule: one of the ids is no active rule of the account.
    """
    rules = [rule_of_row(row) for row in await database.all(active_rules(account_id))]
    if ids is None:
        return rules
    missing = {*ids} - {rule.id for rule in rules}
    if missing:
        raise NoSuchRule(min(missing))
    return [rule for rule in rules if rule.id in ids]


async def list_rules(database: Database, account_id: str) -> list[RuleShape]:
    """All but deleted ones, in their order."""
    rows = await database.all(
        statement(
            "SELECT * FROM category_rules WHERE account_id = ? AND state <> 'deleted' ORDER BY position, id LIMIT ?",
            account_id,
            MOST_RULES,
        )
    )
    return [rule_shape(rule_of_row(row), text(row, "state")) for row in rows]


async def create_rule(
    platform: Platform, account_id: str, conditions: Conditions, gives: Gives, actor: str
) -> RuleShape:
    """Add a rule behind the others. One that asks and gives the same as one there is, is that one.

    Raises:
        ValuesRefused: it asks for nothing or gives nothing, or there are MOST_RULES already.
    """
    _check(conditions, gives)
    there = await list_rules(platform.database, account_id)
    rule = Rule(new_id("rul"), conditions, gives)
    wanted = rule_shape(rule, "active")
    same = [each for each in there if (each.when, each.gives) == (wanted.when, wanted.gives)]
    if same:
        return same[0]
    if len(there) >= MOST_RULES:
        raise ValuesRefused([("rules", f"There are {MOST_RULES} rules already: delete one that is not needed.")])
    now = to_text(platform.clock.now())
    insert = statement(
        """
        INSERT INTO category_rules (id, account_id, position, conditions, gives, created_at, created_by)
        SELECT ?1, ?2, COALESCE(MAX(position), 0) + 1, ?3, ?4, ?5, ?6 FROM category_rules WHERE account_id = ?2
        """,
        rule.id,
        account_id,
        dump(conditions_json(conditions)),
        dump(gives_json(gives)),
        now,
        actor,
    )
    await platform.database.batch([insert, append(_event(account_id, "rule.created", [rule.id], actor, now))])
    return wanted


async def change_rule(
    platform: Platform, account_id: str, rule_id: str, wanted: tuple[Conditions, Gives, str], actor: str
) -> RuleShape:
    """Let a rule ask and give something else, or pause it (`state` active or paused).

    Raises:
        NoSuchRule: the account has none of that id.
        ValuesRefused: it asks for nothing, or gives nothing.
    """
    conditions, gives, state = wanted
    _check(conditions, gives)
    rule = rule_shape(Rule(rule_id, conditions, gives), state)
    there = await _shown(platform.database, account_id, rule_id)
    if there == rule:
        return rule
    now = to_text(platform.clock.now())
    update = "UPDATE category_rules SET conditions = ?, gives = ?, state = ? WHERE id = ?"
    values = dump(conditions_json(conditions)), dump(gives_json(gives)), state
    event = _event(account_id, "rule.changed", [rule_id], actor, now)
    await platform.database.batch([statement(update, *values, rule_id), append(event)])
    return rule


async def delete_rule(platform: Platform, account_id: str, rule_id: str, actor: str) -> None:
    """Delete a rule; what it gave stays. One that is deleted stays so.

    Raises:
        NoSuchRule: the account never had one of that id.
    """
    row = await platform.database.first(
        statement("SELECT state FROM category_rules WHERE id = ? AND account_id = ?", rule_id, account_id)
    )
    if row is None:
        raise NoSuchRule(rule_id)
    if row["state"] == "deleted":
        return
    event = _event(account_id, "rule.deleted", [rule_id], actor, to_text(platform.clock.now()))
    update = statement("UPDATE category_rules SET state = 'deleted' WHERE id = ?", rule_id)
    await platform.database.batch([update, append(event)])


async def order_rules(platform: Platform, account_id: str, ids: list[str], actor: str) -> list[RuleShape]:
    """Put all rules of the account in this order.

    Raises:
        ValuesRefused: these are not all of them, each once.
    """
    there = [rule.id for rule in await list_rules(platform.database, account_id)]
    if sorted(there) != sorted(ids):
        raise ValuesRefused([("ids", "Name each rule of the account once: load the list again.")])
    if there != ids:
        listed: list[Json] = [*ids]
        update = """
          UPDATE category_rules SET position = CAST(d.key AS INTEGER) + 1 FROM json_each(?) d
          WHERE category_rules.id = d.value AND account_id = ?
        """
        event = _event(account_id, "rule.ordered", ids, actor, to_text(platform.clock.now()))
        await platform.database.batch([statement(update, dump(listed), account_id), append(event)])
    return await list_rules(platform.database, account_id)


async def _shown(database: Database, account_id: str, rule_id: str) -> RuleShape:
    for rule in await list_rules(database, account_id):
        if rule.id == rule_id:
            return rule
    raise NoSuchRule(rule_id)


def _check(conditions: Conditions, gives: Gives) -> None:
    problems: list[tuple[str, str]] = []
    if conditions.is_empty:
        problems.append(("when", "Say by what the rule knows an expense: merchant, words, amount, kind or currency."))
    if gives.is_empty:
        problems.append(("gives", "Say what the rule gives: category, project, tags or paidBy."))
    if problems:
        raise ValuesRefused(problems)


def _event(account_id: str, action: str, ids: list[str], actor: str, now: str) -> AuditEvent:
    listed: list[Json] = [*ids]
    return event_of_account(account_id, action, new_id("rul"), actor=actor, at=now, detail={"rules": listed})
