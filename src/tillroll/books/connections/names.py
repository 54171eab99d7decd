"""What the books call contacts, accounts and tax codes, by their ids and codes there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tillroll.books.syncs.drafts import Party
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database, text
from tillroll_durable.platform.json import Json, dump


async def find_contacts(
    database: Database, connection_id: str, parties: Iterable[Party]
) -> dict[tuple[str, str], str]:
    """The ids of the parties' contacts, by role and word; those that are not known are left out."""
    words: list[Json] = [
        [role, word] for role, word in sorted({(each.role.value, each.word) for each in parties})
    ]
    query = """
      SELECT role, word, external_id FROM books_contacts
      WHERE connection_id = ?1 AND (role, word) IN (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?2))
    """
    if words:
        rows = await database.all(statement(query, [connection_id, dump(words)]))
    else:
        rows = []
    return {(text(row, "role"), text(row, "word")): text(row, "external_id") for row in rows}


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


def note_contact(
    connection_id: str, role: str, word: str, name: str, external_id: str
) -> Statement:
    return statement(
        """
        INSERT INTO books_contacts (connection_id, role, word, name, external_id)
        VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (connection_id, role, word) DO UPDATE SET external_id = excluded.external_id
        """,
        [connection_id, role, word, name, external_id],
    )
