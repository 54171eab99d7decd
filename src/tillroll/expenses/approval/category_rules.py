"""Policies and chains that name a category, where that is merged into another: they name the other
one from then on, as with a rename; and undoing the merge gives them back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.expenses.approval.approved import must_have_rules
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.naming import is_among

_OF_ACCOUNT: Final = """
  SELECT id, name, category FROM approval_policies
  WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL
  UNION ALL
  SELECT id, name, category FROM approval_chains
  WHERE account_id = ?1 AND deleted_at IS NULL AND category IS NOT NULL
"""
# The category that stands today in the place of one (?3): where that was merged, into which.
_STANDS_FOR: Final = """
  WITH RECURSIVE stands (id, merged_into) AS (
    SELECT id, merged_into FROM categories WHERE id = ?3
    UNION
    SELECT following.id, following.merged_into
    FROM stands JOIN categories AS following ON following.id = stands.merged_into
  )
  SELECT categories.name FROM stands JOIN categories ON categories.id = stands.id
  WHERE stands.merged_into IS NULL
"""


@dataclass(frozen=True)
class CategoryRules:
    """The policies and chains of an account that name a category: their ids and their names.
    `categories` are all that policies and chains of the account name.
    """

    account_id: str
    ids: Sequence[str]
    names: Sequence[str]
    categories: Sequence[str]


async def rules_on(
    database: Database, account_id: str, category_names: Collection[str]
) -> CategoryRules:
    """Find the policies and chains that name a category, by all names that it has."""
    rows = await database.all(statement(_OF_ACCOUNT, [account_id]))
    concerned = [row for row in rows if is_among(text(row, "category"), category_names)]
    return CategoryRules(
        account_id,
        [text(row, "id") for row in concerned],
        names=[text(row, "name") for row in concerned],
        categories=sorted({text(row, "category") for row in rows}),
    )


def same_rules(account_id: str, categories: Sequence[str]) -> Statement:
    """The guard that policies and chains name the same categories as when they were looked at."""
    return must_have_rules(account_id, categories)


def rules_moved(ids: Sequence[str], into: str) -> list[Statement]:
    """Let policies and chains name another category, by its id."""
    name = "(SELECT name FROM categories WHERE id = ?2)"
    listed = "id IN (SELECT value FROM json_each(?1))"
    values = (dump([*ids]), into)
    return [
        statement(f"UPDATE approval_policies SET category = {name} WHERE {listed}", [*values]),
        statement(f"UPDATE approval_chains SET category = {name} WHERE {listed}", [*values]),
    ]


def rules_given_back(ids: Sequence[str], category: str, into: str) -> list[Statement]:
    """Let policies and chains name their category again that was merged `into` another, unless they
    name a third one by now.
    """
    name = "(SELECT name FROM categories WHERE id = ?2)"
    listed = f"id IN (SELECT value FROM json_each(?1)) AND category = ({_STANDS_FOR})"
    values = (dump([*ids]), category, into)
    return [
        statement(f"UPDATE approval_policies SET category = {name} WHERE {listed}", [*values]),
        statement(f"UPDATE approval_chains SET category = {name} WHERE {listed}", [*values]),
    ]
