"""The workflow that moves an account. It runs in the account of the operator who asked for it,
never in the one that moves: nothing is written there meanwhile."""

from dataclasses import dataclass
from functools import partial
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.moving import contract
from tillroll.moving.contract import MoveParams
from tillroll.moving.copying import (
    Digest,
    copy,
    delete,
    digest,
    missing_events,
    with_rows,
)
from tillroll.moving.freezing import expect, freeze, past_triggers
from tillroll.moving.layout import Layout, MovedTable, layout_of
from tillroll.moving.tables import SEALED, WAYS_IN
from tillroll_durable import (
    Allowed,
    Outcome,
    RollbackContext,
    StepContext,
    Trigger,
    Workflow,
    WorkflowRun,
    statement,
)
from tillroll_durable.platform.bindings import standing
from tillroll_durable.platform.bindings.database import EVERYBODY, Database, Statement, integer
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.invocation import enter, over_all
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import number_of, of_id

# Rows and the sum of their hashes, by tables that have some.
Digests = dict[str, list[int]]


@dataclass(frozen=True)
class Move:
    """Which account moves, and the numbers of the databases that it moves from and to."""

    account_id: str
    source: int
    target: int


@dataclass(frozen=True)
class Copied:
    """A move, and what was copied of each table."""

    move: Move
    digests: Digests


async def move_v1(run: WorkflowRun[MoveParams]) -> JsonObject:
    """The body of version 1."""
    account_id = run.params.account_id
    source = await run.step(contract.LOOK, look, run.params)
    if run.state == contract.REFUSED.name:
        return {"accountId": account_id}
    target = number_of(run.params.database)
    if target is None:
        raise NonRetryable(f"{run.params.database} is no database")
    move = Move(account_id, source=source, target=target)
    await run.step(contract.FREEZE, freeze_both, move, rollback=partial(_undo, move))
    digests = await run.step(contract.COPY, copy_all, move)
    await run.step(contract.COMPARE, compare, Copied(move, digests))
    await run.step(contract.SWITCH, switch, move)
    await run.step(contract.DELETE, delete_all, move)
    return {"accountId": account_id, "rows": sum(rows for rows, _ in digests.values())}


def _database(platform: Platform, number: int) -> Database:
    """A database of the deployment. Raises NonRetryable: it is not bound."""
    for each in over_all(platform):
        if each.shard == number:
            return each.database
    raise NonRetryable(f"database {number} is not bound any more: bind it again")


def _now(platform: Platform) -> str:
    return to_text(platform.clock.now())


async def look(context: StepContext, params: MoveParams) -> Outcome[int]:
    """Find where the account lives, and whether it can be moved."""
    platform = context.platform
    account_id = params.account_id
    home, runs = await find(platform, of_id(account_id), lambda each: _runs(each, account_id))
    # What this step makes is the run's, so it says the run's own database.
    enter(platform, platform.shard)
    reason = None
    if runs is None:
        reason = contract.NO_SUCH_ACCOUNT
    elif account_id == context.run.account_id:
        reason = contract.OWN_ACCOUNT
    elif number_of(params.database) not in platform.shards:
        reason = contract.NO_SUCH_DATABASE
    elif number_of(params.database) == home.shard:
        reason = contract.LIVES_THERE
    elif runs > contract.MOST_RUNS:
        reason = contract.TOO_LARGE
    else:
        reason = await _hindrance(home.database, account_id)
    if reason is not None:
        return Outcome(output=home.shard, state=contract.REFUSED.name, reason=reason)
    return Outcome(output=home.shard, state=contract.ACCEPTED.name)


async def _runs(platform: Platform, account_id: str) -> int | None:
    """How many runs the account has in the platform's database; None where it does not live
    there."""
    query = """
      SELECT (SELECT COUNT(*) FROM runs WHERE account_id = accounts.id) AS runs
      FROM accounts WHERE id = ?
    """
    row = await platform.database.first(statement(query, [account_id]))
    if row is None:
        return None
    return integer(row, "runs")


