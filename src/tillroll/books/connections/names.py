"""What the books call contacts, accounts and tax codes, by their ids and codes there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tillroll.books.syncs.drafts import ContactKey
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.naming import fold_name, is_beyond_ascii


async def find_contacts(
    database: Database, connection_id: str, keys: Iterable[ContactKey]
) -> dict[ContactKey, str]:
    """The ids of contacts; those that are not known are left out."""
    keys = sorted(set(keys))
    words: list[Json] = [[*key] for key in keys]
    query = """
      SELECT role, word, currency, external_id FROM books_contacts
      WHERE connection_id = ?1 AND (role, word, currency) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'),
          json_extract(value, '$[2]') FROM json_each(?2))
    """
    if words:
        rows = await database.all(statement(query, [connection_id, dump(words)]))
    else:
        rows = []
    contacts = {
        ContactKey(text(row, "role"), text(row, "word"), text(row, "currency")): text(
            row, "external_id"
        )
        for row in rows
    }
    missing = {key for key in keys if key not in contacts}
    if not missing:
        return contacts
    return contacts | await _contacts_folded_anew(database, connection_id, missing)


async def _contacts_folded_anew(
    database: Database, connection_id: str, keys: Collection[ContactKey]
) -> dict[ContactKey, str]:
    """The ids of contacts whose word an older rule made, where their names lead to one alone. Of
    two that fall together neither is taken: the books are asked by the very name.
    """
    query = f"""
      SELECT role, name, currency, external_id FROM books_contacts
      WHERE connection_id = ?1 AND {is_beyond_ascii("word")}
    """
    ids: dict[ContactKey, set[str]] = {}
    for row in await database.all(statement(query, [connection_id])):
        key = ContactKey(
            text(row, "role"), fold_name(text(row, "name")), currency=text(row, "currency")
        )
        if key in keys:
            ids.setdefault(key, set()).add(text(row, "external_id"))
    return {key: next(iter(each)) for key, each in ids.items() if len(each) == 1}


async def contact_names(
    database: Database, connection_id: str, documents: Iterable[Mapping[str, Json] | None]
) -> dict[str, str]:
    """What the documents' contacts are called in the books, by their ids there."""
    ids = {str(each["contact"]) for each in documents if each and "contact" in each}
    query = """
      SELECT external_id, name FROM books_contacts
      WHERE connection_id = ?1 AND external_id IN (SELECT value FROM json_each(?2))
    """
    if ids:
        rows = await database.all(statement(query, [connection_id, dump([*sorted(ids)])]))
    else:
        rows = []
    return {text(row, "external_id"): text(row, "name") for row in rows}


def named(names: Mapping[str, str], *documents: Mapping[str, Json] | None) -> dict[str, str]:
    """The names of the documents' contacts, by their ids; those that are not known are left out."""
    ids = [str(each["contact"]) for each in documents if each and "contact" in each]
    return {id_: names[id_] for id_ in ids if id_ in names}


@dataclass(frozen=True)
class CodeNames:
    """What accounts and tax codes of the books are called, by their codes; nothing before the chart
    was read.
    """

    accounts: Mapping[str, str]
    tax_codes: Mapping[str, str]

    def of(self, *documents: Mapping[str, Any] | None) -> dict[str, dict[str, str]]:
        """The names that the documents' lines need."""
        lines = [line for each in documents if each for line in each.get("lines", ())]
        return {
            "accounts": _names_in(self.accounts, (line["account"] for line in lines)),
            "tax_codes": _names_in(self.tax_codes, (line["taxCode"] for line in lines)),
        }


def _names_in(names: Mapping[str, str], codes: Iterable[object]) -> dict[str, str]:
    return {str(each): names[str(each)] for each in codes if str(each) in names}


async def find_code_names(database: Database, connection_id: str) -> CodeNames:
    query = """
      SELECT 'accounts' AS side, json_extract(value, '$.code') AS code,
        trim(json_extract(value, '$.number') || ' ' || json_extract(value, '$.name')) AS name
      FROM books_connections c, json_each(c.chart, '$.accounts') WHERE c.id = ?1
      UNION ALL
      SELECT 'taxCodes', json_extract(value, '$.code'), json_extract(value, '$.name')
      FROM books_connections c, json_each(c.chart, '$.taxCodes') WHERE c.id = ?1
    """
    rows = await database.all(statement(query, [connection_id]))
    sides = [
        {text(row, "code"): text(row, "name") for row in rows if row["side"] == side}
        for side in ("accounts", "taxCodes")
    ]
    return CodeNames(*sides)


def note_contact(connection_id: str, key: ContactKey, name: str, external_id: str) -> Statement:
    return statement(
        """
        INSERT INTO books_contacts (connection_id, role, word, currency, name, external_id)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (connection_id, role, word, currency)
        DO UPDATE SET external_id = excluded.external_id
        """,
        [connection_id, *key, name, external_id],
    )
