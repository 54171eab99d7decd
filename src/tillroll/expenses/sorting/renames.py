"""Renaming and merging categories and merchants: acts, since expenses have both by name."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.expenses.sorting.categories import NameTaken, checked_name, show_category
from tillroll.expenses.sorting.plan import APPROVED, Act, Change, Judged, LeftOut, Plan, by_values
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_text, text
from tillroll.platform.json import Json, JsonObject, dump, load_object
from tillroll.platform.models import Model
from tillroll.reading.correction import check_names
from tillroll.reading.recognition import duplicate_key, merchant_key

# Under a new name the category is the same, so approved expenses have it too. Merging moves expenses to another
# category, which nobody does to an approved one.

RENAME_CATEGORY, MERGE_CATEGORIES = "category_rename", "category_merge"

# By the expenses' ids, so that a page of many ends as soon as it is full.
_OF_CATEGORIES: Final = """
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


async def category_rename_asked(database: Database, account_id: str, category_id: str, name: str) -> JsonObject:
    """What an act that renames the category is asked for."""
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


async def category_merge_asked(database: Database, account_id: str, category_id: str, into_id: str) -> JsonObject:
    """What an act that merges the category into another is asked for."""
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


def _page_of_categories(act: Act, limit: int) -> Statement:
    return statement(_OF_CATEGORIES, act.account_id, act.cursor, dump(act.asked["from"]), str(act.asked["to"]), limit)


def _change_category(*, of_approved: bool) -> Callable[[Act, Row], Judged]:
    def change(act: Act, row: Row) -> Judged:
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
    to, category = str(act.asked["to"]), str(act.asked["category"])
    return [
        statement("UPDATE categories SET name = ? WHERE id = ?", to, category),
        # Refused where it became another one's in the meantime; its own names may be had again.
        statement(
            """
            INSERT INTO category_names (account_id, name, category_id) SELECT ?1, ?2, ?3
            WHERE NOT EXISTS (
              SELECT 1 FROM category_names WHERE account_id = ?1 AND name = ?2 AND category_id = ?3)
            """,
            *(act.account_id, to, category),
        ),
    ]


def _rename_back(act: Act) -> Sequence[Statement]:
    update = "UPDATE categories SET name = ? WHERE id = ? AND name = ?"
    return [statement(update, *(str(act.asked[name]) for name in ("was", "category", "to")))]


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
        statement(names, category, act.account_id, dump(act.asked["from"])),
    ]


# What was read of their receipts leads to the new name from then on, so that the next receipt of either spelling reads
# it.

RENAME_MERCHANTS: Final = "merchant_rename"
MOST_AT_ONCE: Final = 20

_OF_MERCHANTS: Final = """
  SELECT e.id, e.version, e.status, e.merchant, e.date, e.total_minor, e.currency, e.duplicate_key,
    s.merchant AS seen_as, s.merchant_key AS seen_key, s.confirmed_by
  FROM expenses e LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
  WHERE e.account_id = ?1 AND e.id > ?2 AND e.merchant <> ?4
    AND substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1) IN (SELECT value FROM json_each(?3))
  ORDER BY e.id LIMIT ?5
"""


class Merchant(Model):
    """A merchant: the name that most of its expenses have. `since` and `until` are days of expenses."""

    name: str
    expenses: int
    since: str
    until: str


async def list_merchants(database: Database, account_id: str, words: str, limit: int) -> list[Merchant]:
    """Merchants with `words` in their name, the most used first; voided expenses do not count."""
    rows = await database.all(
        statement(
            """
            SELECT MIN(merchant) AS name, COUNT(*) AS expenses, MIN(date) AS since, MAX(date) AS until FROM expenses
            WHERE account_id = ?1 AND status <> 'voided'
              AND instr(substr(duplicate_key, 1, instr(duplicate_key, '|') - 1), ?2) > 0
            GROUP BY substr(duplicate_key, 1, instr(duplicate_key, '|') - 1)
            ORDER BY expenses DESC, name LIMIT ?3
            """,
            account_id,
            merchant_key(words),
            limit,
        )
    )
    return [of_row(Merchant, row) for row in rows]


async def merchant_rename_asked(names: list[str], to: str) -> JsonObject:
    """What an act is asked for that gives these merchants one name."""
    problems: list[tuple[str, str]] = []
    name, _ = check_names(to, "", problems)
    keys: list[Json] = [*sorted({merchant_key(each) for each in names})]
    if "" in keys:
        problems.append(("names", "Give names with letters or digits."))
    if name is not None and not merchant_key(name):
        problems.append(("to", "Give a name with letters or digits."))
    if problems or name is None:
        raise ValuesRefused([("to" if field == "merchant" else field, message) for field, message in problems])
    return {"keys": keys, "to": name}


def _page_of_merchants(act: Act, limit: int) -> Statement:
    return statement(_OF_MERCHANTS, act.account_id, act.cursor, dump(act.asked["keys"]), str(act.asked["to"]), limit)


def _change_merchant(act: Act, row: Row) -> Judged:
    if text(row, "status") == "approved":
        return LeftOut(APPROVED)
    to, day = str(act.asked["to"]), date.fromisoformat(text(row, "date"))
    key = duplicate_key(to, day, integer(row, "total_minor"), text(row, "currency"))
    before: JsonObject = {"merchant": text(row, "merchant"), "duplicate_key": text(row, "duplicate_key")}
    after: JsonObject = {"merchant": to, "duplicate_key": key}
    if optional_text(row, "seen_as") is not None:
        by = optional_text(row, "confirmed_by")
        before["sighting"] = {"merchant": row["seen_as"], "merchant_key": row["seen_key"], "confirmed_by": by}
        # Whoever says what the merchant is called has confirmed it.
        after["sighting"] = {"merchant": to, "merchant_key": merchant_key(to), "confirmed_by": by or act.created_by}
    return Change(before, after)


PLANS: Final = {
    RENAME_CATEGORY: Plan(
        _page_of_categories,
        _change_category(of_approved=True),
        _rename,
        _rename_back,
        writing=by_values(of_approved=True),
    ),
    MERGE_CATEGORIES: Plan(_page_of_categories, _change_category(of_approved=False), _merge, _part_again),
    RENAME_MERCHANTS: Plan(_page_of_merchants, _change_merchant),
}