async def _hindrance(database: Database, account_id: str) -> str | None:
    query = """
      SELECT
        EXISTS (SELECT 1 FROM moved_accounts
                WHERE account_id = ?1 AND stands NOT IN ('here', 'gone')) AS is_busy,
        EXISTS (SELECT 1 FROM schedules
                WHERE created_in = ?1 AND account_id IS NULL) AS for_all
    """
    row = await database.first(statement(query, [account_id]))
    if row is not None and row["is_busy"] == 1:
        return contract.IS_BUSY
    if row is not None and row["for_all"] == 1:
        return contract.FOR_ALL
    return None


async def freeze_both(context: StepContext, move: Move) -> Outcome:
    """Refuse whatever is written of the account, at the target and at the source."""
    now = _now(context.platform)
    run_id = context.run.id
    target = _database(context.platform, move.target)
    source = _database(context.platform, move.source)
    await target.batch(expect(move.account_id, move.source, run_id=run_id, now=now))
    await source.batch(freeze(move.account_id, move.target, run_id=run_id, now=now))
    return Outcome(state=contract.FROZEN.name)


async def copy_all(context: StepContext, move: Move) -> Outcome[Digests]:
    """Copy all tables, and say what each has."""
    source = _database(context.platform, move.source)
    target = _database(context.platform, move.target)
    layout = await _same_layout(source, target)
    tables = await with_rows(source, [*_compared(layout), _audit(layout)], move.account_id)
    digests: Digests = {}
    for number, table in enumerate(tables, start=1):
        copied = await copy(
            source, target, table=table, account_id=move.account_id, run_id=context.run.id
        )
        digests[table.rows.table] = [copied.rows, copied.total]
        await context.beat(number, len(tables))
    return Outcome(output=digests, state=contract.COPIED.name)


def _compared(layout: Layout) -> list[MovedTable]:
    """The tables that are the same in both databases once they are copied. The audit may have more
    events at the target, and ways in are copied later."""
    return [table for table in layout.tables if table.rows.table not in {SEALED, *WAYS_IN}]


def _audit(layout: Layout) -> MovedTable:
    [audit] = [table for table in layout.tables if table.rows.table == SEALED]
    return audit


def _ways_in(layout: Layout) -> list[MovedTable]:
    return [table for table in layout.tables if table.rows.table in WAYS_IN]


async def _same_layout(source: Database, target: Database) -> Layout:
    layout = await layout_of(source)
    if await layout_of(target) != layout:
        raise NonRetryable("the databases have not had the same migrations: apply them to both")
    return layout


async def compare(context: StepContext, copied: Copied) -> Outcome:
    """Hold each table of the target against what was copied."""
    move = copied.move
    source = _database(context.platform, move.source)
    target = _database(context.platform, move.target)
    layout = await layout_of(target)
    audit = _audit(layout)
    if await missing_events(source, target, table=audit, account_id=move.account_id):
        raise NonRetryable(f"{SEALED} lacks events in database {move.target}")
    tables = await with_rows(target, _compared(layout), move.account_id)
    differing = {table.rows.table for table in tables} ^ (copied.digests.keys() - {SEALED})
    if differing:
        names = ", ".join(sorted(differing))
        raise NonRetryable(f"{names}: rows are in one of the databases alone")
    for number, table in enumerate(tables, start=1):
        rows, total = copied.digests[table.rows.table]
        await _check_same(context.platform, move, table=table, expected=Digest(rows, total))
        await context.beat(number, len(tables))
    return Outcome(state=contract.COMPARED.name)


async def _check_same(
    platform: Platform, move: Move, *, table: MovedTable, expected: Digest
) -> None:
    """Raises NonRetryable: the target has other rows of the account than were copied."""
    if await digest(_database(platform, move.target), table, move.account_id) != expected:
        raise NonRetryable(f"{table.rows.table} came out differently in database {move.target}")


