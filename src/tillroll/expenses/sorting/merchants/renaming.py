"""Merchants under another name: one is renamed, several are merged. What was read of their receipts leads to the new
name from then on, so that the next receipt of either spelling reads it."""

from datetime import date
from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.expenses.sorting.acts.plan import APPROVED, Act, Change, LeftOut, Plan
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import Json, JsonObject, dump
from tillroll.platform.shape import Shape
from tillroll.receipts.correction import check_names
from tillroll.receipts.duplicates import duplicate_key
from tillroll.receipts.names.known_merchants import merchant_key

RENAME: Final = "merchant_rename"
MOST_AT_ONCE: Final = 20

_PAGE: Final = """
  SELECT e.id, e.version, e.status, e.merchant, e.date, e.total_minor, e.currency, e.duplicate_key,
    s.merchant AS seen_as, s.merchant_key AS seen_key, s.confirmed_by
  FROM expenses e LEFT JOIN merchant_sightings s ON s.run_id = e.run_id
  WHERE e.account_id = ?1 AND e.id > ?2 AND e.merchant <> ?4
    AND substr(e.duplicate_key, 1, instr(e.duplicate_key, '|') - 1) IN (SELECT value FROM json_each(?3))
  ORDER BY e.id LIMIT ?5
"""


class MerchantShape(Shape):
    """A merchant: the name that most of its expenses have. `since` and `until` are days of expenses."""

    name: str
    expenses: int
    since: str
    until: str


async def list_merchants(database: Database, account_id: str, words: str, limit: int) -> list[MerchantShape]:
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
    return [
        MerchantShape(
            name=text(row, "name"),
            expenses=integer(row, "expenses"),
            since=text(row, "since"),
            until=text(row, "until"),
        )
        for row in rows
    ]


def rename_asked(names: list[str], to: str) -> JsonObject:
    """What an act is asked for that gives these merchants one name.

    Raises:
        ValuesRefused: a name cannot be used.
    """
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


def _page(act: Act, limit: int) -> Statement:
    return statement(_PAGE, act.account_id, act.cursor, dump(act.asked["keys"]), str(act.asked["to"]), limit)


def _change(act: Act, row: Row) -> Change | LeftOut | None:
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


PLANS: Final = {RENAME: Plan(_page, _change)}
