"""Renaming a category and merging it into another: acts, since expenses have their category by its name.

Under a new name the category is the same, so approved expenses have it too. Merging moves expenses to another category,
which nobody does to an approved one.
"""

from collections.abc import Callable, Sequence
from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.expenses.sorting.acts.plan import APPROVED, Act, Change, LeftOut, Plan
from tillroll.expenses.sorting.categories.rows import NameTaken, checked_name, show_category
from tillroll.platform.bindings.database import Database, Row, optional_text, text
from tillroll.platform.json import Json, JsonObject, dump, load_object

RENAME, MERGE = "category_rename", "category_merge"

# By the expenses' ids, so that a page of many ends as soon as it is full.
_PAGE: Final = """
  SELECT e.id, e.version, e.status, e.category,
    (SELECT json_group_object(number, category) FROM expense_parts WHERE expense_id = e.id AND e.is_split = 1) AS parts
  FROM expenses e
  WHERE e.account_id = ?1 AND e.id > ?2 AND (
    (e.category <> ?4 AND e.category IN (SELECT value FROM json_each(?3)))
    OR (e.is_split = 1 AND EXISTS (
      SELECT 1 FROM expense_parts p
      WHERE p.expense_id = e.id AND p.category <> ?4 AND p.category IN (SELECT value FROM json_each(?3)))))
  ORDER BY e.id LIMIT ?5
"""


async def rename_asked(database: Database, account_id: str, category_id: str, name: str) -> JsonObject:
    """What an act that renames the category is asked for.

    Raises:
        NoSuchCategory: the account has none of that id.
        ValuesRefused: the name cannot be used, or the category is merged into another.
        NameTaken: another category has the name; merge the two.
    """
    wanted = checked_name(name)
    category = await show_category(database, account_id, category_id)
    if category.state == "merged":
        raise ValuesRefused([("name", "This category is merged into another: undo that first.")])
    leads_to = await database.first(
        statement("SELECT category_id FROM category_names WHERE account_id = ? AND name = ?", account_id, wanted)
    )
    if leads_to is not None and text(leads_to, "category_id") != category_id:
        raise NameTaken(wanted)
    names = await _texts(database, account_id, category_id)
    return {"category": category_id, "from": names, "was": category.name, "to": wanted}


async def merge_asked(database: Database, account_id: str, category_id: str, into_id: str) -> JsonObject:
    """What an act that merges the category into another is asked for.

    Raises:
        NoSuchCategory: the account has none of one of the ids.
        ValuesRefused: the two are one, or one of them is merged already.
    """
    category = await show_category(database, account_id, category_id)
    into = await show_category(database, account_id, into_id)
    if category.id == into.id:
        raise ValuesRefused([("into", "Choose another category to merge this one into.")])
    if "merged" in {category.state, into.state}:
        raise ValuesRefused([("into", "One of the two is merged into another already.")])
    names = await _texts(database, account_id, category_id)
    return {"category": category_id, "from": names, "was": category.state, "into": into_id, "to": into.name}


async def _texts(database: Database, account_id: str, category_id: str) -> list[Json]:
    """How expenses and parts write the category: all its names, also in other letters' case."""
    rows = await database.all(
        statement(
            """
            SELECT name FROM category_names WHERE account_id = ?1 AND category_id = ?2
            UNION SELECT name FROM categories WHERE id = ?2
            UNION
            SELECT DISTINCT e.category FROM expenses e
            JOIN category_names n ON n.account_id = e.account_id AND n.name = e.category
            WHERE e.account_id = ?1 AND e.category IS NOT NULL AND n.category_id = ?2
            """,
            account_id,
            category_id,
        )
    )
    return [text(row, "name") for row in rows]


def _page(act: Act, limit: int) -> Statement:
    return statement(_PAGE, act.account_id, act.cursor, dump(act.asked["from"]), str(act.asked["to"]), limit)


def _change(*, of_approved: bool) -> Callable[[Act, Row], Change | LeftOut | None]:
    def change(act: Act, row: Row) -> Change | LeftOut | None:
        if text(row, "status") == "approved" and not of_approved:
            return LeftOut(APPROVED)
        names, to = act.asked["from"], act.asked["to"]
        before: JsonObject = {}
        after: JsonObject = {}
        category = optional_text(row, "category")
        if isinstance(names, list) and category in names and category != to:
            before["category"], after["category"] = category, to
        parts = load_object(optional_text(row, "parts") or "{}")
        changed = {number: name for number, name in parts.items() if isinstance(names, list) and name in names}
        if changed:
            before["parts"], after["parts"] = changed, dict.fromkeys(changed, to)
        return Change(before, after) if after else None

    return change


def _rename(act: Act) -> Sequence[Statement]:
    asked = act.asked
    return [
        statement("UPDATE categories SET name = ? WHERE id = ?", str(asked["to"]), str(asked["category"])),
        # Refused where it became another one's in the meantime; its own names may be had again.
        statement(
            """
            INSERT INTO category_names (account_id, name, category_id) SELECT ?1, ?2, ?3
            WHERE NOT EXISTS (
              SELECT 1 FROM category_names WHERE account_id = ?1 AND name = ?2 AND category_id = ?3)
            """,
            act.account_id,
            str(asked["to"]),
            str(asked["category"]),
        ),
    ]


def _rename_back(act: Act) -> Sequence[Statement]:
    asked = act.asked
    update = "UPDATE categories SET name = ? WHERE id = ? AND name = ?"
    return [statement(update, str(asked["was"]), str(asked["category"]), str(asked["to"]))]


def _merge(act: Act) -> Sequence[Statement]:
    category, into = str(act.asked["category"]), str(act.asked["into"])
    return [
        statement("UPDATE categories SET state = 'merged', merged_into = ? WHERE id = ?", into, category),
        statement("UPDATE category_names SET category_id = ? WHERE category_id = ?", into, category),
    ]


def _part_again(act: Act) -> Sequence[Statement]:
    category = str(act.asked["category"])
    names = (
        "UPDATE category_names SET category_id = ? WHERE account_id = ? AND name IN (SELECT value FROM json_each(?))"
    )
    return [
        statement("UPDATE categories SET state = ?, merged_into = NULL WHERE id = ?", str(act.asked["was"]), category),
        statement(
            names,
            category,
            act.account_id,
            dump(act.asked["from"]),
        ),
    ]


PLANS: Final = {
    RENAME: Plan(_page, _change(of_approved=True), _rename, _rename_back, of_approved=True),
    MERGE: Plan(_page, _change(of_approved=False), _merge, _part_again),
}
