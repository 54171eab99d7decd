"""Rules: what one asks of an expense and what it gives, as JSON of the API and of rows; and their
rows, in order.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from tillroll.expenses.events import Audited
from tillroll.expenses.exported import decimal_amount
from tillroll.expenses.fields import longest_of
from tillroll.expenses.models import ExpenseValues
from tillroll_documents.money import (
    CODES,
    UNKNOWN_CURRENCY,
    AmountError,
    minor_from_decimal_string,
)
from tillroll_documents.reading.correction import (
    MAX_CATEGORY_LENGTH,
    MAX_MERCHANT_LENGTH,
    ExpenseFields,
)
from tillroll_documents.reading.extraction import DocumentKind, Extraction
from tillroll_documents.reading.recognition import merchant_key
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import (
    AuditEvent,
    append,
    append_if_changed,
    event_of_account,
    guarded_batch,
    values_changed,
)
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Database, Row, text
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.models import Model, RequestBody
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform

# Rules stand in an order, and the first that matches decides alone. What a person chose is never
# changed by one.

COMPANY: Final = "company"


@dataclass(frozen=True)
class Facts:
    """What rules look at. `total_minor` is in minor units of `currency`, None where it is not
    known; `other_texts` are its number, buyer, note and items.
    """

    merchant: str
    registered_name: str | None
    total_minor: int | None
    currency: str
    document_kind: str | None = None
    other_texts: Sequence[str] = ()

    def text(self) -> str:
        """Everything that words are looked for in, folded."""
        return fold(" ".join([self.merchant, self.registered_name or "", *self.other_texts]))


@dataclass(frozen=True)
class Conditions:
    """All that are given must hold; of none, nothing matches. Amounts are in minor units of
    `currency`, without sign, both ends included; `merchant` is the name or the registered one,
    compared without case, accents and punctuation; all of `words` stand somewhere in the expense's
    texts.
    """

    merchant: str | None = None
    words: tuple[str, ...] = ()
    min_minor: int | None = None
    max_minor: int | None = None
    currency: str | None = None
    document_kind: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Conditions()

    def hold(self, facts: Facts) -> bool:
        return not self.is_empty and all(self._each(facts))

    def _each(self, facts: Facts) -> Iterable[bool]:
        if self.currency is not None:
            yield facts.currency == self.currency
        if self.document_kind is not None:
            yield facts.document_kind == self.document_kind
        if self.min_minor is not None:
            yield facts.total_minor is not None and abs(facts.total_minor) >= self.min_minor
        if self.max_minor is not None:
            yield facts.total_minor is not None and abs(facts.total_minor) <= self.max_minor
        if self.merchant is not None:
            names = {merchant_key(facts.merchant), merchant_key(facts.registered_name or "")}
            yield merchant_key(self.merchant) in names
        if self.words:
            text = facts.text()
            yield all(fold(word) in text for word in self.words)


@dataclass(frozen=True)
class Gives:
    """What an expense gets; None and nothing leave as it is. `paid_by` is "employee"."""

    category: str | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()
    paid_by: str | None = None
    cost_center: str | None = None

    @property
    def is_empty(self) -> bool:
        return self == Gives()


@dataclass(frozen=True)
class Rule:
    id: str
    conditions: Conditions
    gives: Gives


@dataclass(frozen=True)
class Sorted:
    """What an expense has already of what rules give. `is_chosen`: a person gave it its
    category.
    """

    category: str | None = None
    is_chosen: bool = False
    is_split: bool = False
    project: str | None = None
    tags: frozenset[str] = field(default_factory=frozenset[str])
    paid_by: str = COMPANY
    cost_center: str | None = None


def first_match(rules: Iterable[Rule], facts: Facts) -> Rule | None:
    """The rule that decides on an expense; None where none does."""
    return next((rule for rule in rules if rule.conditions.hold(facts)), None)


def changes_of(gives: Gives, has: Sorted) -> JsonObject:
    """What changes of an expense that gets `gives`, by name; `tags` are those that are added. A
    category that a person chose stays, and so do parts, a project and a cost centre.
    """
    changes: JsonObject = {}
    if (
        gives.category is not None
        and not has.is_chosen
        and not has.is_split
        and gives.category != has.category
    ):
        changes["category"] = gives.category
    if gives.project is not None and has.project is None:
        changes["project"] = gives.project
    names = {fold_name(tag) for tag in has.tags}
    added = [tag for tag in gives.tags if fold_name(tag) not in names]
    if added:
        changes["tags"] = [*added]
    if gives.paid_by is not None and gives.paid_by != has.paid_by and has.paid_by == COMPANY:
        changes["paid_by"] = gives.paid_by
    if gives.cost_center is not None and has.cost_center is None:
        changes["cost_center"] = gives.cost_center
    return changes


def stays_chosen(gives: Gives, has: Sorted) -> bool:
    """Whether a person's choice is why an expense does not get a rule's category."""
    return gives.category is not None and has.is_chosen and gives.category != has.category


_GIVES: Final = TypeAdapter(Gives)
_RULE: Final = TypeAdapter(Rule)


def gives_json(gives: Gives) -> JsonObject:
    """What is not given is left out."""
    return _GIVES.dump_python(gives, mode="json", exclude_defaults=True)


def rule_json(rule: Rule) -> JsonObject:
    """Write a rule as JSON, without the members that have their defaults."""
    return _RULE.dump_python(rule, mode="json", exclude_defaults=True)


def rule_of(stored: Json) -> Rule:
    """Read what `rule_json` wrote."""
    return _RULE.validate_python(stored)


def rule_of_row(row: Row) -> Rule:
    """A row of category_rules."""
    stored = {name: load_object(text(row, name)) for name in ("conditions", "gives")}
    return rule_of({"id": text(row, "id"), **stored})


def _columns(rule: Rule) -> tuple[str, str]:
    stored = rule_json(rule)
    return dump(stored["conditions"]), dump(stored["gives"])


Text = Annotated[str, Field(min_length=1, max_length=60)]
Amount = Annotated[str, Field(min_length=1, max_length=30)]


class When(RequestBody):
    """What a rule asks for: all that is given must hold. Amounts (both ends included, without sign)
    need the currency. `words` stand anywhere in the expense's names, number, buyer, note and items.
    """

    merchant: Annotated[str | None, Field(min_length=1, max_length=MAX_MERCHANT_LENGTH)] = None
    words: Annotated[list[Text], Field(max_length=10, default_factory=list[str])]
    min: Amount | None = None
    max: Amount | None = None
    currency: Annotated[str | None, Field(description="ISO 4217 code")] = None
    document_kind: DocumentKind | None = None


class RuleGives(RequestBody):
    """What an expense gets that a rule decides on. `paid_by` is employee."""

    category: Annotated[str | None, Field(min_length=1, max_length=MAX_CATEGORY_LENGTH)] = None
    project: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    tags: Annotated[list[Text], Field(max_length=10, default_factory=list[str])]
    paid_by: Literal["employee"] | None = None
    cost_center: Annotated[
        str | None, Field(min_length=1, max_length=longest_of(ExpenseValues, "cost_center"))
    ] = None


class CategoryRule(Model):
    """A rule; `state` is active or paused."""

    id: str
    when: When
    gives: RuleGives
    state: str


def shown_rule(rule: Rule, state: str) -> CategoryRule:
    asks = rule.conditions
    when: JsonObject = {
        "merchant": asks.merchant,
        "words": [*asks.words],
        "min": decimal_amount(asks.min_minor, asks.currency),
        "max": decimal_amount(asks.max_minor, asks.currency),
        "currency": asks.currency,
        "documentKind": asks.document_kind,
    }
    gives = RuleGives.model_validate(vars(rule.gives))
    return CategoryRule(id=rule.id, when=When.model_validate(when), gives=gives, state=state)


def conditions_from(when: When) -> Conditions:
    problems: list[tuple[str, str]] = []
    if when.currency is None:
        currency = None
    else:
        currency = when.currency.strip().upper()
    if currency is not None and currency not in CODES:
        problems.append(("when.currency", UNKNOWN_CURRENCY))
        currency = None
    bounds: dict[str, int | None] = {}
    for name, value in (("min", when.min), ("max", when.max)):
        bounds[name] = None
        if value is None:
            continue
        if currency is None:
            problems.append((f"when.{name}", "Name the currency that the amount is in."))
            continue
        try:
            bounds[name] = abs(minor_from_decimal_string(value.strip(), currency))
        except AmountError as error:
            problems.append((f"when.{name}", str(error)))
    least = bounds["min"]
    most = bounds["max"]
    if least is not None and most is not None and least > most:
        problems.append(("when.max", "Give an amount that is not below the lower one."))
    if problems:
        raise ValuesRefused(problems)
    return Conditions(
        merchant=_line(when.merchant),
        words=tuple(dict.fromkeys(filter(None, map(_line, when.words)))),
        min_minor=least,
        max_minor=most,
        currency=currency,
        document_kind=None if when.document_kind is None else when.document_kind.value,
    )


def gives_from(gives: RuleGives) -> Gives:
    tags: dict[str, str] = {}
    for tag in filter(None, map(_line, gives.tags)):
        tags.setdefault(fold_name(tag), tag)
    return Gives(
        _line(gives.category),
        _line(gives.project),
        tags=(*tags.values(),),
        paid_by=gives.paid_by,
        cost_center=_line(gives.cost_center),
    )


def _line(text: str | None) -> str | None:
    """Put a text into one line; None for nothing."""
    return " ".join((text or "").split()) or None


def give(expense_id: str, extraction: Extraction | None, fields: ExpenseFields) -> list[Statement]:
    """Project, tags, payer and cost centre that a rule gave, behind the expense in its batch. Where
    a person corrected what the rule went by, nothing is given.
    """
    rule = None if extraction is None else extraction.rule
    if extraction is None or rule is None or not _is_as_read(extraction, fields):
        return []
    tags: list[Json] = [*rule.tags]
    statements: list[Statement] = []
    values = [rule.project, rule.paid_by, rule.cost_center]
    if any(value is not None for value in values):
        # The trigger of `projects` selects the project of this name, and its client. The person who
        # handed it in knows better who paid than a rule.
        update = """
          UPDATE expenses SET project = COALESCE(project, ?), paid_by = COALESCE(
            (SELECT paid_by FROM receipts WHERE receipts.id = receipt_id), ?, paid_by),
            cost_center = COALESCE(cost_center, ?)
          WHERE id = ?
        """
        statements.append(statement(update, [*values, expense_id]))
    if tags:
        insert = (
            "INSERT OR IGNORE INTO expense_tags (expense_id, tag) SELECT ?, value FROM json_each(?)"
        )
        statements.append(statement(insert, [expense_id, dump(tags)]))
    return statements


def _is_as_read(extraction: Extraction, fields: ExpenseFields) -> bool:
    total = extraction.total.value
    try:
        same_total = (
            total is not None
            and minor_from_decimal_string(total, fields.currency) == fields.total_minor
        )
    except AmountError:
        return False
    same_names = (extraction.merchant.value, extraction.currency.value) == (
        fields.merchant,
        fields.currency,
    )
    return same_total and same_names


MOST_RULES = 200
# Beside its rules, what an account sorts by.
MOST_CATEGORIES: Final = 500


class NoSuchRule(Refusal):
    thing = "rule"


def active_rules(account_id: str) -> Statement:
    """The query for the rules that decide, in their order: rows for `rule_of_row`."""
    query = (
        "SELECT * FROM category_rules WHERE account_id = ? AND state = 'active' "
        "ORDER BY position, id LIMIT ?"
    )
    return statement(query, [account_id, MOST_RULES])


async def load_rules(
    database: Database, account_id: str, ids: list[str] | None = None
) -> list[Rule]:
    """The rules that decide, in their order; of `ids` only these."""
    rules = [rule_of_row(row) for row in await database.all(active_rules(account_id))]
    if ids is None:
        return rules
    missing = {*ids} - {rule.id for rule in rules}
    if missing:
        raise NoSuchRule(min(missing))
    return [rule for rule in rules if rule.id in ids]


async def list_rules(database: Database, account_id: str) -> list[CategoryRule]:
    """All but deleted ones, in their order."""
    query = (
        "SELECT * FROM category_rules WHERE account_id = ? AND state <> 'deleted' "
        "ORDER BY position, id LIMIT ?"
    )
    rows = await database.all(statement(query, [account_id, MOST_RULES]))
    return [shown_rule(rule_of_row(row), text(row, "state")) for row in rows]


async def create_rule(
    platform: Platform, account_id: str, conditions: Conditions, gives: Gives, actor: str
) -> CategoryRule:
    """Add a rule behind the others. One that asks and gives the same as one there is, is that
    one.
    """
    await _check(platform.database, account_id, conditions=conditions, gives=gives)
    existing = await list_rules(platform.database, account_id)
    rule = Rule(new_id("rul"), conditions, gives)
    requested = shown_rule(rule, "active")
    same = [
        each for each in existing if (each.when, each.gives) == (requested.when, requested.gives)
    ]
    if same:
        return same[0]
    if len(existing) >= MOST_RULES:
        raise ValuesRefused(
            [("rules", f"There are {MOST_RULES} rules already: delete one that is not needed.")]
        )
    now = to_text(platform.clock.now())
    sql = """
      INSERT INTO category_rules (
        id, account_id, position, conditions, gives, created_at, created_by)
      SELECT ?1, ?2, COALESCE(MAX(position), 0) + 1, ?3, ?4, ?5, ?6 FROM category_rules
      WHERE account_id = ?2
    """
    insert = statement(sql, [rule.id, account_id, *_columns(rule), now, actor])
    await platform.database.batch(
        [
            insert,
            append_if_changed(
                _event(account_id, Audited.RULE_CREATED, ids=[rule.id], actor=actor, now=now)
            ),
        ]
    )
    return requested


async def change_rule(
    platform: Platform,
    account_id: str,
    rule_id: str,
    requested: tuple[Conditions, Gives, str],
    actor: str,
) -> CategoryRule:
    """Let a rule ask and give something else, or pause it (`state` active or paused)."""
    conditions, gives, state = requested
    await _check(platform.database, account_id, conditions=conditions, gives=gives)
    rule = Rule(rule_id, conditions, gives)
    changed = shown_rule(rule, state)
    existing = await list_rules(platform.database, account_id)
    if changed in existing:
        return changed
    former = next((each for each in existing if each.id == rule_id), None)
    if former is None:
        raise NoSuchRule(rule_id)
    now = to_text(platform.clock.now())
    update = """
      UPDATE category_rules SET conditions = ?, gives = ?, state = ?
      WHERE id = ? AND state <> 'deleted'
    """
    event = _event(
        account_id,
        Audited.RULE_CHANGED,
        ids=[rule_id],
        actor=actor,
        now=now,
        changed=values_changed({"state": former.state}, {"state": state}),
    )
    change = statement(update, [*_columns(rule), state, rule_id])
    try:
        await guarded_batch(platform.database, change, event)
    except LostGuard as error:  # somebody has deleted it meanwhile
        raise NoSuchRule(rule_id) from error
    return changed


async def delete_rule(platform: Platform, account_id: str, rule_id: str, actor: str) -> None:
    """Delete a rule; what it gave stays. One that is deleted stays so."""
    row = await platform.database.first(
        statement(
            "SELECT state FROM category_rules WHERE id = ? AND account_id = ?",
            [rule_id, account_id],
        )
    )
    if row is None:
        raise NoSuchRule(rule_id)
    if row["state"] == "deleted":
        return
    event = _event(
        account_id,
        Audited.RULE_DELETED,
        ids=[rule_id],
        actor=actor,
        now=to_text(platform.clock.now()),
    )
    query = "UPDATE category_rules SET state = 'deleted' WHERE id = ? AND state <> 'deleted'"
    with suppress(LostGuard):  # somebody else has deleted it meanwhile
        await guarded_batch(platform.database, statement(query, [rule_id]), event)


async def order_rules(
    platform: Platform, account_id: str, ids: list[str], actor: str
) -> list[CategoryRule]:
    """Put all rules of the account in this order."""
    current = [rule.id for rule in await list_rules(platform.database, account_id)]
    if sorted(current) != sorted(ids):
        raise ValuesRefused([("ids", "Name each rule of the account once: load the list again.")])
    if current != ids:
        update = """
          UPDATE category_rules SET position = CAST(d.key AS INTEGER) + 1 FROM json_each(?) d
          WHERE category_rules.id = d.value AND account_id = ? AND state <> 'deleted'
        """
        event = _event(
            account_id,
            Audited.RULE_ORDERED,
            ids=ids,
            actor=actor,
            now=to_text(platform.clock.now()),
        )
        change = statement(update, [dump([*ids]), account_id])
        # Of rules that are deleted meanwhile, it hits fewer.
        await platform.database.batch([*must_hit(change, rows=len(ids)), append(event)])
    return await list_rules(platform.database, account_id)


async def _check(database: Database, account_id: str, conditions: Conditions, gives: Gives) -> None:
    problems: list[tuple[str, str]] = []
    if conditions.is_empty:
        problems.append(
            (
                "when",
                "Say by what the rule knows an expense: merchant, words, amount, kind or currency.",
            )
        )
    if gives.is_empty:
        problems.append(
            ("gives", "Say what the rule gives: category, project, tags, paidBy or costCenter.")
        )
    if gives.category is not None:
        # A receipt's run applies rules, and checks none.
        from tillroll.expenses.sorting.category_names import checked_as  # noqa: PLC0415

        await checked_as(database, account_id, gives.category, field="gives.category")
    if gives.project is not None:
        # For the same reason.
        from tillroll.clients.repository import is_project  # noqa: PLC0415

        if not await is_project(database, account_id, gives.project):
            problems.append(
                ("gives.project", "There is no such project: add it to its client first.")
            )
    if problems:
        raise ValuesRefused(problems)


def _event(
    account_id: str,
    action: Action,
    ids: list[str],
    actor: str,
    now: str,
    changed: JsonObject | None = None,
) -> AuditEvent:
    detail: JsonObject = {"rules": [*ids], **(changed or {})}
    return event_of_account(account_id, action, new_id("rul"), actor=actor, at=now, detail=detail)
