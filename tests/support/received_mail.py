"""An account that takes receipts by mail, on the host."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

from tests.simulation.mail import SETTINGS as SENDS
from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT, USER
from tests.support.mails.writing import ANN
from tillroll.mail.addresses import set_confirmed
from tillroll.receipts.workflow import RECEIPT
from tillroll.received_mail.intake import change_intake, make_address, read_intake
from tillroll.received_mail.jobs import sweep, work_off
from tillroll.received_mail.models import AllowedSender
from tillroll.received_mail.service import Accepted, Rejected, accept
from tillroll.received_mail.settings import MailedInSettings
from tillroll_durable import Actor, statement
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import all_of
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

DOMAIN = "in.example.net"
OWNER = Actor(ACCOUNT, f"user:{USER}")
SHOPS = (
    "@streamly.example",
    "@marktplatz.example",
    "@cabbly.example",
    "@norddal.example",
    "@hostwerk.example",
)
MORE_SHOPS = ("@buecherwurm.example", "@telbleu.example", "biuro@kwiatek.example")


async def open_mailbox(
    faults: Faults | None = None, deployed: Deployed | None = None
) -> tuple[World, str]:
    """A world in which Ann has a confirmed address and some shops may send; and the account's
    address.
    """
    world = await open_world(faults or Faults(), deployed or Deployed(RECEIPT))
    settings = world.host.platform.settings.changed(MailedInSettings(DOMAIN), SENDS)
    world.host.platform = replace(world.host.platform, settings=settings)
    await world.host.database.batch([set_confirmed(USER, ANN, "2026-01-01T00:00:00.000Z")])
    platform = world.host.platform
    await make_address(platform, OWNER, timedelta(0))
    allowed = [AllowedSender(pattern=pattern, user_id=USER) for pattern in (*SHOPS, *MORE_SHOPS)]
    await change_intake(platform, OWNER, allowed, requires_authentication=True)
    address = (await read_intake(platform, all_of(ACCOUNT))).address
    assert address is not None
    return world, address


def reading(raw: bytes) -> Callable[[], Awaitable[bytes]]:
    async def read() -> bytes:
        return raw

    return read


async def send(platform: Platform, address: str, raw: bytes) -> Accepted:
    """Raises Rejected."""
    return await accept(platform, address, len(raw), reading(raw))


async def refusal(platform: Platform, address: str, raw: bytes) -> str:
    """Why it is not taken. Raises AssertionError: it is."""
    try:
        await send(platform, address, raw)
    except Rejected as rejected:
        return str(rejected)
    raise AssertionError("the mail was taken")


async def work(world: World) -> None:
    """The consumer takes its nudges, the cron what is overdue."""
    messages = world.host.pieces.queue.messages
    nudged = [message for message in messages if "receivedMailId" in message]
    for message in nudged:
        messages.remove(message)
        await work_off(world.host.platform, str(message["receivedMailId"]))
    await sweep(world.host.platform)


async def outcomes(world: World, mail_id: str) -> list[str]:
    """Of each paper, as `mailed` has it: where it was found, what became of it."""
    rows = await world.host.database.all(
        statement(
            "SELECT found, outcome FROM received_papers WHERE mail_id = ? ORDER BY position",
            [mail_id],
        )
    )
    return [f"{row['found']}:{row['outcome']}" for row in rows]
