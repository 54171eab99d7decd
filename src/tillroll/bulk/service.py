"""Bulk operations: asked for after a look at what they would be about; their rows, and what became
of each run.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, LiteralString

from tillroll.bulk.contract import (
    KIND,
    BulkOperationParams,
    chosen_from,
    filter_kept,
    narrowed,
    selection,
)
from tillroll_durable import Actor, Workflow, begin
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    insert_row,
    integer,
    of_row,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import dump, load_object, load_texts
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table, of_run
from tillroll_durable.runs import NewRun
from tillroll_durable.selection import Chosen

Act = Literal["retry", "abandon", "cancel", "resume"]

# What became of runs of a page whose end is not written yet, or never will be: at most a page of
# them.
_UNCOUNTED: Final = """(
  SELECT count(*) FROM bulk_operation_runs looked
  WHERE o.finished_at IS NULL AND looked.operation_id = o.id
    AND looked.run_id < COALESCE(o.counted_behind, '~')
    AND looked.outcome = '{}'
)"""
# Operations (one where ?2 is its id) of an account (?1), each with the newest run of its chain. ?3
# and ?4 are the page.
SELECT_OPERATIONS: Final = f"""
  SELECT o.*, o.done + {_UNCOUNTED.format("done")} AS all_done,
    o.left_out + {_UNCOUNTED.format("left_out")} AS all_left_out,
    runs.id AS run_id, runs.status, runs.state, runs.queue_number FROM bulk_operations o
  JOIN runs ON runs.id = (
    SELECT newest.id FROM runs AS newest
    WHERE newest.account_id = o.account_id AND newest.subject = o.id AND newest.kind = '{KIND}'
      -- By what goes on as what: the clocks that their ids are made by can differ.
      AND NOT EXISTS (
        SELECT 1 FROM runs AS next
        WHERE next.account_id = o.account_id AND next.subject = o.id
          AND next.previous_run_id = newest.id
      )
    ORDER BY newest.id DESC LIMIT 1
  )
  WHERE o.account_id = ?1 AND (?2 IS NULL OR o.id = ?2) AND o.id < ?3 ORDER BY o.id DESC LIMIT ?4
"""
# How JSON calls what is chosen, where rows call it otherwise.
_NAMES: Final = {
    "failure_class": "failureClass",
    "since": "from",
    "until": "to",
    "attributes": "attribute",
    "external_id": "externalId",
}


class BulkOperation(Model):
    """`found` runs when it was asked for; `done` and `left_out` are those that were gone through.
    `run_id` is the run that goes through them now, with its `status`; `in_line`: another operation
    is before it.
    """

    id: str
    act: Act
    filter: dict[str, Any]
    reason: str
    actor: str
    found: int
    done: int
    left_out: int
    run_id: str
    status: str
    in_line: bool
    created_at: str
    finished_at: str | None


class Operation(BulkOperation):
    """A row of `bulk_operations`, with the newest run of its chain. `kinds` are those whose runs it
    may touch.
    """

    account_id: str
    chosen: Chosen
    kinds: frozenset[str]


class LeftOutRun(Model):
    run_id: str
    reason: str


async def find_operations(
    database: Database,
    account_id: str,
    operation_id: str | None = None,
    before: str = "~",
    limit: int = 1,
) -> list[Operation]:
    """The account's, newest first; with an id, that one, where it is the account's."""
    rows = await database.all(
        statement(SELECT_OPERATIONS, [account_id, operation_id, before, limit])
    )
    return [_operation(row) for row in rows]


def _operation(row: Row) -> Operation:
    stored_filter = text(row, "filter")
    return of_row(
        Operation,
        row,
        filter={
            _NAMES.get(name, name): value for name, value in load_object(stored_filter).items()
        },
        chosen=chosen_from(stored_filter),
        kinds=frozenset(load_texts(text(row, "kinds"))),
        done=integer(row, "all_done"),
        left_out=integer(row, "all_left_out"),
        in_line=row["queue_number"] is not None,
    )


def looked_at(
    operation_id: str, run_id: str, reason: str | None = None, *, on_conflict: LiteralString = ""
) -> Statement:
    """Record the outcome of a run. A second outcome fails, unless `on_conflict` resolves it."""
    sql = f"""
      INSERT INTO bulk_operation_runs (operation_id, run_id, outcome, reason)
      VALUES (?1, ?2, ?3, ?4)
      {on_conflict}
    """
    return statement(sql, [operation_id, run_id, "done" if reason is None else "left_out", reason])


def looked_at_once(operation_id: str, run_id: str, reason: str | None) -> Statement:
    """Record the outcome of a run, unless the operation has one for it already."""
    return looked_at(
        operation_id, run_id, reason, on_conflict="ON CONFLICT (operation_id, run_id) DO NOTHING"
    )


async def looked_at_among(
    database: Database, operation_id: str, run_ids: Sequence[str]
) -> set[str]:
    sql = """
      SELECT run_id FROM bulk_operation_runs
      WHERE operation_id = ?1 AND run_id IN (SELECT value FROM json_each(?2))
    """
    rows = await database.all(statement(sql, [operation_id, dump([*run_ids])]))
    return {text(row, "run_id") for row in rows}


async def is_stopped(database: Database, run_id: str) -> bool:
    """Whether somebody has asked for the end of the operation's run."""
    sql = "SELECT 1 AS stopped FROM runs WHERE id = ?1 AND cancel_requested_at IS NOT NULL"
    return bool(await database.all(statement(sql, [run_id])))


