"""Rows of erasures and data exports, whether something may be erased as it stands, and deleting
rows in batches.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, Literal, LiteralString, cast

from tillroll.app import load
from tillroll.archiving import LEFT_ALONE
from tillroll_durable import Statement, statement
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    insert_row,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.objects import Stored
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.tables import ACCOUNT, Gone, Stays, Table, Treatment, in_order


class Audited(Action):
    DATA_EXPORT_REQUESTED = (
        "data_export.requested",
        "somebody asked for an account's data, or for their own; `what`, and whose as `target`",
    )
    DATA_EXPORT_FINISHED = (
        "data_export.finished",
        "the files of a data export are there; until `expiresAt`",
    )
    DATA_EXPORT_FETCHED = "data_export.fetched", "a file of a data export was fetched"
    DATA_EXPORT_SWEPT = (
        "data_export.swept",
        "the files of a data export were deleted: its time was over, or it was not finished",
    )
    ERASURE_REQUESTED = (
        "erasure.requested",
        (
            "something is to be deleted for good; `what` it is, its id as `target`, and when as "
            "`dueAt`"
        ),
    )
    ERASURE_TAKEN_BACK = "erasure.taken_back", "something is not to be deleted any more"
    ERASURE_BEGUN = (
        "erasure.begun",
        "something is being deleted for good: its time is over, and it cannot be taken back",
    )


BEING_ERASED: Final = LEFT_ALONE.fill("""EXISTS (
  SELECT 1 FROM erasures
  WHERE account_id = r.account_id AND begun_at IS NOT NULL AND erased_at IS NULL
    AND taken_back_at IS NULL
)""")
"""Whether something of the account of a run `r` is being erased, so nothing of it is moved."""


class What(StrEnum):
    """What can be erased: one receipt with all that became of it; one person; an account with
    everything in it.
    """

    RECEIPT = "receipt"
    PERSON = "person"
    ACCOUNT = "account"


class Erasure(Model):
    """`target` is the id of the receipt, the person or the account; `run_id` the run that waits,
    and then deletes. `status` is waiting (it can be taken back until `due_at`), erasing, erased, or
    kept: taken back, or not to go when its time came, as the run says.
    """

    id: str
    what: What
    target: str
    run_id: str
    status: Literal["waiting", "erasing", "erased", "kept"]
    requested_at: str
    due_at: str
    insisted: bool
    taken_back_at: str | None
    erased_at: str | None


class AccountErasure(Erasure):
    """An erasure with its account. `insisted`: also what was handed on. `is_repeated`: it had begun
    before a restore.
    """

    account_id: str
    is_repeated: bool = False


_SELECT_ERASURES: Final = """
  SELECT *, CASE WHEN erased_at IS NOT NULL THEN 'erased' WHEN taken_back_at IS NOT NULL THEN 'kept'
    WHEN begun_at IS NOT NULL THEN 'erasing' ELSE 'waiting' END AS status
  FROM erasures
"""


async def load_erasure(database: Database, erasure_id: str) -> AccountErasure | None:
    row = await database.first(statement(f"{_SELECT_ERASURES} WHERE id = ?", [erasure_id]))
    if row is None:
        return None
    return of_row(AccountErasure, row)


async def erasures_of(database: Database, account_id: str, limit: int) -> list[AccountErasure]:
    """The account's, the newest first."""
    query = f"{_SELECT_ERASURES} WHERE account_id = ? ORDER BY id DESC LIMIT ?"
    return [
        of_row(AccountErasure, row)
        for row in await database.all(statement(query, [account_id, limit]))
    ]


async def open_erasure(
    database: Database, account_id: str, what: What, target: str
) -> AccountErasure | None:
    """The one that is not done and was not taken back."""
    query = f"""
      {_SELECT_ERASURES}
      WHERE account_id = ? AND what = ? AND target = ? AND taken_back_at IS NULL
        AND erased_at IS NULL
    """
    row = await database.first(statement(query, [account_id, what, target]))
    if row is None:
        return None
    return of_row(AccountErasure, row)


def insert_erasure(erasure: AccountErasure, actor: str) -> Statement:
    """Refused where the same is to go already."""
    columns = erasure.model_dump(exclude={"status", "taken_back_at", "erased_at"})
    return insert_row("erasures", {**columns, "requested_by": actor})


def stop(erasure_id: str, now: str) -> Statement:
    """Take an erasure back, unless it has become final."""
    query = (
        "UPDATE erasures SET taken_back_at = ?2 WHERE id = ?1 AND begun_at IS NULL "
        "AND taken_back_at IS NULL"
    )
    return statement(query, [erasure_id, now])


