"""An account that moves in a simulated world, and what must hold whatever happens meanwhile."""

from dataclasses import replace
from functools import partial
from typing import Final

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, USER, migrated_database
from tillroll.moving.contract import KIND, MoveParams
from tillroll.moving.copying import Digest, copy, delete, digest
from tillroll.moving.freezing import expect, freeze
from tillroll.moving.layout import layout_of
from tillroll.moving.tables import SEALED
from tillroll.moving.workflow import ACCOUNT_MOVE
from tillroll.privacy.repository import Audited
from tillroll_durable import Actor, begin
from tillroll_durable.audit import AuditEvent, append
from tillroll_durable.platform.bindings.database import Database, statement
from tillroll_durable.platform.bindings.standing import be_gone, leave, live_here, stands_so
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.adapters import FaultyDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

MOVES: Final = OTHER_ACCOUNT
_OPERATOR: Final = Actor(ACCOUNT, f"user:{USER}")
_SEALED_HERE: Final = AuditEvent(
    stream=f"account:{MOVES}",
    event_key="happened before",
    account_id=MOVES,
    actor="operator",
    action=Audited.DATA_EXPORT_SWEPT,
    outcome="success",
    at="2026-01-01T00:00:00.000Z",
    detail={},
)


async def all_of_it(database: Database) -> dict[str, Digest]:
    """What a database has of the account, by tables."""
    found: dict[str, Digest] = {}
    for table in (await layout_of(database)).tables:
        one = await digest(database, table, MOVES)
        if one.rows:
            found[table.rows.table] = one
    return found


async def open_two(faults: Faults, deployed: Deployed) -> tuple[World, SqliteDatabase]:
    """A world of two databases, of which the second has nothing of the account."""
    world = await open_world(faults, deployed)
    world.ground = replace(world.ground, accounts=(*world.ground.accounts, MOVES))
    second = await _without_the_account()
    platform = world.host.platform
    both: dict[int, Database] = {1: platform.database, 2: FaultyDatabase(second, faults)}
    world.host.platform = replace(platform, databases=both)
    return world, second


async def open_moving(faults: Faults) -> tuple[World, SqliteDatabase]:
    """Two databases; in the first the account has expenses, and an event of its own."""
    world, second = await open_two(faults, Deployed(ACCOUNT_MOVE))
    others = [Given(number, account=MOVES, merchant=f"Cafe {number}") for number in range(1, 4)]
    await add_expenses(world.host.database, *others)
    await world.host.database.batch([append(_SEALED_HERE)])
    return world, second


async def move_at_once(source: Database, target: Database) -> None:
    """Move the account from the first database to the second one."""
    names = {"run_id": "run_moves", "now": "2026-01-01T00:00:00.000Z"}
    await target.batch(expect(MOVES, 1, **names))
    await source.batch(freeze(MOVES, 2, **names))
    tables = (await layout_of(source)).tables
    for table in tables:
        await copy(source, target, table=table, account_id=MOVES, run_id="run_moves")
    await source.batch(leave(MOVES, 2, **names))
    await target.batch(live_here(MOVES, 1, **names))
    guard = stands_so(MOVES, "leaving", "run_moves")
    for table in reversed(tables):
        if table.rows.table != SEALED:
            await delete(source, table, account_id=MOVES, guard=guard)
    await source.batch(be_gone(MOVES, 2, **names))


async def _without_the_account() -> SqliteDatabase:
    database = (await migrated_database()).copy()
    await database.batch(expect(MOVES, 1, run_id="", now=""))
    guard = stands_so(MOVES, "arriving", "")
    for table in reversed((await layout_of(database)).tables):
        await delete(database, table, MOVES, guard)
    await database.batch([statement("DELETE FROM moved_accounts")])
    return database


async def open_scene(faults: Faults) -> Scene:
    """An operator asks for a move, twice, as where an answer was lost."""
    world, second = await open_moving(faults)
    before = await all_of_it(world.host.database)

    async def ask() -> None:
        for _ in range(2):
            await begin(
                world.host.platform,
                ACCOUNT_MOVE,
                params=MoveParams(account_id=MOVES, database="DB_2"),
                actor=_OPERATOR,
                key="once",
            )

    return Scene(world, ask, partial(check, world, second, before))


async def check(world: World, second: SqliteDatabase, before: dict[str, Digest]) -> None:
    """The account lives in one database, with all that it had, and can be written there."""
    [run] = await world.rows("SELECT state, status, failure_class FROM runs WHERE kind = ?", KIND)
    if run["status"] in {"processing", "needs_review"} or "failed" in str(run["state"]):
        return
    here = await all_of_it(world.host.database)
    there = await all_of_it(second)
    if run["failure_class"] == "rollback_failed":
        # A part may be in both, until the operator who is called has seen to it. Nothing is lost.
        assert before in (here, there)
        return
    rename = statement("UPDATE expenses SET project = project WHERE id = 'exp_000001'")
    standing = statement("SELECT stands FROM moved_accounts")
    if there.keys() - {SEALED}:
        assert there == before
        assert here.keys() <= {SEALED}
        assert await world.host.database.all(standing) == [{"stands": "gone"}]
        assert await second.all(standing) == [{"stands": "here"}]
        await second.batch([rename])
    else:
        assert run["state"] != "moved"
        assert here == before
        await world.host.database.batch([rename])
