"""Which category a name leads to: its own, and those that it had."""

from collections.abc import Mapping
from typing import Final

from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, text
from tillroll_durable.platform.naming import fold_name, is_beyond_ascii

# The names of an account (?1) that a category must not look like: also those that policies and
# chains name, and no expense has yet.
_CATEGORIES: Final = f"""
  WITH names (name) AS (
    SELECT name FROM category_names WHERE account_id = ?1
    UNION
    SELECT category FROM approval_policies
    WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL
    UNION
    SELECT category FROM approval_chains
    WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL)
  SELECT name FROM names WHERE ?2 = 0 OR {is_beyond_ascii("name")} ORDER BY 1
"""


async def find_named(database: Database, account_id: str, name: str) -> Row | None:
    """The `id` and the own `name` of the category that a name leads to, as `fold_name` compares
    it.
    """
    # SQLite knows the case of ASCII alone: names with other signs are compared here.
    condition = f"AND (names.name = ?2 OR {is_beyond_ascii('names.name')})"
    values = [account_id, name]
    if not name.isascii():
        condition = ""
        values = [account_id]
    query = f"""
      SELECT categories.id, categories.name, names.name AS known FROM category_names AS names
      JOIN categories ON categories.id = names.category_id
      WHERE names.account_id = ?1 {condition}
    """
    rows = await database.all(statement(query, [*values]))
    # Two that only print the same stay two: each is found by its very letters.
    same = [row for row in rows if text(row, "known") == name]
    plain = [row for row in rows if text(row, "known").casefold() == name.casefold()]
    alike = [row for row in rows if fold_name(text(row, "known")) == fold_name(name)]
    return next(iter([*same, *plain, *alike]), None)


async def own_names(database: Database, account_id: str) -> dict[str, str]:
    """Each category's own name, by every name that leads to it, and by what `fold_name` makes of
    these. A category's very name never leads to another one that prints the same.
    """
    query = """
      SELECT categories.name, names.name AS known FROM category_names AS names
      JOIN categories ON categories.id = names.category_id WHERE names.account_id = ?
    """
    rows = await database.all(statement(query, [account_id]))
    exact = {text(row, "known"): text(row, "name") for row in rows}
    folded: dict[str, str] = {}
    for name, own in exact.items():
        folded.setdefault(fold_name(name), own)
    return {**folded, **exact}


def own_of(names: Mapping[str, str], name: str) -> str:
    """A category's own name among `own_names`; else the name as it is."""
    return names.get(name) or names.get(fold_name(name), name)


async def known_as(database: Database, account_id: str, name: str) -> str:
    """The category's own name, where the one given leads to it; else the name as it was given."""
    row = await find_named(database, account_id, name)
    if row is None:
        return name
    return text(row, "name")


async def check_category_look(database: Database, account_id: str, name: str, field: str) -> None:
    """Refuse a name that only looks like a category, or like one that a policy or a chain names.
    Raises ValuesRefused.
    """
    from tillroll.fields import check_look  # noqa: PLC0415 - a new name is typed by few

    # A name in ASCII alone looks like none that is.
    rows = await database.all(statement(_CATEGORIES, [account_id, int(name.isascii())]))
    check_look(name, [text(row, "name") for row in rows], field=field)


async def checked_as(
    database: Database, account_id: str, name: str, field: str = "category"
) -> str:
    """As `known_as`, for a name that a person types in. Raises ValuesRefused as
    `check_category_look`."""
    row = await find_named(database, account_id, name)
    if row is None:
        await check_category_look(database, account_id, name, field=field)
        return name
    return text(row, "name")


async def own_name(database: Database, account_id: str, name: str | None) -> str | None:
    """As `checked_as`; None where no name is given."""
    if name is None:
        return None
    return await checked_as(database, account_id, name)