def give_up(erasure_id: str, now: str) -> Statement:
    """The run has ended without erasing to the end."""
    query = (
        "UPDATE erasures SET taken_back_at = ?2 WHERE id = ?1 AND taken_back_at IS NULL "
        "AND erased_at IS NULL"
    )
    return statement(query, [erasure_id, now])


def make_final(erasure_id: str, now: str) -> Statement:
    """Make an erasure final: nobody can take it back from now on. Done again, it changes
    nothing.
    """
    query = (
        "UPDATE erasures SET begun_at = COALESCE(begun_at, ?2) WHERE id = ?1 "
        "AND taken_back_at IS NULL"
    )
    return statement(query, [erasure_id, now])


def note_erased(erasure_id: str, now: str) -> Statement:
    return statement("UPDATE erasures SET erased_at = ? WHERE id = ?", [now, erasure_id])


class Hindrance(StrEnum):
    """Why something is not erased. The value is the reason's code."""

    TAKEN_BACK = "taken_back"
    GONE = "gone"
    UNDER_WAY = "under_way"
    COUNTS = "counts"
    HANDED_ON = "handed_on"
    STILL_HERE = "still_here"
    PAYING = "paying"


SENTENCES: Final[Mapping[str, str]] = {
    Hindrance.TAKEN_BACK: "It was taken back.",
    Hindrance.GONE: "It is not there any more.",
    Hindrance.UNDER_WAY: "Its run has not ended: wait for it, or cancel it first.",
    Hindrance.COUNTS: "Its expense counts: void it first.",
    Hindrance.HANDED_ON: "It was handed on by an export or a claim, or lies in a "
    "closed period, so books elsewhere "
    "refer to it. An owner can insist, where no law asks to keep it.",
    Hindrance.STILL_HERE: "The person is still in the account: remove them first.",
    Hindrance.PAYING: "A payout of the account has not ended, or nobody knows "
    "what became of its payment: "
    "wait for it, cancel it, or say what the bank did.",
}


async def hindrance(database: Database, erasure: AccountErasure) -> Hindrance | None:
    """What stands against it now; None for nothing."""
    if erasure.what is What.RECEIPT:
        return await _of_receipt(database, erasure)
    if erasure.what is What.PERSON:
        query = "SELECT removed_at FROM users WHERE id = ? AND account_id = ?"
        row = await database.first(statement(query, [erasure.target, erasure.account_id]))
        if row is None:
            return Hindrance.GONE
        if row["removed_at"] is None:
            return Hindrance.STILL_HERE
        return None
    query = """
      SELECT 1 FROM (
        SELECT run_id FROM payouts WHERE account_id = ?1
        UNION ALL SELECT run_id FROM payout_batches WHERE account_id = ?1
      ) AS paid JOIN runs ON runs.id = paid.run_id
      WHERE runs.status IN ('processing', 'needs_review')
      UNION ALL SELECT 1 FROM payouts
      WHERE account_id = ?1 AND debited_by IS NOT NULL AND delivered_by IS NULL
      LIMIT 1
    """
    if await database.first(statement(query, [erasure.account_id])) is None:
        return None
    return Hindrance.PAYING


async def _of_receipt(database: Database, erasure: AccountErasure) -> Hindrance | None:
    query = """
      SELECT
        EXISTS (SELECT 1 FROM runs WHERE account_id = receipts.account_id AND subject = receipts.id
                AND status IN ('processing', 'needs_review')) AS under_way,
        EXISTS (SELECT 1 FROM expenses WHERE receipt_id = receipts.id
            AND status <> 'voided') AS counts,
        EXISTS (SELECT 1 FROM expenses JOIN export_items ON export_items.expense_id = expenses.id
                WHERE expenses.receipt_id = receipts.id)
        OR EXISTS (SELECT 1 FROM expenses JOIN claim_items ON claim_items.expense_id = expenses.id
                   WHERE expenses.receipt_id = receipts.id)
        OR EXISTS (SELECT 1 FROM expenses JOIN closed_periods AS period
                     ON period.account_id = expenses.account_id AND period.reopened_at IS NULL
                     AND expenses.date BETWEEN period.first_day AND period.last_day
                   WHERE expenses.receipt_id = receipts.id) AS handed_on
      FROM receipts WHERE id = ? AND account_id = ?
    """
    row = await database.first(statement(query, [erasure.target, erasure.account_id]))
    if row is None:
        return Hindrance.GONE
    if row["under_way"]:
        return Hindrance.UNDER_WAY
    if row["counts"]:
        return Hindrance.COUNTS
    if row["handed_on"] and not erasure.insisted:
        return Hindrance.HANDED_ON
    return None


