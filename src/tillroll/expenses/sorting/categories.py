"""Categories: their rows, starter sets, and acts that rename and merge them. Expenses have a
category by its name.
"""

import re
from collections.abc import Callable, Container, Sequence
from typing import Final, Literal

from tillroll.expenses.approval.category_rules import (
    rules_given_back,
    rules_moved,
    rules_on,
    same_rules,
)
from tillroll.expenses.events import Audited
from tillroll.expenses.sorting.act import Act, Change, Judged
from tillroll.expenses.sorting.category_names import (
    check_category_look,
    checked_as,
    find_named,
    own_names,
)
from tillroll.expenses.sorting.locked import judge_change, lock_columns
from tillroll.expenses.sorting.plan import Plan, by_values
from tillroll.expenses.sorting.rules import MOST_CATEGORIES
from tillroll.expenses.sorting.starters import Chart, Language, StarterSet, starters
from tillroll_documents.reading.correction import check_category
from tillroll_durable import Statement, ValuesRefused, statement
from tillroll_durable.audit import (
    AuditEvent,
    append,
    append_if_changed,
    event_of_account,
    guarded_batch,
    values_changed,
)
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    insert_row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit, must_hold
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.naming import fold_name, names_alike
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight

LONGEST_CODE: Final = 20

# As exports take accounts.
_CODE: Final = re.compile(rf"[0-9A-Za-z][0-9A-Za-z ./-]{{0,{LONGEST_CODE - 1}}}")

# How many expenses have each, as reports count: one that is split by its parts, and voided ones not
# at all. What is split is added up once for the account (?1), since parts have no index by
# category.
_SELECT: Final = """
  SELECT c.*, COALESCE(split.used, 0) + (
    SELECT COUNT(*) FROM expenses e
    WHERE e.account_id = c.account_id AND e.category = c.name AND e.status <> 'voided'
      AND e.is_split = 0
  ) AS used
  FROM categories c
  LEFT JOIN (
    SELECT p.category, COUNT(DISTINCT e.id) AS used FROM expenses e
    JOIN expense_parts p ON p.expense_id = e.id
    WHERE e.account_id = ?1 AND e.is_split = 1 AND e.status <> 'voided' GROUP BY p.category
  ) split ON split.category = c.name
"""
# Those of a person (?3), added up once as well: an account's expenses of a category are many beside
# theirs.
_COUNTED_OF_PERSON: Final = """
  SELECT c.*, COALESCE(counted.used, 0) AS used FROM categories c
  LEFT JOIN (
    SELECT category, COUNT(DISTINCT id) AS used FROM (
      SELECT COALESCE(p.category, e.category) AS category, e.id
      FROM expenses e LEFT JOIN expense_parts p ON p.expense_id = e.id AND e.is_split = 1
      WHERE e.account_id = ?1 AND e.person = ?3 AND e.status <> 'voided'
    ) GROUP BY category
  ) counted ON counted.category = c.name
"""


class NoSuchCategory(Refusal):
    thing = "category"


class NameTaken(Refusal):
    """Another category of the account has the name."""

    kind = Kind("name-taken", 409, "Something else has this name")
    explanation = (
        "There is a category of this name, or one had it: {}. Choose another name, or merge the "
        "two."
    )


class NamedByRules(Refusal):
    """Policies or chains name the category: merging it away would end them."""

    kind = Kind("category-in-rules", 409, "A policy or a rule on approvals names the category")
    explanation = (
        "{} would be held no more. Ask somebody who administers the account to merge it: then they "
        "name the other category."
    )

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.extra = {"rules": [*names]}


class Category(Model):
    """A category. `account_is_automatic`: the account of `ledger_code` knows its tax, as DATEV's
    automatic ones do, and takes no tax code. `state` is active, archived (not offered, and still
    shown where it is used) or merged; `used` counts expenses. `alike` are the ids of other active
    ones whose names print the same: a person renames or merges them."""

    id: str
    name: str
    ledger_code: str | None
    tax_code: str | None
    account_is_automatic: bool
    state: Literal["active", "archived", "merged"]
    used: int
    created_at: str
    alike: list[str]


