"""Which bank accounts are silent."""

from dataclasses import replace
from datetime import date

import pytest

from tests.simulation.author import Deployed, open_world
from tests.simulation.faults import Faults
from tests.simulation.statements import MARCH
from tests.simulation.world import World
from tests.support.bank_files import camt
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT
from tests.support.uploads import MemoryFile
from tillroll.bank import service
from tillroll.bank.models import BankAccountChange, BankAccountRequest
from tillroll.bank.repository import File, original_key
from tillroll.bank.silence import silent_accounts
from tillroll.bank.workflow import STATEMENT
from tillroll.durable import Actor
from tillroll.workflows.registry import REGISTRY

ACTOR = Actor(ACCOUNT, "user:usr_first")


@pytest.fixture
async def world() -> World:
    return await open_world(Faults(), Deployed(STATEMENT, {}, REGISTRY.objects_in_use))


async def test_an_account_is_silent_behind_its_last_day_or_its_creation(world: World) -> None:
    platform = world.host.platform
    giro = await service.create_account(
        platform, ACTOR, BankAccountRequest(name="Giro", currency="EUR", number=MARCH.account)
    )
    card = await service.create_account(platform, ACTOR, BankAccountRequest(name="Card", currency="EUR"))
    gone = await service.create_account(platform, ACTOR, BankAccountRequest(name="Gone", currency="EUR"))
    await service.change_account(platform, ACTOR, gone.id, BankAccountChange(archived=True))
    content = camt(replace(MARCH, to_day=date(2026, 3, 31)))
    file = MemoryFile(content, world.host.pieces.objects)
    sha256 = await file.sha256()
    key = original_key(ACCOUNT, sha256)
    await file.store(key, "application/octet-stream")
    await service.take_file(
        platform, STATEMENT, ACTOR, File(sha256, len(content), None, key, None, "fetch", "source:x")
    )
    await world.settle()
    database, created = platform.database, platform.clock.now().date()
    assert [each.id for each in await silent_accounts(database, ACCOUNT, date(2026, 3, 31))] == [card.id]
    silent = {each.id: each for each in await silent_accounts(database, ACCOUNT, date(2027, 1, 1))}
    assert set(silent) == {giro.id, card.id}
    assert (silent[giro.id].last_day, silent[giro.id].number) == (date(2026, 3, 31), "DE89…3000")
    assert (silent[card.id].last_day, silent[card.id].since) == (None, created)
    assert await silent_accounts(database, OTHER_ACCOUNT, date(2027, 1, 1)) == []
    assert len(await silent_accounts(database, None, date(2027, 1, 1))) == 2