# Rows in a statement: D1 gives one half a minute.
_ROWS = 500
# The clause that has every value in every statement, since a database refuses values that nothing
# asks for.
_ALL = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL"


@cache
def tables() -> Sequence[Table]:
    """All tables, in the order in which they are erased. Asking imports what declares them."""
    return in_order(cast("Sequence[Table]", each) for each in load(lambda module: module.tables))


def treatment_of(table: Table, what: What) -> Treatment:
    return {What.ACCOUNT: table.account, What.RECEIPT: table.subject, What.PERSON: table.person}[
        what
    ]


async def erase_rows(database: Database, what: What, values: Sequence[str]) -> None:
    """Erase all rows of something, after an interruption what is left; `values` are its account,
    its id, and the run. It goes through the tables twice: rows that name what is no row of theirs
    can come while it does.
    """
    for table in tables():
        loosened = {What.ACCOUNT: table.loosened, What.RECEIPT: table.subject_loosened}.get(
            what, ()
        )
        for each in loosened:
            sql = f"UPDATE {table.name} SET {each.to} WHERE {each.where} AND {_ALL}"
            await database.batch([statement(sql, tuple(values), account=values[0])])
    for table in [*tables(), *tables()]:
        treatment = treatment_of(table, what)
        while await _is_left(database, table.name, treatment=treatment, values=values):
            await database.batch([_statement(table, treatment, values)])


async def left_over(database: Database, what: What, values: Sequence[str]) -> list[str]:
    """The tables that still have rows of it: none, once it is erased."""
    return [
        table.name
        for table in tables()
        if await _is_left(database, table.name, treatment=treatment_of(table, what), values=values)
    ]


async def _is_left(
    database: Database, table: LiteralString, treatment: Treatment, values: Sequence[str]
) -> bool:
    if isinstance(treatment, Stays):
        return False
    sql = f"SELECT 1 AS found FROM {table} WHERE ({treatment.where}) AND {_ALL} LIMIT 1"
    return await database.first(Statement(sql, tuple(values))) is not None


def _statement(table: Table, treatment: Treatment, values: Sequence[str]) -> Statement:
    """Erase some of the table's rows. Raises TypeError: they stay."""
    if isinstance(treatment, Stays):
        raise TypeError(table.name)
    some = (
        f"({table.key}) IN (SELECT {table.key} FROM {table.name} WHERE ({treatment.where}) "
        f"AND {_ALL} LIMIT {digits(_ROWS)})"
    )
    if isinstance(treatment, Gone):
        sql = f"DELETE FROM {table.name} WHERE {some}"
    else:
        sql = f"UPDATE {table.name} SET {treatment.to} WHERE {some}"
    return statement(sql, tuple(values), account=values[0])


DATA_EXPORT_KIND: Final = "data-export"
"""The kind of the runs that gather one."""


def data_export_folder(account_id: str, export_id: str) -> str:
    """What the keys of a data export's files begin with."""
    return f"{account_id}/data-exports/{export_id}/"


class Stand(StrEnum):
    """Where a data export stands. `failed`: its run can be retried, or another be asked for;
    `stopped`: it cannot.
    """

    MAKING = "making"
    FAILED = "failed"
    STOPPED = "stopped"
    READY = "ready"
    EXPIRED = "expired"


class DataExportFile(Model):
    """A ZIP: `rows` and `documents` are how many are in it, `missing` documents that are not stored
    any more. `size` is in bytes, `sha256` hexadecimal.
    """

    number: int
    url: str
    size: int
    sha256: str
    rows: int
    documents: int
    missing: int


@dataclass(frozen=True)
class DataExport:
    """`target` is the id of the person or the account; `run_id` the newest run of its chain, and
    `has_failed` whether that waits for somebody to retry it.
    """

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
            if self.swept_at is None and now < self.expires_at:
                return Stand.READY
            return Stand.EXPIRED
        if self.given_up_at is not None or self.swept_at is not None:
            return Stand.STOPPED
        if self.has_failed:
            return Stand.FAILED
        return Stand.MAKING


_SELECT: Final = f"""
  SELECT data_exports.*, newest.id AS newest_run_id, newest.status = 'failed' AS has_failed
  FROM data_exports
  LEFT JOIN runs AS newest ON newest.id = (
    SELECT MAX(id) FROM runs
    WHERE account_id = data_exports.account_id AND kind = '{DATA_EXPORT_KIND}'
      AND subject = data_exports.id
  )
"""


