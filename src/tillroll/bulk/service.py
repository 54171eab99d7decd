"""Caller for a bulk operation, after a look at what it would be about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tillroll.bulk.contract import BulkOperationParams, filter_kept, narrowed, selection
from tillroll.bulk.repository import Act, Operation, find_operations
from tillroll.durable import Actor, Statement, Workflow, begin
from tillroll.durable.operating.selection import Chosen
from tillroll.durable.record.runs import NewRun
from tillroll.platform.bindings.database import insert_row, integer, statement
from tillroll.platform.clock import from_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.platform.refusals import Refusal
from tillroll.platform.services import Platform

# What is counted at most: more is said to be more.
MOST_COUNTED = 100_000


class NoSuchOperation(Refusal):
    """The account has no operation of that id."""

    thing = "operation"


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

    def asked_for(_run: NewRun, now: str) -> Sequence[Statement]:
        row = {
            "id": operation_id,
            "account_id": actor.account_id,
            "act": wanted.act,
            "filter": filter_kept(replace(chosen, until=min(filter(None, (chosen.until, from_text(now)))))),
            "kinds": dump([*wanted.kinds]),
            "reason": wanted.reason,
            "actor": actor.name,
            "found": found,
            "created_at": now,
        }
        return [insert_row("bulk_operations", row)]

    params = BulkOperationParams(operation_id=operation_id)
    run = await begin(platform, workflow, params, actor, key=f"asked:{key or operation_id}", also=asked_for)
    return await find_operation(platform, actor.account_id, run.subject)


async def find_operation(platform: Platform, account_id: str, operation_id: str) -> Operation:
    found = await find_operations(platform.database, account_id, operation_id)
    if not found:
        raise NoSuchOperation(operation_id)
    return found[0]
