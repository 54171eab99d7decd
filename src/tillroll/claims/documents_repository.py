"""The files of claims in the database."""

from collections.abc import Mapping, Sequence
from typing import Final

from tillroll.claims.contract import ClaimParams, InvoiceParams
from tillroll.claims.cron import WRITING_NOTES
from tillroll.claims.models import ClaimFile
from tillroll.claims.naming import NUMBER
from tillroll_durable import Statement, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN
from tillroll_durable.platform.bindings.database import Database, Row, insert_row, of_row, text
from tillroll_durable.platform.bindings.objects import Stored
from tillroll_durable.platform.json import load_object

# Their `path` is what their URL ends with.
_FILES: Final = f"""
  SELECT f.name, f.object_key, f.size, f.sha256,
    {NUMBER.format(claims="c")} AS number,
    CASE f.name WHEN 'statement' THEN 'statement.pdf' WHEN 'invoice' THEN 'invoice.xml'
      ELSE 'invoice.pdf' END AS path, 0 AS version
  FROM claim_files f JOIN claims c ON c.run_id = f.run_id WHERE f.run_id = ?1 AND c.account_id = ?2
  UNION ALL
  SELECT f.name, f.object_key, f.size, f.sha256, printf('CN-%d-%04d', e.year, e.number),
    printf('CN-%d-%04d.', e.year, e.number) || iif(f.name = 'credit_note', 'xml', 'pdf'), f.version
  FROM claim_note_files f JOIN claim_events e ON e.run_id = f.run_id AND e.version = f.version
  WHERE f.run_id = ?1 AND e.account_id = ?2
"""


async def list_files(database: Database, account_id: str, run_id: str) -> list[ClaimFile]:
    """The files of a claim, the statement first and credit notes last."""
    query = f"SELECT * FROM ({_FILES}) ORDER BY version, name DESC"
    return [
        _file(run_id, row) for row in await database.all(statement(query, [run_id, account_id]))
    ]


async def find_file(
    database: Database, account_id: str, run_id: str, path: str
) -> ClaimFile | None:
    """The file `statement.pdf`, `invoice.pdf`, `invoice.xml`, `CN-….pdf` or `CN-….xml`; None where
    the account has no such file (yet)."""
    query = f"SELECT * FROM ({_FILES}) WHERE path = ?3"
    row = await database.first(statement(query, [run_id, account_id, path]))
    if row is None:
        return None
    return _file(run_id, row)


def _file(run_id: str, row: Row) -> ClaimFile:
    is_note = text(row, "name").startswith("credit_note")
    folder = "credit-notes/" if is_note else ""
    return of_row(ClaimFile, row, url=f"/api/claims/{run_id}/{folder}{text(row, 'path')}")


async def invoice_of(database: Database, run_id: str) -> InvoiceParams | None:
    """What a claim's invoice was asked for by; None where it has none."""
    row = await database.first(statement("SELECT params FROM runs WHERE id = ?", [run_id]))
    if row is None:
        return None
    return ClaimParams.model_validate(load_object(text(row, "params"))).invoice


def insert_file(run_id: str, name: str, stored: Stored) -> Statement:
    values: Mapping[str, str | int] = {"run_id": run_id, "name": name}
    return insert_row(
        "claim_files",
        {**values, "object_key": stored.key, "size": stored.size, "sha256": stored.sha256},
    )


def insert_note_file(run_id: str, version: int, name: str, stored: Stored) -> Statement:
    """A file of the credit note that a claim's event of this version is; the first that is written
    stands."""
    query = """
      INSERT INTO claim_note_files (run_id, version, name, object_key, size, sha256)
      VALUES (?, CAST(? AS INTEGER), ?, ?, CAST(? AS INTEGER), ?)
      ON CONFLICT (run_id, version, name) DO NOTHING
    """
    return statement(query, [run_id, version, name, stored.key, stored.size, stored.sha256])


async def find_unwritten_notes(database: Database, now: str, run_id: str | None) -> Sequence[Row]:
    """Credit notes that lack their e-invoice, of one claim or all that are due: `run_id`,
    `version`, and `note`, their name."""
    query = f"""
      SELECT e.run_id, e.version, e.run_id || ' ' || e.version AS note, s.failures AS setbacks
      FROM claim_events e
      JOIN claim_files i ON i.run_id = e.run_id AND i.name = 'invoice'
      {JOIN.format(part=f"'{WRITING_NOTES}'", subject="e.run_id || ' ' || e.version")}
      WHERE e.number IS NOT NULL AND (?2 IS NULL AND {IS_DUE} OR e.run_id = ?2)
        AND NOT EXISTS (SELECT 1 FROM claim_note_files f WHERE f.run_id = e.run_id
          AND f.version = e.version)
      ORDER BY {IN_TURN}, e.at LIMIT 20
    """
    return await database.all(statement(query, [now, run_id]))
