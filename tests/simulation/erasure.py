"""Something to erase in a simulated world, and what must hold when it is erased."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Final, LiteralString

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, USER
from tillroll.privacy.erasure.workflow import ERASURE, GRACE
from tillroll.privacy.repository import What, left_over
from tillroll.privacy.service import request_erasure
from tillroll_durable import Actor
from tillroll_durable.archive.archiving import told_of
from tillroll_durable.archive.files import TABLES, archived_rows, packed_run
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import Statement, insert_row, statement, text, word
from tillroll_durable.platform.bindings.engine import Instances
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.simulation.engine import Instance, SimulatedInstances
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories.story import Scene

ACTOR: Final = Actor(ACCOUNT, f"user:{USER}")
SECRET: Final = "SECRET CAFE"
_BUNDLE: Final = f"{ACCOUNT}/archive/arc_00000000000000000000000001.jsonl.gz"
_OTHERS: Final = f"{OTHER_ACCOUNT}/rec_000003/original"
TARGETS: Final = {What.RECEIPT: "rec_000001", What.PERSON: "usr_secret", What.ACCOUNT: ACCOUNT}


async def open_erasable(faults: Faults) -> World:
    """A void expense, one that counts, a person who was removed; and an object of another
    account.
    """
    world = await open_world(faults, Deployed(ERASURE))
    void, counts = Given(1, merchant=SECRET), Given(2, merchant="OPEN CAFE")
    await add_expenses(world.host.database, void, counts)
    await world.rows("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000001'")
    # It was sent back with a reason before: the notice is about the expense, and of no run.
    await world.rows(
        "INSERT INTO notifications (id, account_id, topic, subject, about, created_at) "
        "VALUES ('exp_000001:sent_back', ?, 'expense.sent_back', 'exp_000001', ?, '2026-01-01')",
        *(ACCOUNT, SECRET),
    )
    await world.host.database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at, removed_at) "
                "VALUES (?, ?, ?, '', ?)",
                [TARGETS[What.PERSON], ACCOUNT, SECRET, "2026-01-01T00:00:00.000Z"],
            ),
            *_for_all_accounts(),
        ]
    )
    for row in await world.rows("SELECT object_key FROM receipts"):
        await world.host.pieces.objects.put_text(str(row["object_key"]), "the bytes", "image/jpeg")
    await world.host.pieces.objects.put_text(_OTHERS, "the bytes", "image/jpeg")
    await _archive(world)
    await _engage(world, faults)
    return world


def _for_all_accounts() -> list[Statement]:
    """A schedule that the account keeps for all, and what became of a tick of it in another."""
    at, keeper = "2026-01-01T00:00:00.000Z", {"created_by": "user:usr_first", "created_in": ACCOUNT}
    planned = {
        "id": "sch_all",
        "name": "all",
        "kind": "export",
        "cron": "0 6 1 1 *",
        "time_zone": "UTC",
        "params": "{}",
    }
    kept = {
        "catch_up": "skip",
        "next_tick": "2099-01-01T00:00:00.000Z",
        "created_at": at,
        "updated_at": at,
    }
    tick = {"begin_key": "one", "tick": at, "outcome": "refused", "recorded_at": at}
    return [
        insert_row("schedules", {**planned, **keeper, **kept}),
        insert_row(
            "schedule_ticks", {"schedule_id": "sch_all", "account_id": OTHER_ACCOUNT, **tick}
        ),
    ]


async def _engage(world: World, faults: Faults) -> None:
    """The engine has instances of both receipts' runs, which ended a short time ago."""
    instances = SimulatedInstances(world.host.pieces.clock, faults)
    at_the_end = to_text(world.host.pieces.clock.now() + GRACE)
    await world.rows("UPDATE runs SET updated_at = ? WHERE kind = 'receipt'", at_the_end)
    for row in await world.rows("SELECT id FROM runs WHERE kind = 'receipt'"):
        instances.by_id[f"{row['id']}-1"] = Instance({}, results={"read": SECRET})
    by_kind: dict[str, Instances] = {ERASURE.contract.kind: world.instances, "receipt": instances}
    world.host.platform = replace(world.host.platform, instances=by_kind)


def known_to_the_engine(world: World) -> set[str]:
    """The ids of the instances of receipts' runs."""
    instances = world.host.platform.instances_of("receipt")
    assert isinstance(instances, SimulatedInstances)
    return set(instances.by_id)


