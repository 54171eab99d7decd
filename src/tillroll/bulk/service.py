"""Caller for a bulk operation, after a look at what it would be about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tillroll.bulk.contract import BulkOperationParams, narrowed, selection
from tillroll.bulk.repository import Act, NewOperation, Operation, find_operations, insert_operation
from tillroll.durable import Actor, Statement, Workflow, begin
from tillroll.durable.operating.selection import Chosen
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import integer, statement
from tillroll.platform.clock import from_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

# What is counted at most: more is said to be more.
MOST_COUNTED = 100_000


class NoSuchOperation(LookupError):
    """The account has no operation of that id."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to do, with which runs, and why. `kinds` are those whose runs they may operate."""

    act: Act
    chosen: Chosen
    kinds: Sequence[str]
    reason: str


async def count_found(platform: Platform, account_id: str, wanted: Wanted) -> int:
    """How many runs it is about, at most MOST_COUNTED."""
    chosen = selection(wanted.act, narrowed(wanted.act, wanted.chosen), account_id, "~", MOST_COUNTED)
    query = f"SELECT id FROM runs INDEXED BY {chosen.index} WHERE {chosen.where}"  # noqa: S608 - written in the code
    row = await platform.database.first(
        statement(f"SELECT count(*) AS n FROM ({query})", *chosen.values)  # noqa: S608 - as above
    )
    return 0 if row is None else integer(row, "n")


async def ask_for_operation(
    platform: Platform, workflow: Workflow, actor: Actor, wanted: Wanted, key: str | None
) -> Operation:
    """Begin it; under the same key it is the same one. What is begun from now on is none of its runs."""
    operation_id = new_id("bop")
    found = await count_found(platform, actor.account_id, wanted)
    chosen = narrowed(wanted.act, wanted.chosen)

    def asked_for(run: NewRun, now: str) -> Sequence[Statement]:
        until = min(filter(None, (chosen.until, from_text(now))))
        kept = NewOperation(
            operation_id,
            wanted.act,
            replace(chosen, until=until),
            wanted.kinds,
            wanted.reason,
            actor.name,
            found,
        )
        return [insert_operation(kept, run, now)]

    params = BulkOperationParams(operation_id=operation_id)
    cause = f"asked:{key or operation_id}"
    run = await begin(platform, workflow, params, actor, key=cause, also=asked_for)
    return await find_operation(platform, actor.account_id, run.subject)


async def find_operation(platform: Platform, account_id: str, operation_id: str) -> Operation:
    """
    Raises:
        NoSuchOperation: the account has none of that id.
    """
    found = await find_operations(platform.database, account_id, operation_id)
    if not found:
        raise NoSuchOperation(operation_id)
    return found[0]
