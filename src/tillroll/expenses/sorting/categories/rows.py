"""The rows of categories. Expenses have a category by its name; every name that one has had leads to it."""

import re
from collections.abc import Sequence
from typing import Final

from tillroll.durable import Statement, ValuesRefused, statement
from tillroll.durable.record.audit import AuditEvent, append, event_of_account
from tillroll.platform.bindings.database import ConstraintFailed, Database, Row, integer, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.platform.shape import Shape
from tillroll.receipts.correction import check_category

LONGEST_CODE: Final = 20
MOST_CATEGORIES: Final = 500

# As exports take accounts.
_CODE: Final = re.compile(rf"[0-9A-Za-z][0-9A-Za-z ./-]{{0,{LONGEST_CODE - 1}}}")

# How many expenses have each, as reports count: one that is split by its parts, and voided ones not at all. What is
# split is added up once for the account (?1), since parts have no index by category.
_SELECT: Final = """
  SELECT c.*, COALESCE(split.used, 0) + (
    SELECT COUNT(*) FROM expenses e
    WHERE e.account_id = c.account_id AND e.category = c.name AND e.status <> 'voided' AND e.is_split = 0
  ) AS used
  FROM categories c
  LEFT JOIN (
    SELECT p.category, COUNT(DISTINCT e.id) AS used FROM expenses e JOIN expense_parts p ON p.expense_id = e.id
    WHERE e.account_id = ?1 AND e.is_split = 1 AND e.status <> 'voided' GROUP BY p.category
  ) split ON split.category = c.name
"""


class NoSuchCategory(LookupError):
    """The account has no category of that id."""


class NameTaken(ValueError):
    """Another category of the account has the name."""


class CategoryShape(Shape):
    """A category. `state` is active, archived (not offered, and still shown where it is used) or merged; `used` counts
    expenses."""

    id: str
    name: str
    ledger_code: str | None
    tax_code: str | None
    state: str
    used: int
    created_at: str


async def list_categories(database: Database, account_id: str) -> list[CategoryShape]:
    """Those that are active or archived, the most used first."""
    rows = await database.all(
        statement(
            f"{_SELECT} WHERE c.account_id = ?1 AND c.state <> 'merged' ORDER BY used DESC, c.name LIMIT ?2",
            account_id,
            MOST_CATEGORIES,
        )
    )
    return [_shape(row) for row in rows]


async def show_category(database: Database, account_id: str, category_id: str) -> CategoryShape:
    """Raises NoSuchCategory."""
    row = await database.first(statement(f"{_SELECT} WHERE c.account_id = ?1 AND c.id = ?2", account_id, category_id))
    if row is None:
        raise NoSuchCategory(category_id)
    return _shape(row)


async def create_category(
    platform: Platform, account_id: str, name: str, codes: tuple[str | None, str | None], actor: str
) -> CategoryShape:
    """A category of this name, `codes` being its ledger's and its tax code. The same again is the one there is.

    Raises:
        ValuesRefused: the name or a code cannot be used.
        NameTaken: there is one of this name with other codes, or there was.
    """
    wanted = checked_name(name)
    ledger, tax = _code("ledgerCode", codes[0]), _code("taxCode", codes[1])
    category_id, now = new_id("cat"), to_text(platform.clock.now())
    try:
        await platform.database.batch(
            [
                *insert_category(account_id, category_id, wanted, (ledger, tax), actor, now),
                append(event_of_categories(account_id, "category.created", [category_id], actor, now)),
            ]
        )
    except ConstraintFailed as error:
        there = await platform.database.first(
            statement(
                f"{_SELECT} JOIN category_names n ON n.category_id = c.id WHERE n.account_id = ?1 AND n.name = ?2",
                account_id,
                wanted,
            )
        )
        if there is None:
            raise
        same = (text(there, "name"), there["ledger_code"], there["tax_code"]) == (wanted, ledger, tax)
        if not same or text(there, "state") != "active":
            raise NameTaken(text(there, "name")) from error
        category_id = text(there, "id")
    return await show_category(platform.database, account_id, category_id)


async def change_category(
    platform: Platform, account_id: str, category_id: str, given: dict[str, str | None], actor: str
) -> CategoryShape:
    """Change the ledger code, the tax code or the state: what is not given stays, the same again changes nothing.

    Args:
        given: `ledgerCode`, `taxCode` (None takes away), `state` (active or archived).

    Raises:
        NoSuchCategory: the account has none of that id.
        ValuesRefused: a value cannot be used, or the category was merged into another.
    """
    before = await show_category(platform.database, account_id, category_id)
    ledger = _code("ledgerCode", given.get("ledgerCode", before.ledger_code))
    tax = _code("taxCode", given.get("taxCode", before.tax_code))
    state = given.get("state", before.state)
    if before.state == "merged":
        raise ValuesRefused([("state", "This category is merged into another: undo that first.")])
    if state not in {"active", "archived"}:
        raise ValuesRefused([("state", "Give active or archived.")])
    if (ledger, tax, state) == (before.ledger_code, before.tax_code, before.state):
        return before
    now = to_text(platform.clock.now())
    update = "UPDATE categories SET ledger_code = ?, tax_code = ?, state = ? WHERE id = ?"
    await platform.database.batch(
        [
            statement(update, ledger, tax, state, category_id),
            append(event_of_categories(account_id, "category.changed", [category_id], actor, now)),
        ]
    )
    return await show_category(platform.database, account_id, category_id)


def insert_category(
    account_id: str, category_id: str, name: str, codes: tuple[str | None, str | None], actor: str, now: str
) -> list[Statement]:
    """Refused where a category has, or had, this name."""
    return [
        statement(
            """
            INSERT INTO categories (id, account_id, name, ledger_code, tax_code, created_at, created_by)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            category_id,
            account_id,
            name,
            *codes,
            now,
            actor,
        ),
        statement(
            "INSERT INTO category_names (account_id, name, category_id) VALUES (?, ?, ?)", account_id, name, category_id
        ),
    ]


def checked_name(name: str) -> str:
    """The name in one line.

    Raises:
        ValuesRefused: there is none, or it is too long.
    """
    problems: list[tuple[str, str]] = []
    checked = check_category(name, problems)
    if checked is None:
        raise ValuesRefused([("name", message) for _, message in problems] or [("name", "Type in a name.")])
    return checked


def _code(field: str, code: str | None) -> str | None:
    plain = " ".join((code or "").split())
    if plain and not _CODE.fullmatch(plain):
        message = f"Give a code of at most {LONGEST_CODE} letters, digits, spaces, points, dashes and slashes."
        raise ValuesRefused([(field, message)])
    return plain or None


def event_of_categories(account_id: str, action: str, ids: Sequence[str], actor: str, now: str) -> AuditEvent:
    """That something was done with categories, by their ids."""
    listed: list[Json] = [*ids]
    return event_of_account(account_id, action, new_id("cat"), actor=actor, at=now, detail={"categories": listed})


def _shape(row: Row) -> CategoryShape:
    return CategoryShape(
        id=text(row, "id"),
        name=text(row, "name"),
        ledger_code=optional_text(row, "ledger_code"),
        tax_code=optional_text(row, "tax_code"),
        state=text(row, "state"),
        used=integer(row, "used"),
        created_at=text(row, "created_at"),
    )
