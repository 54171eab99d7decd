"""Which merchant of an account a name only looks like."""

from collections.abc import Sequence

from tillroll.fields import check_look
from tillroll_documents.reading.recognition import merchant_key
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import MOST_NAMES, is_beyond_ascii, look_of, mixes_alphabets
from tillroll_durable.sight import Sight


async def merchant_of_look(database: Database, account_id: str, name: str) -> str | None:
    """The merchant of an expense that a name in letters of another alphabet looks like."""
    key = merchant_key(look_of(name))
    if key == merchant_key(name):
        return None
    query = """
      SELECT merchant FROM expenses
      WHERE account_id = ?1 AND duplicate_key >= ?2 || '|' AND duplicate_key < ?2 || '}' LIMIT 1
    """
    row = await database.first(statement(query, [account_id, key]))
    if row is None:
        return None
    return text(row, "merchant")


async def merchants_alike(
    database: Database, sight: Sight, names: Sequence[str]
) -> dict[str, list[str]]:
    """By each of the names, those of other merchants that look the same, of the expenses that are
    seen.
    """
    narrowing, only = sight.narrowing("person", "?3")
    rows_in_sight = f"FROM expenses WHERE account_id = ?1 AND status <> 'voided'{narrowing}"
    query = f"""
      SELECT MIN(merchant) AS name {rows_in_sight} AND {is_beyond_ascii("merchant")}
      GROUP BY merchant LIMIT CAST(?2 AS INTEGER)
    """
    rows = await database.all(statement(query, [sight.account_id, MOST_NAMES, *only]))
    rare = [text(row, "name") for row in rows]
    looks = sorted({_look(name) for name in rare})
    others: list[str] = []
    if looks:
        key = "substr(duplicate_key, 1, instr(duplicate_key, '|') - 1)"
        query = f"""
          SELECT MIN(merchant) AS name {rows_in_sight}
            AND {key} IN (SELECT value FROM json_each(?2))
          GROUP BY {key}
        """
        rows = await database.all(statement(query, [sight.account_id, dump([*looks]), *only]))
        others = [text(row, "name") for row in rows]
    groups: dict[str, dict[str, str]] = {}
    for name in [*names, *rare, *others]:
        groups.setdefault(_look(name), {}).setdefault(merchant_key(name), name)
    return {
        name: [
            other for key, other in sorted(groups[_look(name)].items()) if key != merchant_key(name)
        ]
        for name in names
    }


def _look(name: str) -> str:
    return merchant_key(look_of(name))


async def disguised_merchant(database: Database, account_id: str, name: str) -> str | None:
    """The merchant that a name in letters of several alphabets looks like. A whole name in one
    alphabet is what its paper prints.
    """
    if not mixes_alphabets(name):
        return None
    return await merchant_of_look(database, account_id, name)


async def check_merchant_look(
    database: Database, account_id: str, name: str, field: str = "merchant"
) -> None:
    """Refuse a typed name that is a `disguised_merchant`. Raises ValuesRefused."""
    other = await disguised_merchant(database, account_id, name)
    if other is not None:
        check_look(name, [other], field=field)
