"""What a data export keeps beside its run record: whose it is, until when, and its files. Ids and times only."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tillroll.durable import ObjectsInUse, Statement, statement
from tillroll.platform.bindings.database import Database, Row, integer, of_row, optional_text, text
from tillroll.platform.bindings.objects import Stored
from tillroll.privacy.data_export.contract import KIND
from tillroll.privacy.tables import What

# The keys are those of `data_export_folder`, each with a name behind it.
OBJECTS_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/data-exports/dex_[^/]+/[^/]+",
    query="SELECT object_key FROM data_export_files WHERE object_key IN (SELECT value FROM json_each(?1))",
)


class Stand(StrEnum):
    """Where a data export stands. `failed`: its run can be retried, or another be asked for; `stopped`: it cannot."""

    MAKING = "making"
    FAILED = "failed"
    STOPPED = "stopped"
    READY = "ready"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Written:
    """A file of a data export, and how much is in it. `missing` are documents that the store has not any more."""

    stored: Stored
    rows: int
    documents: int
    missing: int


@dataclass(frozen=True)
class DataExport:
    """`target` is the id of the person or the account; `run_id` the newest run of its chain, and `has_failed` whether
    that waits for somebody to retry it."""

    id: str
    account_id: str
    what: What
    target: str
    run_id: str
    requested_at: str
    expires_at: str
    finished_at: str | None = None
    given_up_at: str | None = None
    swept_at: str | None = None
    has_failed: bool = False

    def stand(self, now: str) -> Stand:
        if self.finished_at is not None:
            return Stand.READY if self.swept_at is None and now < self.expires_at else Stand.EXPIRED
        if self.given_up_at is not None or self.swept_at is not None:
            return Stand.STOPPED
        return Stand.FAILED if self.has_failed else Stand.MAKING


_SELECT: Final = f"""
  SELECT data_exports.*, newest.id AS newest_run_id, newest.status = 'failed' AS has_failed
  FROM data_exports
  LEFT JOIN runs AS newest ON newest.id = (
    SELECT MAX(id) FROM runs
    WHERE account_id = data_exports.account_id AND kind = '{KIND}' AND subject = data_exports.id
  )
"""  # noqa: S608 - constants


def _data_export_of(row: Row) -> DataExport:
    return of_row(DataExport, row, run_id=optional_text(row, "newest_run_id") or text(row, "run_id"))


async def load_data_export(database: Database, export_id: str) -> DataExport | None:
    row = await database.first(statement(f"{_SELECT} WHERE data_exports.id = ?", export_id))
    return None if row is None else _data_export_of(row)


async def data_exports_of(database: Database, account_id: str, user_id: str, *, all_of_it: bool) -> list[DataExport]:
    """A person's, and where `all_of_it` the account's too: the newest 100 first."""
    rows = await database.all(
        statement(
            f"""
            {_SELECT}
            WHERE data_exports.account_id = ?1 AND (what = 'person' AND target = ?2 OR what = 'account' AND ?3)
            ORDER BY data_exports.id DESC LIMIT 100
            """,
            account_id,
            user_id,
            int(all_of_it),
        )
    )
    return [_data_export_of(row) for row in rows]


async def open_data_export(database: Database, account_id: str, what: What, target: str) -> DataExport | None:
    """The one that is not finished, and was not given up."""
    row = await database.first(
        statement(
            f"""
            {_SELECT}
            WHERE data_exports.account_id = ? AND what = ? AND target = ?
              AND finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL
            """,
            account_id,
            what,
            target,
        )
    )
    return None if row is None else _data_export_of(row)


async def files_of(database: Database, export_id: str) -> list[tuple[int, Written]]:
    """Its files by their numbers."""
    rows = await database.all(
        statement("SELECT * FROM data_export_files WHERE export_id = ? ORDER BY number", export_id)
    )
    return [
        (
            integer(row, "number"),
            Written(
                Stored(text(row, "object_key"), integer(row, "size"), text(row, "sha256")),
                integer(row, "rows"),
                integer(row, "documents"),
                integer(row, "missing"),
            ),
        )
        for row in rows
    ]


def insert_data_export(export: DataExport, actor: str) -> Statement:
    """Refused where the same is being made."""
    return statement(
        """
        INSERT INTO data_exports (id, account_id, what, target, run_id, requested_by, requested_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        export.id,
        export.account_id,
        export.what,
        export.target,
        export.run_id,
        actor,
        export.requested_at,
        export.expires_at,
    )


def insert_file(export_id: str, number: int, written: Written) -> Statement:
    """The file, unless it is there; refused where the data export was given up or swept meanwhile."""
    return statement(
        """
        INSERT INTO data_export_files (export_id, number, object_key, size, sha256, rows, documents, missing)
        VALUES ((SELECT id FROM data_exports WHERE id = ? AND given_up_at IS NULL AND swept_at IS NULL),
                ?, ?, ?, ?, ?, ?, ?)
        """,
        export_id,
        number,
        written.stored.key,
        written.stored.size,
        written.stored.sha256,
        written.rows,
        written.documents,
        written.missing,
    )


def finish(export_id: str, now: str, expires_at: str) -> Statement:
    return statement(
        """
        UPDATE data_exports SET finished_at = ?2, expires_at = ?3
        WHERE id = ?1 AND finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL
        """,
        export_id,
        now,
        expires_at,
    )


def give_up(export_id: str, now: str) -> Statement:
    """It will not be finished: the cron deletes what is there of it."""
    return statement(
        "UPDATE data_exports SET given_up_at = ?2, expires_at = ?2 "
        "WHERE id = ?1 AND finished_at IS NULL AND given_up_at IS NULL",
        export_id,
        now,
    )