async def list_categories(database: Database, sight: Sight) -> list[Category]:
    """The active and archived categories, the most used first. Expenses that the caller may not see
    do not count."""
    select = _SELECT if sight.only is None else _COUNTED_OF_PERSON
    query = (
        f"{select} WHERE c.account_id = ?1 AND c.state <> 'merged' ORDER BY used DESC, c.name "
        "LIMIT ?2"
    )
    rows = await database.all(
        statement(query, [sight.account_id, MOST_CATEGORIES, *sight.narrowing("")[1]])
    )
    names = {text(row, "id"): text(row, "name") for row in rows if row["state"] == "active"}
    alike = names_alike(names)
    return [of_row(Category, row, alike=alike.get(text(row, "id"), [])) for row in rows]


async def show_category(database: Database, account_id: str, category_id: str) -> Category:
    row = await database.first(
        statement(f"{_SELECT} WHERE c.account_id = ?1 AND c.id = ?2", [account_id, category_id])
    )
    if row is None:
        raise NoSuchCategory(category_id)
    active = "SELECT id, name FROM categories WHERE account_id = ? AND state = 'active'"
    others = await database.all(statement(active, [account_id]))
    alike = names_alike({text(each, "id"): text(each, "name") for each in others})
    return of_row(Category, row, alike=alike.get(category_id, []))


async def create_category(
    platform: Platform,
    account_id: str,
    name: str,
    codes: tuple[str | None, str | None],
    actor: str,
    *,
    account_is_automatic: bool = False,
) -> Category:
    """A category of this name with its ledger's and its tax code. The same again is the one there
    is.
    """
    checked = checked_name(name)
    ledger = _code("ledgerCode", codes[0])
    tax = _code("taxCode", codes[1])
    category_id = new_id("cat")
    now = to_text(platform.clock.now())
    # One that is there under this name, in another case, is in the way.
    name_here = await checked_as(platform.database, account_id, checked, field="name")
    category = {
        "id": category_id,
        "account_id": account_id,
        "name": name_here,
        "ledger_code": ledger,
        "tax_code": tax,
        "account_is_automatic": int(account_is_automatic),
        "created_at": now,
        "created_by": actor,
    }
    named = {"account_id": account_id, "name": name_here, "category_id": category_id}
    event = event_of_categories(
        account_id, Audited.CATEGORY_CREATED, ids=[category_id], actor=actor, now=now
    )
    try:
        await platform.database.batch(
            [
                insert_row("categories", category),
                insert_row("category_names", named),
                append_if_changed(event),
            ]
        )
    except ConstraintFailed as error:
        query = (
            f"{_SELECT} JOIN category_names n ON n.category_id = c.id WHERE n.account_id = ?1 "
            "AND n.name = ?2"
        )
        existing = await platform.database.first(statement(query, [account_id, name_here]))
        if existing is None:
            raise
        columns = ("name", "ledger_code", "tax_code", "account_is_automatic")
        same = [existing[column] for column in columns] == [
            checked,
            ledger,
            tax,
            int(account_is_automatic),
        ]
        if not same or text(existing, "state") != "active":
            raise NameTaken(text(existing, "name")) from error
        category_id = text(existing, "id")
    return await show_category(platform.database, account_id, category_id)


