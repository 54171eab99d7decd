"""Rows that an account or a person is given, page by page: from tables, and from the archive while it is moved."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable.record.archive import (
    EVENTS,
    KEPT,
    ORDERS,
    Kept,
    Rows,
    events_of_account,
    file_behind,
    kept_of_row,
    rows_in,
)
from tillroll.durable.record.archive import (
    TABLES as ARCHIVED,
)
from tillroll.platform.bindings.database import Database, Row, Statement, Value, integer, statement, text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform
from tillroll.privacy.repository import DataExport
from tillroll.privacy.tables import TABLES, Stays, Table, What

# ruff: noqa: S608 - the conditions are put together of constants


@dataclass(frozen=True)
class Handed:
    """The rows that `where` finds (its values as those of `Gone`), without the columns of `without`."""

    where: str
    without: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Withheld:
    """None of its rows, and `why`."""

    why: str


_INDEX = "an index, made of what else is here"
_OF_DOORS = "secrets, or their hashes"
_OTHERS = "it is the account's, and comes with the account's data"

# Of nobody: neither the account nor a person gets these.
_WITHHELD: Final = {
    "expense_postings": _INDEX,
    "expense_shares": _INDEX,
    "expense_terms": _INDEX,
    "expense_months": _INDEX,
    "expense_finds": _INDEX,
    "expense_words": _INDEX,
    "expense_words_wait": _INDEX,
    "endpoint_secrets": _OF_DOORS,
    "inbound_secrets": _OF_DOORS,
    "payee_keys": _OF_DOORS,
    "passkey_ceremonies": _OF_DOORS,
    "sign_in_codes": _OF_DOORS,
    "idempotency_keys": "answers that are repeated for a day; what they say stands in other tables",
    "idempotency_effects": "digests, for a day",
    "object_quarantine": "keys of objects that nothing refers to, about to be deleted",
}

# Columns that let somebody in or sign something, or are digests of what does.
WITHOUT: Final = {
    "claim_links": frozenset({"hash"}),
    "export_links": frozenset({"hash"}),
    "mail_addresses": frozenset({"code_hash"}),
    # The text of a mail and the code of its link, which are encrypted and go once it is sent.
    "messages": frozenset({"mail", "code"}),
    "outside_messages": frozenset({"mail", "code"}),
    # Whom two payees are the same for: a digest of what `iban` has.
    "payees": frozenset({"paid_to"}),
    "passkeys": frozenset({"credential_id", "public_key"}),
    "tokens": frozenset({"hash"}),
    # What a step took and gave may have what its contract withholds; what became of it stands in other tables.
    "run_steps": frozenset({"input", "output"}),
    "users": frozenset({"session_epoch"}),
}

ENCRYPTED: Final = {"payees": "iban", "payment_files": "content"}
"""Columns of what is encrypted, bound to `table/id`, and handed out as it is."""

_ACCOUNT = "account_id = ?1"
# What stays when an account goes, and is its own all the same.
_ACCOUNTS_OWN: Final = {
    "accounts": "id = ?1",
    "audit_events": _ACCOUNT,
    "ledger_accounts": _ACCOUNT,
    "ledger_entries": _ACCOUNT,
    "ledger_open": _ACCOUNT,
    "ledger_transactions": _ACCOUNT,
    "ledger_transfers": _ACCOUNT,
    "users": _ACCOUNT,
}

_THEIR_RECEIPTS = "SELECT id FROM receipts WHERE account_id = ?1 AND uploaded_by = ?2"
_THEIR_EXPENSES = (
    f"SELECT id FROM expenses WHERE account_id = ?1 AND (person = ?2 OR receipt_id IN ({_THEIR_RECEIPTS}))"
)
_THEIR_MAIL = "SELECT id FROM received_mail WHERE account_id = ?1 AND user_id = ?2"
THEIR_NAMES: Final = "SELECT 'user:' || ?2 UNION ALL SELECT 'token:' || id FROM tokens WHERE user_id = ?2"
"""How the audit, and what was done, name them: signed in, or by a token of theirs."""
_OF_THEIR_EXPENSES = f"expense_id IN ({_THEIR_EXPENSES})"
_PERSONS_OWN: Final = {
    "allowed_senders": "account_id = ?1 AND user_id = ?2",
    "approval_decisions": f"{_OF_THEIR_EXPENSES} OR actor IN ({THEIR_NAMES})",
    "audit_events": f"account_id = ?1 AND actor IN ({THEIR_NAMES})",
    "data_exports": "account_id = ?1 AND what = 'person' AND target = ?2",
    "expense_change_values": "change_id IN (SELECT id FROM expense_changes WHERE account_id = ?1 "
    f"AND ({_OF_THEIR_EXPENSES} OR actor IN ({THEIR_NAMES})))",
    "expense_changes": f"account_id = ?1 AND ({_OF_THEIR_EXPENSES} OR actor IN ({THEIR_NAMES}))",
    "expense_conversions": _OF_THEIR_EXPENSES,
    "expense_items": _OF_THEIR_EXPENSES,
    "expense_parts": _OF_THEIR_EXPENSES,
    "expense_tags": _OF_THEIR_EXPENSES,
    "expense_tax_lines": _OF_THEIR_EXPENSES,
    "expense_views": "account_id = ?1 AND user_id = ?2",
    "expenses": f"id IN ({_THEIR_EXPENSES})",
    "extractions": f"run_id IN (SELECT id FROM runs WHERE account_id = ?1 AND subject IN ({_THEIR_RECEIPTS}))",
    "inbound_source_people": "user_id = ?2 AND source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)",
    "notifications": "account_id = ?1 AND id IN (SELECT notification_id FROM notification_recipients "
    "WHERE user_id = ?2)",
    "receipts": f"id IN ({_THEIR_RECEIPTS})",
    "received_mail": f"id IN ({_THEIR_MAIL})",
    "received_papers": f"mail_id IN ({_THEIR_MAIL})",
    "review_decisions": f"actor IN ({THEIR_NAMES})",
    "users": "account_id = ?1 AND id = ?2",
}


def handed_out(table: Table, what: What) -> Handed | Withheld:
    """What of a table is handed out. Raises ValueError for a receipt: its documents and expense are handed out as they
    are."""
    if what is What.RECEIPT:
        raise ValueError("the data of an account or of a person is handed out")
    if table.name in _WITHHELD:
        return Withheld(_WITHHELD[table.name])
    where = (_ACCOUNTS_OWN if what is What.ACCOUNT else _PERSONS_OWN).get(table.name)
    if where is None:
        treatment = table.treatment(what)
        if isinstance(treatment, Stays):
            return Withheld(_OTHERS if what is What.PERSON and _is_of_accounts(table) else treatment.why)
        where = treatment.where
    return Handed(where, WITHOUT.get(table.name, frozenset()))


def _is_of_accounts(table: Table) -> bool:
    return isinstance(handed_out(table, What.ACCOUNT), Handed)


def tables_handed_out(what: What) -> list[tuple[Table, Handed]]:
    """The tables in the order in which they are written."""
    found = [(table, handed_out(table, what)) for table in TABLES]
    return [(table, handed) for table, handed in found if isinstance(handed, Handed)]


def tables_withheld(what: What) -> dict[str, str]:
    """Why the others are not."""
    found = [(table.name, handed_out(table, what)) for table in TABLES]
    return {name: withheld.why for name, withheld in found if isinstance(withheld, Withheld)}


# ruff: noqa: S608 - the statements are put together of constants


PAGE_ROWS: Final = 200
# Every value is asked for, since a database refuses those that nothing asks for.
_ALL: Final = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL"
# A column that no table has: the key's values beside a row's own.
_KEY: Final = "_key"


@dataclass(frozen=True)
class Page:
    """Rows without what is left out of them. `after` is the key of the last; None behind the last page."""

    rows: Sequence[Row]
    after: list[Value] | None


async def read_page(
    database: Database, table: Table, handed: Handed, values: Sequence[str], after: Sequence[Value]
) -> Page:
    """The rows behind the key `after`, which is empty for the first. `values` are those of a treatment's condition.

    Raises:
        DatabaseError: it failed.
    """
    return page_of(await database.all(page_query(table, handed, values, after)), table, handed)


def page_query(table: Table, handed: Handed, values: Sequence[str], after: Sequence[Value]) -> Statement:
    """The query for `page_of`; see `read_page`."""
    keys = table.key.split(", ")
    shown = ", ".join(f"{key} AS {_KEY}{place}" for place, key in enumerate(keys))
    behind = f"AND ({table.key}) > ({', '.join(f'?{place}' for place in range(4, 4 + len(keys)))})" if after else ""
    sql = (
        f"SELECT {table.name}.*, {shown} FROM {table.name} WHERE ({handed.where}) AND {_ALL} {behind} "
        f"ORDER BY {table.key} LIMIT {PAGE_ROWS}"
    )
    return Statement(sql, (*values, *after))


def page_of(found: Sequence[Row], table: Table, handed: Handed) -> Page:
    """What `page_query` found."""
    keys = table.key.split(", ")
    last = [found[-1][f"{_KEY}{place}"] for place in range(len(keys))] if len(found) == PAGE_ROWS else None
    return Page([shown(row, handed) for row in found], last)


def shown(row: Row, handed: Handed) -> Row:
    """The row without what is left out of it."""
    return {name: value for name, value in row.items() if name not in handed.without and not name.startswith(_KEY)}


# ruff: noqa: S608 - the statements are put together of constants


LEFT_BY_RUNS: Final = {table: column for table, column in ARCHIVED.items() if table != EVENTS}
"""The tables of what runs left, each with the column that names the run."""
MOST_RUNS: Final = 50
# Of what runs have in the database, in one page.
_MOST_BYTES: Final = 4 * 2**20


async def next_events(platform: Platform, export: DataExport, table: Table, handed: Handed, after: int) -> Page:
    """The events behind an id: from a range's file where they lie in one, else a page of rows.

    Raises:
        ArchiveLost: a file is gone, or not what was written.
        DatabaseError, ObjectsUnavailable: one of them did not answer.
    """
    found, names, rows = await platform.database.batch(
        [
            file_behind(after),
            Statement(f"SELECT * FROM ({THEIR_NAMES}) WHERE ?1 IS NOT NULL", (export.account_id, export.target)),
            page_query(table, handed, [export.account_id, export.target, "none"], [after]),
        ]
    )
    if not found:
        return page_of(rows, table, handed)
    wanted = {value for row in names for value in row.values()}
    events = [
        row
        for row in await events_of_account(platform.objects, found[0], export.account_id)
        if integer(row, "id") > after and (export.what is What.ACCOUNT or row["actor"] in wanted)
    ]
    return Page(events, [integer(found[0], "to_id")])


@dataclass(frozen=True)
class RunsPage:
    """Rows of runs by table; the archived ones among them lie in `kept`. `after` is the last run; None behind the last
    page."""

    there: Rows
    kept: Sequence[Kept]
    after: str | None


async def next_runs(platform: Platform, account_id: str, after: Value) -> RunsPage:
    """What the account's next runs left, behind the id of a run: as many as are not too large."""
    sizes = await platform.database.all(
        statement(
            """
            SELECT r.id,
              (SELECT SUM(COALESCE(length(input), 0) + COALESCE(length(output), 0)) FROM run_steps WHERE run_id = r.id)
                AS steps,
              (SELECT SUM(length(payload) + COALESCE(length(whole), 0)) FROM outbox WHERE run_id = r.id) AS events
            FROM runs r WHERE r.account_id = ?1 AND r.id > ?2 ORDER BY r.id LIMIT ?3
            """,
            account_id,
            after,
            MOST_RUNS,
        )
    )
    ids = _as_many_as_fit(sizes)
    is_last = len(ids) == len(sizes) < MOST_RUNS
    kept, *found = await platform.database.batch(
        [
            statement(
                f"{KEPT} WHERE a.run_id IN (SELECT value FROM json_each(?)) ORDER BY b.object_key, a.place",
                dump(ids),
            ),
            *(
                statement(
                    f"SELECT * FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) "
                    f"ORDER BY {column}, {ORDERS[table]}",
                    dump(ids),
                )
                for table, column in LEFT_BY_RUNS.items()
            ),
        ]
    )
    there = dict(zip(LEFT_BY_RUNS, found, strict=True))
    return RunsPage(there, [kept_of_row(row) for row in kept], None if is_last else str(ids[-1]))


async def from_bundles(platform: Platform, kept: Sequence[Kept]) -> AsyncIterator[Rows]:
    """What archived runs left, a run at a time; they come by their bundles, of which one is held.

    Raises:
        ArchiveLost: a bundle is gone, or not what was written.
        ObjectsUnavailable: the object store does not answer.
    """
    key, content = "", None
    for each in kept:
        if each.object_key != key:
            key, content = each.object_key, await platform.objects.get_bytes(each.object_key)
        yield rows_in(content, each)


def _as_many_as_fit(sizes: Sequence[Row]) -> list[Json]:
    ids: list[Json] = []
    waiting = 0
    for row in sizes:
        waiting += integer({"size": row["steps"] or 0}, "size") + integer({"size": row["events"] or 0}, "size")
        if ids and waiting > _MOST_BYTES:
            break
        ids.append(text(row, "id"))
    return ids
