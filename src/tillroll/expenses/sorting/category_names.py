"""Which category a name leads to: its own, and those that it had."""

from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, Row, text
from tillroll_durable.platform.naming import fold_name


async def find_named(database: Database, account_id: str, name: str) -> Row | None:
    """The `id` and the own `name` of the category that a name leads to, whatever its case."""
    # SQLite knows the case of ASCII alone: other names are compared here.
    is_compared = not name.isascii()
    query = f"""
      SELECT categories.id, categories.name, names.name AS known FROM category_names AS names
      JOIN categories ON categories.id = names.category_id
      WHERE names.account_id = ?1 {"" if is_compared else "AND names.name = ?2"}
    """
    values = [account_id] if is_compared else [account_id, name]
    rows = await database.all(statement(query, [*values]))
    same = [row for row in rows if text(row, "known") == name]
    alike = [row for row in rows if fold_name(text(row, "known")) == fold_name(name)]
    return next(iter([*same, *alike]), None)


async def own_names(database: Database, account_id: str) -> dict[str, str]:
    """Each category's own name, by every name that leads to it, as `fold_name` makes it."""
    query = """
      SELECT categories.name, names.name AS known FROM category_names AS names
      JOIN categories ON categories.id = names.category_id WHERE names.account_id = ?
    """
    rows = await database.all(statement(query, [account_id]))
    return {fold_name(text(row, "known")): text(row, "name") for row in rows}


async def known_as(database: Database, account_id: str, name: str) -> str:
    """The category's own name, where the one given leads to it; else the name as it was given."""
    row = await find_named(database, account_id, name)
    if row is None:
        return name
    return text(row, "name")


async def own_name(database: Database, account_id: str, name: str | None) -> str | None:
    """As `known_as`; None where no name is given."""
    if name is None:
        return None
    return await known_as(database, account_id, name)