async def change_category(
    platform: Platform,
    account_id: str,
    category_id: str,
    changes: dict[str, str | bool | None],
    actor: str,
) -> Category:
    """Change what is given of `ledgerCode`, `taxCode` (None takes away), `accountIsAutomatic` and
    `state` (active or archived)."""
    before = await show_category(platform.database, account_id, category_id)
    ledger = _code("ledgerCode", _text_of(changes.get("ledgerCode", before.ledger_code)))
    tax = _code("taxCode", _text_of(changes.get("taxCode", before.tax_code)))
    is_automatic = int(changes.get("accountIsAutomatic", before.account_is_automatic) is True)
    state = _text_of(changes.get("state", before.state))
    if before.state == "merged":
        raise ValuesRefused([("state", "This category is merged into another: undo that first.")])
    if state not in {"active", "archived"}:
        raise ValuesRefused([("state", "Give active or archived.")])
    former = (before.ledger_code, before.tax_code, int(before.account_is_automatic), before.state)
    if (ledger, tax, is_automatic, state) == former:
        return before
    now = to_text(platform.clock.now())
    # As it was read, or somebody else has changed or merged it.
    update = """
      UPDATE categories SET ledger_code = ?1, tax_code = ?2, account_is_automatic = ?3, state = ?4
      WHERE id = ?5 AND ledger_code IS ?6 AND tax_code IS ?7 AND account_is_automatic = ?8
        AND state = ?9
    """
    change = statement(update, [ledger, tax, is_automatic, state, category_id, *former])
    names = ("ledgerCode", "taxCode", "accountIsAutomatic", "state")
    event = event_of_categories(
        account_id,
        Audited.CATEGORY_CHANGED,
        ids=[category_id],
        actor=actor,
        now=now,
        changed=values_changed(
            dict(zip(names, former, strict=True)),
            dict(zip(names, (ledger, tax, is_automatic, state), strict=True)),
        ),
    )
    await guarded_batch(platform.database, change, event)
    return await show_category(platform.database, account_id, category_id)


def _text_of(value: str | bool | None) -> str | None:
    """The value, which the route has checked to be a text or none."""
    if value is None:
        return None
    return str(value)


def checked_name(name: str) -> str:
    """The name in one line."""
    problems: list[tuple[str, str]] = []
    checked = check_category(name, problems)
    if checked is None:
        raise ValuesRefused(
            [("name", message) for _, message in problems] or [("name", "Type in a name.")]
        )
    return checked


def _code(field: str, code: str | None) -> str | None:
    plain = " ".join((code or "").split())
    if plain and not _CODE.fullmatch(plain):
        message = (
            f"Give a code of at most {LONGEST_CODE} letters, digits, spaces, points, dashes and "
            "slashes."
        )
        raise ValuesRefused([(field, message)])
    return plain or None


def event_of_categories(
    account_id: str,
    action: Action,
    ids: Sequence[str],
    actor: str,
    now: str,
    changed: JsonObject | None = None,
) -> AuditEvent:
    """Make the event of an act on categories, by their ids."""
    detail: JsonObject = {"categories": [*ids], **(changed or {})}
    return event_of_account(account_id, action, new_id("cat"), actor=actor, at=now, detail=detail)


async def take_over(
    platform: Platform,
    account_id: str,
    chosen: StarterSet,
    language: Language,
    chart: Chart,
    actor: str,
) -> int:
    """Add the set's categories that the account has not by name, in one batch; return how many
    these were.
    """
    now = to_text(platform.clock.now())
    names = await own_names(platform.database, account_id)
    added, *_ = await platform.database.batch(
        taking_over(
            account_id, chosen, language=language, chart=chart, by=(actor, now), names=names
        )
    )
    return len(added)


def taking_over(
    account_id: str,
    chosen: StarterSet,
    *,
    language: Language,
    chart: Chart,
    by: tuple[str, str],
    names: Container[str] = (),
) -> list[Statement]:
    """The statements that take categories over, with the person it is `by` and when; the first
    gives a row for each category that it adds. `names` are those of the account as `fold_name`
    makes them: the database knows the case of ASCII alone.
    """
    actor, now = by
    listed = dump(
        [
            {
                "id": new_id("cat"),
                "name": each.name(language),
                "code": each.ledger_code(chart),
                "starter": each.key,
            }
            for each in starters(chosen)
            if fold_name(each.name(language)) not in names
        ]
    )
    unknown = (
        "NOT EXISTS (SELECT 1 FROM category_names n WHERE n.account_id = ?1 "
        "AND n.name = d.value ->> 'name')"
    )
    insert = f"""
      INSERT INTO categories (id, account_id, name, ledger_code, starter, created_at, created_by)
      SELECT d.value ->> 'id', ?1, d.value ->> 'name', d.value ->> 'code', d.value ->> 'starter',
        ?3, ?4
      FROM json_each(?2) d WHERE {unknown} RETURNING id
    """
    name = """
      INSERT INTO category_names (account_id, name, category_id)
      SELECT account_id, name, id FROM categories
      WHERE account_id = ?1 AND id IN (SELECT value ->> 'id' FROM json_each(?2))
    """
    return [
        statement(insert, [account_id, listed, now, actor]),
        statement(name, [account_id, listed]),
        append(
            event_of_categories(
                account_id, Audited.CATEGORY_SET_TAKEN, ids=[chosen.value], actor=actor, now=now
            )
        ),
    ]


