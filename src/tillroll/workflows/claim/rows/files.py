"""The files of a claim: the statement, the e-invoice, and the e-invoices of its credit notes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, cast

from tillroll.durable import ObjectsInUse, Statement, statement
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN
from tillroll.platform.bindings.database import Database, Row, integer, text
from tillroll.platform.bindings.objects import Stored

FileName = Literal["statement", "invoice"]
ListedName = Literal["statement", "invoice", "credit_note"]
MEDIA_TYPES: Final = {"statement": "application/pdf", "invoice": "application/xml", "credit_note": "application/xml"}

# By the account, the word, the run and the name.
OBJECTS_IN_USE = ObjectsInUse(
    keys=r"[^/]+/claims/run_[^/]+/[^/]+",
    query="""
      SELECT object_key FROM claim_files WHERE object_key IN (SELECT value FROM json_each(?1))
      UNION ALL SELECT object_key FROM claim_note_files WHERE object_key IN (SELECT value FROM json_each(?1))
    """,
)

_FILES: Final = """
  SELECT claim_files.*, claims.year, claims.number FROM claim_files JOIN claims ON claims.run_id = claim_files.run_id
  WHERE claim_files.run_id = ?
"""
_NOTES: Final = """
  SELECT f.*, 'credit_note' AS name, e.year, e.number FROM claim_note_files f
  JOIN claim_events e ON e.run_id = f.run_id AND e.version = f.version JOIN claims ON claims.run_id = f.run_id
  WHERE f.run_id = ?
"""
# Credit notes of claims that have an e-invoice, and have none themselves.
WRITING_NOTES: Final = "credit notes"
_UNWRITTEN: Final = f"""
  SELECT e.run_id, e.version, e.run_id || ' ' || e.version AS note, s.failures AS setbacks FROM claim_events e
  JOIN claim_files i ON i.run_id = e.run_id AND i.name = 'invoice'
  {JOIN.format(part=f"'{WRITING_NOTES}'", subject="e.run_id || ' ' || e.version")}
  WHERE e.kind = 'credited' AND (?2 IS NULL AND {IS_DUE} OR e.run_id = ?2)
    AND NOT EXISTS (SELECT 1 FROM claim_note_files f WHERE f.run_id = e.run_id AND f.version = e.version)
  ORDER BY {IN_TURN}, e.at LIMIT 20
"""  # noqa: S608 - constants
_NOTE_NUMBER: Final = re.compile(r"CN-([0-9]{4})-([0-9]{4,9})", re.ASCII)


@dataclass(frozen=True)
class ClaimFile:
    """`number` is the claim's, or the credit note's, `size` in bytes, `sha256` hexadecimal."""

    name: ListedName
    object_key: str
    number: str
    size: int
    sha256: str


def insert_file(run_id: str, name: FileName, stored: Stored) -> Statement:
    return statement(
        "INSERT INTO claim_files (run_id, name, object_key, size, sha256) VALUES (?, ?, ?, CAST(? AS INTEGER), ?)",
        run_id,
        name,
        stored.key,
        stored.size,
        stored.sha256,
    )


def insert_note_file(run_id: str, version: int, stored: Stored) -> Statement:
    """The e-invoice of the credit note that a claim's event of this version is; the first that is written stands."""
    return statement(
        """
        INSERT INTO claim_note_files (run_id, version, object_key, size, sha256)
        VALUES (?, CAST(? AS INTEGER), ?, CAST(? AS INTEGER), ?) ON CONFLICT (run_id, version) DO NOTHING
        """,
        *(run_id, version, stored.key, stored.size, stored.sha256),
    )


async def find_unwritten_notes(database: Database, now: str, run_id: str | None) -> Sequence[Row]:
    """Credit notes whose file is missing, of one claim or of all that are not set aside: `run_id`, `version`, and
    `note`, which names one."""
    return await database.all(statement(_UNWRITTEN, now, run_id))


async def find_note_file(database: Database, account_id: str, run_id: str, number: str) -> ClaimFile | None:
    """None where the account has no such claim, or that no such credit note, or it has no file (yet)."""
    match = _NOTE_NUMBER.fullmatch(number)
    if match is None:
        return None
    query = f"{_NOTES} AND claims.account_id = ? AND e.year = CAST(? AS INTEGER) AND e.number = CAST(? AS INTEGER)"
    row = await database.first(statement(query, run_id, account_id, match[1], match[2]))
    return None if row is None else _file(row)


async def find_claim_file(database: Database, account_id: str, run_id: str, name: FileName) -> ClaimFile | None:
    """None where the account has no such claim, or that no such file (yet)."""
    row = await database.first(
        statement(f"{_FILES} AND claims.account_id = ? AND claim_files.name = ?", run_id, account_id, name)
    )
    return None if row is None else _file(row)


async def list_claim_files(database: Database, run_id: str) -> list[ClaimFile]:
    """Those that there are, the statement first and credit notes last."""
    rows = await database.all(statement(f"{_FILES} ORDER BY claim_files.name DESC", run_id))
    notes = await database.all(statement(f"{_NOTES} ORDER BY f.version", run_id))
    return [_file(row) for row in (*rows, *notes)]


def _file(row: Row) -> ClaimFile:
    series = "CN-" if row["name"] == "credit_note" else ""
    return ClaimFile(
        cast("ListedName", text(row, "name")),  # the table takes no other
        text(row, "object_key"),
        f"{series}{integer(row, 'year')}-{integer(row, 'number'):04}",
        integer(row, "size"),
        text(row, "sha256"),
    )
