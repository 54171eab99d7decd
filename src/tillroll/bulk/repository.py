"""What a bulk operation keeps beside the run record: what was asked for, and what became of each run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from tillroll.bulk.contract import KIND, chosen_from, filter_kept
from tillroll.durable.operations.selection import Chosen
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    of_row,
    statement,
    text,
)
from tillroll.platform.json import JsonObject, dump, load
from tillroll.platform.tables import ACCOUNT, Gone, Table, of_run

Act = Literal["retry", "abandon", "cancel", "resume"]

# What became of runs of a page whose end is not written yet, or never will be: at most a page of them.
_UNCOUNTED: Final = """(
  SELECT count(*) FROM bulk_operation_runs looked
  WHERE o.finished_at IS NULL AND looked.operation_id = o.id AND looked.run_id < COALESCE(o.counted_behind, '~')
    AND looked.outcome = '{}'
)"""
# Operations (one where ?2 is its id) of an account (?1), each with the newest run of its chain. ?3 and ?4 are the page.
SELECT_OPERATIONS: Final = f"""
  SELECT o.*, o.done + {_UNCOUNTED.format("done")} AS all_done,
    o.left_out + {_UNCOUNTED.format("left_out")} AS all_left_out,
    runs.id AS run_id, runs.status, runs.state, runs.queue_number FROM bulk_operations o
  JOIN runs ON runs.rowid = (
    SELECT MAX(newest.rowid) FROM runs AS newest
    WHERE newest.account_id = o.account_id AND newest.subject = o.id AND newest.kind = '{KIND}'
  )
  WHERE o.account_id = ?1 AND (?2 IS NULL OR o.id = ?2) AND o.id < ?3 ORDER BY o.id DESC LIMIT ?4
"""  # noqa: S608 - a constant


@dataclass(frozen=True)
class Operation:
    """A row of `bulk_operations`, with the newest run of its chain. `kinds` are those whose runs it may touch."""

    id: str
    account_id: str
    act: Act
    chosen: Chosen
    kinds: frozenset[str]
    reason: str
    actor: str
    found: int
    done: int
    left_out: int
    created_at: str
    finished_at: str | None
    run_id: str
    status: str
    is_in_line: bool


async def find_operations(
    database: Database, account_id: str, operation_id: str | None = None, before: str = "~", limit: int = 1
) -> list[Operation]:
    """The account's, newest first; with an id, that one, where it is the account's."""
    rows = await database.all(statement(SELECT_OPERATIONS, account_id, operation_id, before, limit))
    return [operation_from(row) for row in rows]


def operation_from(row: Row) -> Operation:
    kinds = load(text(row, "kinds"))
    return of_row(
        Operation,
        row,
        chosen=chosen_from(text(row, "filter")),
        kinds=frozenset(map(str, kinds if isinstance(kinds, list) else ())),
        done=integer(row, "all_done"),
        left_out=integer(row, "all_left_out"),
        is_in_line=row["queue_number"] is not None,
    )


@dataclass(frozen=True)
class NewOperation:
    id: str
    act: Act
    chosen: Chosen
    kinds: Sequence[str]
    reason: str
    actor: str
    found: int


def insert_operation(new: NewOperation, run: NewRun, now: str) -> Statement:
    return statement(
        """
        INSERT INTO bulk_operations (id, account_id, act, filter, kinds, reason, actor, found, created_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """,
        *(new.id, run.account_id, new.act, filter_kept(new.chosen), dump([*new.kinds])),
        *(new.reason, new.actor, new.found, now),
    )


def looked_at(operation_id: str, run_id: str, reason: str | None = None) -> Statement:
    """What became of a run; refused where something became of it before."""
    return statement(
        "INSERT INTO bulk_operation_runs (operation_id, run_id, outcome, reason) VALUES (?1, ?2, ?3, ?4)",
        *(operation_id, run_id, "done" if reason is None else "left_out", reason),
    )


def looked_at_once(operation_id: str, run_id: str, reason: str | None = None) -> Statement:
    """The same; where something became of it before, that stands."""
    row = looked_at(operation_id, run_id, reason)
    return statement(f"{row.sql} ON CONFLICT (operation_id, run_id) DO NOTHING", *row.parameters)


async def looked_at_among(database: Database, operation_id: str, run_ids: Sequence[str]) -> set[str]:
    rows = await database.all(
        statement(
            """
            SELECT run_id FROM bulk_operation_runs
            WHERE operation_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))
            """,
            *(operation_id, dump([*run_ids])),
        )
    )
    return {text(row, "run_id") for row in rows}


async def is_stopped(database: Database, run_id: str) -> bool:
    """Whether somebody has asked for the end of the operation's run."""
    return bool(
        await database.all(
            statement("SELECT 1 AS stopped FROM runs WHERE id = ?1 AND cancel_requested_at IS NOT NULL", run_id)
        )
    )


def count_page(operation_id: str, before: str, last: str, finished_at: str | None) -> Statement:
    """Counts what became of the runs from the id `last` on, before the id `before`: a page is counted once, with the
    end of its step."""
    count = """(
      SELECT count(*) FROM bulk_operation_runs
      WHERE operation_id = ?1 AND run_id < ?2 AND run_id >= ?3 AND outcome = '{}'
    )"""
    return statement(
        f"""
        UPDATE bulk_operations SET finished_at = ?4, counted_behind = ?3,
          done = done + {count.format("done")}, left_out = left_out + {count.format("left_out")}
        WHERE id = ?1
        """,  # noqa: S608 - constants
        *(operation_id, before, last, finished_at),
    )


async def left_out_of(database: Database, operation_id: str, behind: str, limit: int) -> list[JsonObject]:
    """The runs that were left out, the newest first, each with the reason."""
    rows = await database.all(
        statement(
            """
            SELECT run_id, reason FROM bulk_operation_runs
            WHERE operation_id = ?1 AND run_id < ?2 AND outcome = 'left_out' ORDER BY run_id DESC LIMIT ?3
            """,
            *(operation_id, behind, limit),
        )
    )
    return [{"runId": text(row, "run_id"), "reason": text(row, "reason")} for row in rows]


TABLES: Final = (
    of_run("bulk_operation_runs"),
    Table("bulk_operations", Gone(ACCOUNT)),
)