# Under a new name the category is the same, so approved expenses have it too. Merging moves
# expenses to another category, which nobody does to an approved one.

RENAME_CATEGORY = "category_rename"
MERGE_CATEGORIES = "category_merge"

# By the expenses' ids, so that a page of many ends as soon as it is full.
_OF_CATEGORIES: Final = f"""
  SELECT {lock_columns("e")}, e.id, e.version, e.status, e.category,
    (SELECT json_group_object(number, category) FROM expense_parts WHERE expense_id = e.id
        AND e.is_split = 1) AS parts
  FROM expenses e
  WHERE e.account_id = ?1 AND e.id > ?2 AND (
    (e.category <> ?4 AND e.category IN (SELECT value FROM json_each(?3)))
    OR (e.is_split = 1 AND EXISTS (
      SELECT 1 FROM expense_parts p
      WHERE p.expense_id = e.id AND p.category <> ?4
        AND p.category IN (SELECT value FROM json_each(?3)))))
  ORDER BY e.id LIMIT ?5
"""


async def category_rename_asked(
    database: Database, account_id: str, category_id: str, name: str
) -> JsonObject:
    """What an act that renames the category is asked for."""
    new_name = checked_name(name)
    category = await show_category(database, account_id, category_id)
    if category.state == "merged":
        raise ValuesRefused([("name", "This category is merged into another: undo that first.")])
    leads_to = await find_named(database, account_id, new_name)
    if leads_to is not None and text(leads_to, "id") != category_id:
        raise NameTaken(new_name)
    if leads_to is None:
        await check_category_look(database, account_id, new_name, field="name")
    names = await _texts(database, account_id, category_id)
    return {"category": category_id, "from": names, "was": category.name, "to": new_name}


async def category_merge_asked(
    database: Database,
    account_id: str,
    category_id: str,
    into_id: str,
    *,
    may_administer: bool = False,
) -> JsonObject:
    """What an act that merges the category into another is asked for. Raises NamedByRules: policies
    or chains name it, and who asks may not move them.
    """
    category = await show_category(database, account_id, category_id)
    into = await show_category(database, account_id, into_id)
    if category.id == into.id:
        raise ValuesRefused([("into", "Choose another category to merge this one into.")])
    if "merged" in {category.state, into.state}:
        raise ValuesRefused([("into", "One of the two is merged into another already.")])
    names = await _texts(database, account_id, category_id)
    rules = await rules_on(database, account_id, [str(name) for name in names])
    if rules.ids and not may_administer:
        raise NamedByRules(rules.names)
    return {
        "category": category_id,
        "from": names,
        "was": category.state,
        "into": into_id,
        "to": into.name,
        RULES: [*rules.ids],
        _RULE_CATEGORIES: [*rules.categories],
    }


RULES: Final = "rules"
"""This value of a merge has the ids of policies and chains that move along."""
_RULE_CATEGORIES: Final = "ruleCategories"


def _listed(act: Act, name: str) -> list[str]:
    """A list of texts that the act was asked with; empty for acts from before there was one."""
    values = act.asked.get(name)
    if isinstance(values, list):
        return [str(each) for each in values]
    return []


async def _texts(database: Database, account_id: str, category_id: str) -> list[Json]:
    """How expenses and parts write the category: all its names, in any case."""
    query = """
      SELECT name FROM category_names WHERE account_id = ?1 AND category_id = ?2
      UNION SELECT name FROM categories WHERE id = ?2
      UNION
      SELECT DISTINCT e.category FROM expenses e
      JOIN category_names n ON n.account_id = e.account_id AND n.name = e.category
      WHERE e.account_id = ?1 AND e.category IS NOT NULL AND n.category_id = ?2
    """
    rows = await database.all(statement(query, [account_id, category_id]))
    return [text(row, "name") for row in rows]


