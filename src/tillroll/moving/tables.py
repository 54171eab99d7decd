"""Which rows an account takes along, and in which order.

The declarations of erasure say which rows are an account's. A row that others refer to is copied
before them, and deleted after them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, LiteralString, cast

from tillroll.privacy.repository import tables
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

_RUN_THAT_ERASES: Final[LiteralString] = "?3"
# Where what is erased is not all that the account has.
_ALL_OF_THEM: Final[Mapping[str, LiteralString]] = {
    "archived_runs": "run_id IN (SELECT id FROM runs WHERE account_id = ?1)",
    "erasures": ACCOUNT,
    # One for all accounts of a database stays, and its account with it.
    "schedules": ACCOUNT,
    "schedule_ticks": ACCOUNT,
}
_NOT_ALL_COPIED: Final[Mapping[str, LiteralString]] = {
    "schedule_ticks": "schedule_id IN (SELECT id FROM schedules WHERE account_id = ?1)",
}
STAYING: Final[Mapping[str, str]] = {
    "archive_ranges": "it is the database's own chain",
    "audit_keys": "it is the database's own chain",
    "encryption_keys": "it is of the database",
    "exchange_rates": "each database has them",
    "expense_found_anew": "it is empty always",
    "guards": "it is empty always",
    "jobs": "it is of the database",
    "mail_suppressions": "it is of an address, for all accounts",
    "metric_counters": "it is of the database",
    "moved_accounts": "it says where the account is",
    "reconciler_cursors": "it is of the database",
    "reconciler_setbacks": "it is of the database",
    "run_endings": "it is of the database",
    "seals": "it is the database's own chain",
    "secret_looks": "it is of the database",
    "unreadable_secrets": "it is of the database",
}
"""The tables of which nothing is copied, and why."""
WAYS_IN: Final = (
    "tokens",
    "sessions",
    "sign_in_codes",
    "passkeys",
    "claim_links",
    "export_links",
)
"""The tables of what people and others come in by, which is looked for where it was made. They are
copied last, so that nobody comes in where rows are missing. No table refers to them."""
SEALED: Final = "audit_events"
"""Its rows are copied, and sealed anew by the other database. They stay where they were, too: the
seals there are of them."""


@dataclass(frozen=True)
class Translation:
    """A column with a number that its database gave. What it stands for is copied.

    Attributes:
        read: SQL of what the number stands for, in a query of the table.
        write: SQL of the number for the value `{0}`. `{1}` is the account.
    """

    read: LiteralString
    write: LiteralString


def _expense_find(table: LiteralString) -> Translation:
    return Translation(
        f"(SELECT expense_id FROM expense_finds AS finds WHERE finds.n = {table}.n)",
        "(SELECT n FROM expense_finds WHERE expense_id = {0})",
    )


def _bundle(table: LiteralString) -> Translation:
    return Translation(
        f"(SELECT object_key FROM archive_bundles AS bundles WHERE bundles.id = {table}.bundle_id)",
        "(SELECT id FROM archive_bundles WHERE object_key = {0})",
    )


TRANSLATED: Final[Mapping[tuple[str, str], Translation]] = {
    ("archived_runs", "bundle_id"): _bundle("archived_runs"),
    ("archive_flaws", "bundle_id"): _bundle("archive_flaws"),
    ("expense_postings", "n"): _expense_find("expense_postings"),
    ("expense_postings", "term"): Translation(
        "(SELECT term FROM expense_terms AS terms WHERE terms.id = expense_postings.term)",
        "(SELECT id FROM expense_terms WHERE account_id = {1} AND term = {0})",
    ),
    ("expense_shares", "n"): _expense_find("expense_shares"),
    ("expense_words", "n"): _expense_find("expense_words"),
    ("expense_words", "terms"): Translation(
        "(SELECT json_group_array(term) FROM (SELECT terms.term AS term "
        "FROM json_each(expense_words.terms) AS word JOIN expense_terms AS terms "
        "ON terms.id = word.value ORDER BY word.key))",
        "(SELECT json_group_array(id) FROM (SELECT terms.id AS id FROM json_each({0}) AS word "
        "JOIN expense_terms AS terms ON terms.account_id = {1} AND terms.term = word.value "
        "ORDER BY word.key))",
    ),
}


@dataclass(frozen=True)
class Rows:
    """What an account has of a table.

    Attributes:
        where: the condition of its rows; in it ?1 is the account.
        key: the columns that tell its rows apart.
        copied: which of them are copied; the others go.
    """

    table: LiteralString
    where: LiteralString
    key: LiteralString
    copied: LiteralString = "?1 IS NOT NULL"

    def account_of(self, row: LiteralString) -> LiteralString:
        """SQL of the account that a row is of: `row` is what a trigger calls it, NEW or OLD."""
        return _account_of(self.where, row)


_BY_ACCOUNT: Final = re.compile(r"(account_id|id) = \?1")
_BY_PARENT: Final = re.compile(r"(\w+) IN \(SELECT (\w+) FROM (\w+) WHERE (.*)\)", re.DOTALL)
_BY_KEY: Final = "substr(object_key, 1, length(?1) + 1) = ?1 || '/'"


def _account_of(where: str, row: str) -> LiteralString:
    where = where.strip()
    plain = _BY_ACCOUNT.fullmatch(where)
    if plain is not None:
        return cast("LiteralString", f"{row}.{plain[1]}")
    parent = _BY_PARENT.fullmatch(where)
    if parent is not None:
        own, key, table, rest = parent.groups()
        above = _account_of(rest, table)
        return cast(
            "LiteralString", f"(SELECT {above} FROM {table} WHERE {table}.{key} = {row}.{own})"
        )
    if where == _BY_KEY:
        return cast(
            "LiteralString", f"substr({row}.object_key, 1, instr({row}.object_key, '/') - 1)"
        )
    raise ValueError(f"nobody knows whose a row is where {where!r} holds")


@cache
def taken_along() -> tuple[Rows, ...]:
    """The rows that an account takes along, of each table. Raises ValueError: a table neither says
    which rows are an account's, nor is in STAYING."""
    return tuple(_rows(table) for table in tables() if table.name not in STAYING)


def _rows(table: Table) -> Rows:
    where = _ALL_OF_THEM.get(table.name) or table.account_gets
    if where is None and isinstance(table.account, Gone):
        where = table.account.where
    if where is None:
        raise ValueError(f"{table.name} does not say which of its rows are an account's")
    own = where.replace(f" AND id <> {_RUN_THAT_ERASES}", "")
    copied: LiteralString = _NOT_ALL_COPIED.get(table.name, "?1 IS NOT NULL")
    return Rows(table.name, where=own, key=table.key, copied=copied)