async def switch(context: StepContext, move: Move) -> Outcome:
    """Have the account live at the target: from here on it is found there."""
    await _switch(context.platform, move, context.run.id)
    return Outcome(state=contract.SWITCHED.name)


async def _switch(platform: Platform, move: Move, run_id: str) -> None:
    now = _now(platform)
    account_id = move.account_id
    source = _database(platform, move.source)
    target = _database(platform, move.target)
    if await standing.standing_of(source, account_id, run_id) == "frozen":
        # From here on people may come in at the target, which has all rows by now.
        departure = standing.leave(account_id, move.target, run_id=run_id, now=now)
        for table in _ways_in(await layout_of(source)):
            copied = await copy(source, target, table=table, account_id=account_id, run_id=run_id)
            await _check_same(platform, move, table=table, expected=copied)
            rows = table.rows
            sql = f"DELETE FROM {rows.table} WHERE {rows.where}"
            removal = statement(sql, [account_id], account=EVERYBODY)
            departure += await past_triggers(source, rows.table, [removal])
        await source.batch(departure)
    if await standing.standing_of(target, account_id, run_id) == "arriving":
        arrival = standing.live_here(account_id, move.source, run_id=run_id, now=now)
        await target.batch(arrival)


async def delete_all(context: StepContext, move: Move) -> Outcome:
    """Delete the account's rows at the source, but for what is sealed there."""
    await _delete_rest(context.platform, move, context.run.id)
    return Outcome(state=contract.MOVED.name)


async def _delete_rest(platform: Platform, move: Move, run_id: str) -> None:
    account_id = move.account_id
    source = _database(platform, move.source)
    if await standing.standing_of(source, account_id, run_id) != "leaving":
        return
    guard = standing.stands_so(account_id, "leaving", run_id)
    await _delete_unsealed(source, account_id, guard)
    departure = standing.be_gone(account_id, move.target, run_id=run_id, now=_now(platform))
    await source.batch(departure)


async def _delete_unsealed(database: Database, account_id: str, guard: Statement) -> None:
    """Delete the account's rows, but for its audit: what the database has sealed stays there, and
    what it has not sealed yet it may be about to."""
    for table in reversed((await layout_of(database)).tables):
        if table.rows.table != SEALED:
            await delete(database, table, account_id=account_id, guard=guard)


async def _undo(move: Move, context: RollbackContext) -> Outcome:
    """Leave the account where it was. Where it has left already, move it to the end."""
    platform = context.platform
    run_id = context.run.id
    account_id = move.account_id
    source = _database(platform, move.source)
    target = _database(platform, move.target)
    if await standing.standing_of(source, account_id, run_id) in {"leaving", "gone"}:
        await _switch(platform, move, run_id)
        await _delete_rest(platform, move, run_id)
        return Outcome()
    now = _now(platform)
    # An attempt to freeze it that comes late finds that this run has let it be.
    await source.batch(standing.never_freeze(account_id, move.target, run_id=run_id, now=now))
    await target.batch(standing.never_expect(account_id, move.source, run_id=run_id, now=now))
    if await standing.standing_of(target, account_id, run_id) == "arriving":
        guard = standing.stands_so(account_id, "arriving", run_id)
        await _delete_unsealed(target, account_id, guard)
        await target.batch(standing.forget(account_id, move.source, run_id=run_id, now=now))
    await source.batch(standing.stay(account_id, run_id, now))
    return Outcome()


ACCOUNT_MOVE: Final = Workflow(
    contract=contract.ACCOUNT_MOVE_V1,
    body=move_v1,
    params=MoveParams,
    subject=lambda params: f"{params.database}:{params.account_id}",
    sentences=contract.SENTENCES,
    allowed=Allowed(trigger=Permission.DEPLOYMENT.value, operate=Permission.DEPLOYMENT.value),
    trigger=Trigger(),
)