def _page_of_categories(act: Act, limit: int) -> Statement:
    return statement(
        _OF_CATEGORIES,
        [act.account_id, act.cursor, dump(act.asked["from"]), str(act.asked["to"]), limit],
    )


def _change_category(*, of_approved: bool) -> Callable[[Act, Row], Judged]:
    def change(act: Act, row: Row) -> Judged:
        names = act.asked["from"]
        to = act.asked["to"]
        before: JsonObject = {}
        after: JsonObject = {}
        category = optional_text(row, "category")
        if isinstance(names, list) and category in names and category != to:
            before["category"] = category
            after["category"] = to
        parts = load_object(optional_text(row, "parts") or "{}")
        changed = {
            number: name
            for number, name in parts.items()
            if isinstance(names, list) and name in names
        }
        if changed:
            before["parts"], after["parts"] = changed, dict.fromkeys(changed, to)
        if not after:
            return None
        if of_approved:
            return Change(before, after)
        return judge_change(act, row, Change(before, after))

    return change


def _rename(act: Act) -> Sequence[Statement]:
    to = str(act.asked["to"])
    category = str(act.asked["category"])
    update = "UPDATE categories SET name = ? WHERE id = ? AND state <> 'merged'"
    return [
        # The batch fails where it was merged in the meantime.
        *must_hit(statement(update, [to, category])),
        # Refused where it became another one's in the meantime; its own names may be had again.
        statement(
            """
            INSERT INTO category_names (account_id, name, category_id) SELECT ?1, ?2, ?3
            WHERE NOT EXISTS (
              SELECT 1 FROM category_names WHERE account_id = ?1 AND name = ?2 AND category_id = ?3)
            """,
            [act.account_id, to, category],
        ),
    ]


def _rename_back(act: Act) -> Sequence[Statement]:
    update = "UPDATE categories SET name = ? WHERE id = ? AND name = ?"
    return [statement(update, [*(str(act.asked[name]) for name in ("was", "category", "to"))])]


def _merge(act: Act) -> Sequence[Statement]:
    category = str(act.asked["category"])
    into = str(act.asked["into"])
    stays = "EXISTS (SELECT 1 FROM categories WHERE id = ?1 AND state <> 'merged')"
    update = """
      UPDATE categories SET state = 'merged', merged_into = ? WHERE id = ? AND state <> 'merged'
    """
    return [
        same_rules(act.account_id, _listed(act, _RULE_CATEGORIES)),
        # The batch fails where one of the two was merged in the meantime.
        must_hold(stays, into),
        *must_hit(statement(update, [into, category])),
        statement(
            "UPDATE category_names SET category_id = ? WHERE category_id = ?", [into, category]
        ),
        *rules_moved(_listed(act, RULES), into),
    ]


def _part_again(act: Act) -> Sequence[Statement]:
    category = str(act.asked["category"])
    of_names = "account_id = ? AND name IN (SELECT value FROM json_each(?))"
    names = f"UPDATE category_names SET category_id = ? WHERE {of_names}"
    return [
        statement(
            "UPDATE categories SET state = ?, merged_into = NULL WHERE id = ?",
            [str(act.asked["was"]), category],
        ),
        statement(names, [category, act.account_id, dump(act.asked["from"])]),
        *rules_given_back(_listed(act, RULES), category, into=str(act.asked["into"])),
    ]


PLANS: Final = {
    RENAME_CATEGORY: Plan(
        _page_of_categories,
        _change_category(of_approved=True),
        on_begin=_rename,
        on_undo=_rename_back,
        writing=by_values(of_approved=True),
    ),
    MERGE_CATEGORIES: Plan(
        _page_of_categories,
        _change_category(of_approved=False),
        on_begin=_merge,
        on_undo=_part_again,
    ),
}
