"""Documents that are asked for each week, in a simulated world with mail: two crons look at once,
and the process can die at each point.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Final

from local.mail.counterpart import Counterpart
from tests.simulation.author import Deployed, open_world
from tests.simulation.bookkeeping import ANN, USER
from tests.simulation.mail import ADDRESS, SETTINGS, PostOffice
from tests.support.bank_files import camt
from tests.support.bank_month import IBAN, Line, Month
from tests.support.host_platform import TOKEN
from tests.support.uploads import MemoryFile, MemoryUpload
from tillroll.bank.chasing.asking import ask_each_week
from tillroll.bank.chasing.holders import HoldersRequest, set_holders
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.service import create_account
from tillroll.bank.statements.native import receive
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.mail.addresses import set_confirmed
from tillroll.mail.workflow import MAIL
from tillroll.notifications.channels import mail_notices
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.clock import to_text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.story import Scene, Story

AMOUNTS: Final = (-1_290, -4_520, -890)
_LOOKS: Final = 3


async def open_bank(faults: Faults) -> tuple[World, Counterpart]:
    """A world in which the bank has booked payments with Ann's card, and she has an address."""
    deployed = Deployed(
        STATEMENT,
        {},
        REGISTRY.objects_in_use,
        beside=(MAIL,),
        more_ticks=[partial(mail_notices, registry=REGISTRY)],
    )
    world = await open_world(faults, deployed)
    provider = Counterpart(SETTINGS.api_key, world.host.pieces.clock.now)
    world.host.platform = replace(
        world.host.platform,
        http=PostOffice(faults, provider),
        settings=world.host.platform.settings.changed(SETTINGS),
    )
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch([set_confirmed(USER, ADDRESS, now)])
    account = await create_account(
        world.host.platform, ANN, BankAccountRequest(name="Card", currency="EUR", number=IBAN)
    )
    await set_holders(world.host.platform, ANN, account.id, HoldersRequest(person=USER, cards=[]))
    lines = tuple(
        Line(amount=amount, booked_on=date(2026, 3, 2), name=f"Shop {number}", text="Card")
        for number, amount in enumerate(AMOUNTS)
    )
    file = MemoryFile(
        camt(Month(opening=100_000, lines=lines)), world.host.pieces.objects, "march.xml"
    )
    upload = MemoryUpload([file], {"authorization": f"Bearer {TOKEN}"}, named="statement")
    await receive(world.host.platform, upload, {})
    await world.settle()
    return world, provider


async def ask(world: World) -> None:
    """The crons of a morning, two at a time, some minutes apart."""
    for _ in range(_LOOKS):
        await world.surviving(partial(_look_twice, world))
        world.host.pieces.clock.advance(timedelta(minutes=2))


async def _look_twice(world: World) -> None:
    platform = world.host.platform
    await together(ask_each_week(platform), ask_each_week(platform))


def opened() -> Callable[[Faults], Awaitable[Scene]]:
    """A scene in which Ann is asked on a Monday morning."""

    async def open_scene(faults: Faults) -> Scene:
        world, provider = await open_bank(faults)
        clock = world.host.pieces.clock
        clock.advance(timedelta(days=42 - clock.now().weekday()))
        clock.advance(timedelta(hours=9) - timedelta(hours=clock.now().hour))

        async def later() -> None:
            """On the other days of the week, the crons find nothing to ask for."""
            for _ in range(3):
                await world.let_pass(timedelta(days=1))
                await ask(world)
            await world.settle({})

        return Scene(world, partial(ask, world), partial(check, world, provider), afterwards=later)

    return open_scene


async def check(world: World, provider: Counterpart) -> None:
    """One notice, one event, one mail with each payment, and each payment counted once."""
    notices = await world.rows(
        "SELECT id FROM notifications WHERE topic = 'bank.documents_missing'"
    )
    assert len(notices) == 1, f"asked {len(notices)} times in a week"
    events = await world.rows("SELECT seq FROM audit_events WHERE action = 'bank_documents.chased'")
    assert len(events) == 1, f"{len(events)} events say that somebody was asked"
    asked = await world.rows("SELECT asks, owed_by FROM bank_entries ORDER BY id")
    assert asked == [{"asks": 1, "owed_by": USER}] * len(AMOUNTS), asked
    mails = [email.text for email in provider.emails]
    assert len(mails) <= 1, f"{len(mails)} mails in a week"
    for text in mails:
        assert all(f"Shop {number}" in text for number in range(len(AMOUNTS))), text


STORY: Final = Story("asked each week", opened(), "matched")
