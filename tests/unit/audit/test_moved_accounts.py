"""The audit of all accounts shows an event once, also of an account that has moved."""

from tests.simulation.moving import MOVES, move_at_once, open_two
from tests.support.host_api import api_client
from tests.support.host_platform import TOKEN
from tillroll.moving.workflow import ACCOUNT_MOVE
from tillroll_durable import statement
from tillroll_durable.archive.files import delete_archived_events
from tillroll_durable.audit import Action, AuditEvent, append
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.standing import be_gone, leave, live_here
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed


class _Audited(Action):
    TRIED = "account.tried", "something was tried"


async def _happens(database: Database, day: int) -> None:
    event = AuditEvent(
        stream=f"account:{MOVES}",
        event_key=f"tried:{day}",
        account_id=MOVES,
        actor="operator",
        action=_Audited.TRIED,
        outcome="success",
        at=f"2026-02-{day:02}T00:00:00.000Z",
        detail={"day": day},
    )
    await database.batch([append(event)])


async def _days(platform: Platform, limit: int, more: str = "") -> list[int]:
    days: list[int] = []
    cursor = ""
    async with api_client(platform, TOKEN) as client:
        while True:
            path = f"/api/audit?action=account.tried&allAccounts=true&limit={limit}{more}{cursor}"
            page = (await client.get(path)).json()
            days += [each["detail"]["day"] for each in page["items"]]
            if page["nextCursor"] is None:
                return days
            cursor = f"&cursor={page['nextCursor']}"


async def test_an_event_of_an_account_that_has_moved_is_shown_once() -> None:
    world, second = await open_two(Faults(), Deployed(ACCOUNT_MOVE))
    for day in (1, 2, 3):
        await _happens(world.host.database, day)
    await move_at_once(world.host.database, second)
    await _happens(second, 4)
    for limit in (1, 2, 50):
        assert sorted(await _days(world.host.platform, limit)) == [1, 2, 3, 4]
        stream = f"&stream=account:{MOVES}"
        assert sorted(await _days(world.host.platform, limit, stream)) == [1, 2, 3, 4]
    # Each database still shows what it has sealed.
    assert await _days(world.host.platform, 50, "&database=DB") == [3, 2, 1]
    # It moves back: what happened there comes along, and nothing is shown twice.
    await _move_back(second, world.host.database)
    await _happens(world.host.database, 5)
    assert sorted(await _days(world.host.platform, 2)) == [1, 2, 3, 4, 5]


async def _move_back(source: Database, target: Database) -> None:
    """Only how the account stands, and its events, matter here."""
    names = {"run_id": "run_back", "now": "2026-03-01T00:00:00.000Z"}
    frozen = statement("UPDATE moved_accounts SET stands = 'frozen', run_id = 'run_back'")
    arriving = statement("UPDATE moved_accounts SET stands = 'arriving', run_id = 'run_back'")
    await source.batch([frozen])
    await target.batch([arriving])
    await source.batch(leave(MOVES, 1, **names))
    await target.batch(live_here(MOVES, 2, **names))
    await source.batch(be_gone(MOVES, 1, **names))
    await _happens(target, 4)


async def test_the_archive_leaves_the_events_of_an_account_that_has_left() -> None:
    """They stay where their seals are. To delete them was refused, and the archive stood still."""
    world, second = await open_two(Faults(), Deployed(ACCOUNT_MOVE))
    for day in (1, 2, 3):
        await _happens(world.host.database, day)
    await move_at_once(world.host.database, second)
    assert await world.host.database.all(delete_archived_events(1, 1_000_000, 100)) == []
    assert sorted(await _days(world.host.platform, 2)) == [1, 2, 3]
