"""Which bank accounts are silent."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.simulation.author import Deployed, open_world
from tests.simulation.statements import MARCH
from tests.support.bank_files import camt
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.support.uploads import MemoryFile
from tillroll.bank import service
from tillroll.bank.models import BankAccountChange, BankAccountRequest
from tillroll.bank.repository import File, original_key
from tillroll.bank.silence import SILENT_AFTER, silent_accounts, tell_of_silence
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable import Actor
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.limits import Turn
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ACTOR = Actor(ACCOUNT, "user:usr_first")


@pytest.fixture
async def world() -> World:
    return await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))


async def test_an_account_is_silent_behind_its_last_day_or_its_creation(world: World) -> None:
    platform = world.host.platform
    giro = await service.create_account(
        platform, ACTOR, BankAccountRequest(name="Giro", currency="EUR", number=MARCH.account)
    )
    card = await service.create_account(
        platform, ACTOR, BankAccountRequest(name="Card", currency="EUR")
    )
    gone = await service.create_account(
        platform, ACTOR, BankAccountRequest(name="Gone", currency="EUR")
    )
    await service.change_account(platform, ACTOR, gone.id, BankAccountChange(archived=True))
    content = camt(replace(MARCH, to_day=date(2026, 3, 31)))
    file = MemoryFile(content, world.host.pieces.objects)
    sha256 = await file.sha256(ACCOUNT)
    key = original_key(ACCOUNT, sha256)
    await file.store(key, "application/octet-stream")
    await service.take_file(
        platform, STATEMENT, ACTOR, File(sha256, len(content), None, key, None, "fetch", "source:x")
    )
    await world.settle()
    database, created = platform.database, platform.clock.now().date()
    assert [each.id for each in await silent_accounts(database, ACCOUNT, date(2026, 3, 31))] == [
        card.id
    ]
    silent = {each.id: each for each in await silent_accounts(database, ACCOUNT, date(2027, 1, 1))}
    assert set(silent) == {giro.id, card.id}
    assert (silent[giro.id].last_day, silent[giro.id].number) == (date(2026, 3, 31), "DE89…3000")
    assert (silent[card.id].last_day, silent[card.id].since) == (None, created)
    assert await silent_accounts(database, OTHER_ACCOUNT, date(2027, 1, 1)) == []
    assert len(await silent_accounts(database, None, date(2027, 1, 1))) == 2


async def test_owners_are_told_once_of_each_silence(world: World) -> None:
    platform, clock = world.host.platform, world.host.pieces.clock
    card = await service.create_account(
        platform, ACTOR, BankAccountRequest(name="Card", currency="EUR")
    )
    clock.advance(SILENT_AFTER)
    await tell_of_silence(platform)
    assert await world.rows("SELECT id FROM notifications") == []
    clock.advance(timedelta(days=1))
    for _ in range(3):
        await tell_of_silence(platform)
        clock.advance(timedelta(days=1))
    [told] = await world.rows("SELECT topic, subject, about FROM notifications")
    assert (told["topic"], told["subject"], told["about"]) == (
        "bank.account_silent",
        card.id,
        "Card",
    )


async def test_one_that_is_fetched_is_silent_sooner(world: World) -> None:
    platform, today = world.host.platform, world.host.pieces.clock.now().date()
    for name in ("Giro", "Card"):
        await service.create_account(platform, ACTOR, BankAccountRequest(name=name, currency="EUR"))
    await world.rows(
        "INSERT INTO bank_sources (id, account_id, bank_account_id, kind, bank, credentials, "
        "state, from_day, "
        "created_by, created_at) SELECT 'bsr_1', account_id, id, 'address', 'a', 'x', 'connected', "
        "'', '', '' "
        "FROM bank_accounts WHERE name = 'Giro'"
    )
    days = (today - timedelta(days=30), today + timedelta(days=1))
    assert [each.name for each in await silent_accounts(platform.database, ACCOUNT, *days)] == [
        "Giro"
    ]


async def test_each_of_many_is_told_of(world: World) -> None:
    """Some at a time, with room for one statement: what was told of takes none."""
    platform, clock = invocation(world.host.platform), world.host.pieces.clock
    for number in range(12):
        await service.create_account(
            platform, ACTOR, BankAccountRequest(name=f"Card {number}", currency="EUR")
        )
    clock.advance(SILENT_AFTER + timedelta(days=1))
    for told in (5, 10, 12, 12):
        spent = platform.spending.statements
        await tell_of_silence(replace(platform, turn=Turn(platform.spending, spent + 1)))
        assert len(await world.rows("SELECT id FROM notifications")) == told
    assert await tell_of_silence(platform) == 0