async def _archive(world: World) -> None:
    """Both receipts' runs lie in one bundle."""
    pieces = [
        packed_run({table: [{"said": said}] for table in TABLES}) for said in (SECRET, "OPEN CAFE")
    ]
    content = b"".join(pieces)
    await world.host.pieces.objects.put_bytes(_BUNDLE, content, "application/gzip")
    await world.rows(
        "INSERT INTO archive_bundles (account_id, object_key, sha256, state, created_at) "
        "VALUES (?, ?, ?, 'archived', '')",
        *(ACCOUNT, _BUNDLE, hashlib.sha256(content).hexdigest()),
    )
    place, hashes = 0, dict[str, str]()
    for number, piece in enumerate(pieces, start=1):
        await world.host.database.batch(
            [
                statement(
                    "INSERT INTO archived_runs (run_id, bundle_id, place, size, last_seq) "
                    "SELECT id, 1, ?, ?, 3 FROM runs WHERE subject = ?",
                    [place, len(piece), f"rec_{number:06}"],
                )
            ]
        )
        [row] = await world.rows("SELECT id FROM runs WHERE subject = ?", f"rec_{number:06}")
        hashes[str(row["id"])] = hashlib.sha256(piece).hexdigest()
        place += len(piece)
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch([append(told_of(ACCOUNT, 1, hashes, now))])


async def archived(world: World, receipt_id: str) -> str:
    """All that the archive has of a receipt's runs; empty where it has nothing. It is read past
    every fault.
    """
    objects = MemoryObjects()
    objects.content = world.host.pieces.objects.content
    found = [
        await archived_rows(world.host.database, objects, str(row["id"]))
        for row in await world.rows("SELECT id FROM runs WHERE subject = ?", receipt_id)
    ]
    return "".join(str(rows) for rows in found if rows is not None)


async def ask(world: World, what: What) -> None:
    await request_erasure(world.host.platform, ACTOR, what, TARGETS[what])


async def wait(world: World, days: timedelta = GRACE) -> None:
    """Let the time pass, and what then happens by itself."""
    await world.settle()
    world.host.pieces.clock.advance(days)
    await world.settle()


def opened(what: What) -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which something is to be erased; it is asked for twice, as where an answer was
    lost.
    """

    async def open_scene(faults: Faults) -> Scene:
        world = await open_erasable(faults)

        async def ask_twice() -> None:
            await ask(world, what)
            await ask(world, what)

        async def wait_for_it() -> None:
            # the clock may have been put back since
            await world.let_pass(GRACE + timedelta(hours=1))

        return Scene(world, ask_twice, partial(check, world, what), afterwards=wait_for_it)

    return open_scene


async def check(world: World, what: What) -> None:
    """It is gone wholly, or not begun; what was not to go is there."""
    [row] = await world.rows("SELECT run_id, begun_at, taken_back_at, erased_at FROM erasures")
    [run] = await world.rows("SELECT state FROM runs WHERE kind = 'erasure'")
    assert (run["state"] == "erased") == (row["erased_at"] is not None), (
        "the run says otherwise than the record"
    )
    if row["erased_at"] is not None:
        await check_erased(world, what, str(row["run_id"]))
    if row["begun_at"] is None:
        assert not await world.rows(
            "SELECT id FROM expenses WHERE id = 'exp_000001' AND merchant <> ?", SECRET
        )
    await check_others(world, what)


async def check_erased(world: World, what: What, run_id: str) -> None:
    """Nothing of it is left, in any table or object."""
    assert await left_over(world.host.database, what, [ACCOUNT, TARGETS[what], run_id]) == []
    keys = list(world.host.pieces.objects.content)
    left = {
        f"{row['id']}-1" for row in await world.rows("SELECT id FROM runs WHERE kind = 'receipt'")
    }
    assert known_to_the_engine(world) == left, (
        "the engine keeps what was erased, or has lost what was not"
    )
    if what is What.ACCOUNT:
        assert not [key for key in keys if key.startswith(f"{ACCOUNT}/")]
        assert SECRET not in await everything(world)
    if what is What.RECEIPT:
        assert f"{ACCOUNT}/rec_000001/original" not in keys
        assert not await world.rows("SELECT id FROM expenses WHERE receipt_id = 'rec_000001'")
        bundles = [key for key in keys if "/archive/" in key]
        assert {
            str(row["object_key"])
            for row in await world.rows("SELECT object_key FROM archive_bundles")
        } <= {*bundles}
        assert _BUNDLE not in keys, "the file that has the erased run is still there"
    assert not await world.rows("PRAGMA foreign_key_check")


async def check_others(world: World, what: What) -> None:
    """What was not to go is there."""
    merchants = {row["merchant"] for row in await world.rows("SELECT merchant FROM expenses")}
    assert _OTHERS in world.host.pieces.objects.content
    if what is not What.ACCOUNT:
        assert "OPEN CAFE" in merchants
        assert f"{ACCOUNT}/rec_000002/original" in world.host.pieces.objects.content
        assert "OPEN CAFE" in await archived(world, "rec_000002")
        assert SECRET not in await archived(world, "rec_000002")


async def everything(world: World) -> str:
    """All that the database holds."""
    tables = await world.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    names: list[LiteralString] = [word(text(each, "name")) for each in tables]
    return "\n".join([str(await world.rows(f'SELECT * FROM "{name}"')) for name in names])