def count_page(operation_id: str, before: str, last: str, finished_at: str | None) -> Statement:
    """Count what became of runs from the id `last` on, before `before`: once, with the end of the
    step.
    """
    count = """(
      SELECT count(*) FROM bulk_operation_runs
      WHERE operation_id = ?1 AND run_id < ?2 AND run_id >= ?3 AND outcome = '{}'
    )"""
    sql = f"""
      UPDATE bulk_operations SET finished_at = ?4, counted_behind = ?3,
        done = done + {count.format("done")}, left_out = left_out + {count.format("left_out")}
      WHERE id = ?1
    """
    return statement(sql, [operation_id, before, last, finished_at])


async def left_out_of(
    database: Database, operation_id: str, cursor: str, limit: int
) -> list[LeftOutRun]:
    """The runs that were left out, the newest first, each with the reason."""
    sql = """
      SELECT run_id, reason FROM bulk_operation_runs
      WHERE operation_id = ?1 AND run_id < ?2 AND outcome = 'left_out' ORDER BY run_id DESC LIMIT ?3
    """
    rows = await database.all(statement(sql, [operation_id, cursor, limit]))
    return [of_row(LeftOutRun, row) for row in rows]


# What is counted at most: more is said to be more.
MOST_COUNTED = 100_000


class NoSuchOperation(Refusal):
    thing = "operation"


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do, with which runs, and why. `kinds` are those whose runs they may
    operate.
    """

    act: Act
    chosen: Chosen
    kinds: Sequence[str]
    reason: str


async def count_found(platform: Platform, account_id: str, order: Wanted) -> int:
    """How many runs it is about, at most MOST_COUNTED."""
    chosen = selection(
        order.act,
        narrowed(order.act, order.chosen),
        account_id=account_id,
        after="~",
        limit=MOST_COUNTED,
    )
    query = f"SELECT id FROM {chosen.tables} WHERE {chosen.where}"
    row = await platform.database.first(
        statement(f"SELECT count(*) AS n FROM ({query})", [*chosen.values])
    )
    if row is None:
        return 0
    return integer(row, "n")


async def ask_for_operation(
    platform: Platform, workflow: Workflow, actor: Actor, order: Wanted, key: str | None
) -> Operation:
    """Begin it; under the same key it is the same one. What is begun from now on is none of its
    runs.
    """
    operation_id = new_id("bop")
    count = await count_found(platform, actor.account_id, order)
    chosen = narrowed(order.act, order.chosen)

    def asked_for(_run: NewRun, now: str) -> Sequence[Statement]:
        row = {
            "id": operation_id,
            "account_id": actor.account_id,
            "act": order.act,
            "filter": filter_kept(
                replace(chosen, until=min(filter(None, (chosen.until, from_text(now)))))
            ),
            "kinds": dump([*order.kinds]),
            "reason": order.reason,
            "actor": actor.name,
            "found": count,
            "created_at": now,
        }
        return [insert_row("bulk_operations", row)]

    params = BulkOperationParams(operation_id=operation_id)
    run = await begin(
        platform,
        workflow,
        params=params,
        actor=actor,
        key=f"asked:{key or operation_id}",
        also=asked_for,
    )
    return await find_operation(platform, actor.account_id, run.subject)


async def find_operation(platform: Platform, account_id: str, operation_id: str) -> Operation:
    operations = await find_operations(platform.database, account_id, operation_id)
    if not operations:
        raise NoSuchOperation(operation_id)
    return operations[0]


TABLES: Final = (of_run("bulk_operation_runs"), Table("bulk_operations", Gone(ACCOUNT)))