def _data_export_of(row: Row) -> DataExport:
    return of_row(
        DataExport, row, run_id=optional_text(row, "newest_run_id") or text(row, "run_id")
    )


async def load_data_export(database: Database, export_id: str) -> DataExport | None:
    row = await database.first(statement(f"{_SELECT} WHERE data_exports.id = ?", [export_id]))
    if row is None:
        return None
    return _data_export_of(row)


async def data_exports_of(
    database: Database, account_id: str, user_id: str, *, all_of_it: bool
) -> list[DataExport]:
    """A person's, and where `all_of_it` the account's too: the newest 100 first."""
    query = f"""
      {_SELECT}
      WHERE data_exports.account_id = ?1
        AND (what = 'person' AND target = ?2 OR what = 'account' AND ?3)
      ORDER BY data_exports.id DESC LIMIT 100
    """
    rows = await database.all(statement(query, [account_id, user_id, int(all_of_it)]))
    return [_data_export_of(row) for row in rows]


async def open_data_export(
    database: Database, account_id: str, what: What, target: str
) -> DataExport | None:
    """The one that is not finished, and was not given up."""
    query = f"""
      {_SELECT}
      WHERE data_exports.account_id = ? AND what = ? AND target = ?
        AND finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL
    """
    row = await database.first(statement(query, [account_id, what, target]))
    if row is None:
        return None
    return _data_export_of(row)


async def files_of(database: Database, export_id: str) -> list[DataExportFile]:
    """Its files by their numbers."""
    query = "SELECT * FROM data_export_files WHERE export_id = ? ORDER BY number"
    url = f"/api/data-exports/{export_id}/file?number="
    rows = await database.all(statement(query, [export_id]))
    return [of_row(DataExportFile, row, url=f"{url}{integer(row, 'number')}") for row in rows]


async def data_export_file_key(database: Database, export_id: str, number: int) -> str | None:
    """Where the file of that number lies; None where there is none, not yet or no more."""
    query = "SELECT object_key FROM data_export_files WHERE export_id = ? AND number = ?"
    row = await database.first(statement(query, [export_id, number]))
    if row is None:
        return None
    return text(row, "object_key")


def insert_data_export(export: DataExport, actor: str) -> Statement:
    """Refused where the same is being made."""
    names = ("id", "account_id", "what", "target", "run_id", "requested_at", "expires_at")
    return insert_row(
        "data_exports", {**{name: getattr(export, name) for name in names}, "requested_by": actor}
    )


def insert_export_file(
    export_id: str, number: int, stored: Stored, rows: int, documents: int, missing: int
) -> Statement:
    """The file, unless it is there; refused where the data export was given up or swept
    meanwhile.
    """
    query = """
      INSERT INTO data_export_files (
        export_id, number, object_key, size, sha256, rows, documents, missing)
      VALUES ((SELECT id FROM data_exports WHERE id = ? AND given_up_at IS NULL
          AND swept_at IS NULL),
              ?, ?, ?, ?, ?, ?, ?)
    """
    return statement(
        query, [export_id, number, stored.key, stored.size, stored.sha256, rows, documents, missing]
    )


def finish_export(export_id: str, now: str, expires_at: str) -> Statement:
    query = """
      UPDATE data_exports SET finished_at = ?2, expires_at = ?3
      WHERE id = ?1 AND finished_at IS NULL AND given_up_at IS NULL AND swept_at IS NULL
    """
    return statement(query, [export_id, now, expires_at])


def give_up_export(export_id: str, now: str) -> Statement:
    """Give an export up: the cron deletes what is there of it."""
    return statement(
        "UPDATE data_exports SET given_up_at = ?2, expires_at = ?2 "
        "WHERE id = ?1 AND finished_at IS NULL AND given_up_at IS NULL",
        [export_id, now],
    )


_OWN_EXPORTS = (
    "SELECT id FROM data_exports WHERE account_id = ?1 AND what = 'person' AND target = ?2"
)
TABLES: Final = (
    Table(
        "data_export_files",
        Gone("export_id IN (SELECT id FROM data_exports WHERE account_id = ?1)"),
        person=Gone(f"export_id IN ({_OWN_EXPORTS})"),
        key="export_id, number",
    ),
    Table(
        "data_exports",
        Gone(ACCOUNT),
        person=Gone(f"id IN ({_OWN_EXPORTS})"),
        person_gets="account_id = ?1 AND what = 'person' AND target = ?2",
    ),
    Table("erasures", Gone("account_id = ?1 AND run_id <> ?3")),
)
