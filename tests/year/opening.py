"""Opens the deployment in which a year is played: all kinds on one engine, the cron with all of its
jobs, and the other sides.
"""

import contextlib
import random
from collections.abc import Generator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from each_minute import do_each_minute
from local.banks.bank import Bank as FeedingBank
from local.mail.counterpart import Counterpart as MailCounterpart
from local.payments.counterpart import Counterpart
from tests.simulation.ground import GROUND
from tests.simulation.mail import SETTINGS as MAIL
from tests.simulation.paying import BEHIND, LAG
from tests.simulation.paying import SETTINGS as PAYMENTS
from tests.support.bank_month import IBAN
from tests.support.host_platform import SIGNING_KEY
from tests.unit.bank.sources import APPLICATION, PUBLIC, PUBLIC_KEY
from tests.year.chance import DrawnFaults, Rates
from tests.year.engine import PatientInstances
from tests.year.journal import FAULT, Journal
from tests.year.sides import (
    FEED_URL,
    DatedObjects,
    Feed,
    Post,
    Provider,
    Readers,
    Switchboard,
    Trouble,
)
from tillroll.bank.sources.service import CONNECTED_PATH
from tillroll.bank.sources.settings import BankApiSettings
from tillroll.payouts.sepa import Party
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform import ids, log
from tillroll_durable.platform.bindings.engine import JOB, TICK
from tillroll_durable.platform.invocation import invocation
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.platform import Pieces, host_platform
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.adapters import FaultyDatabase, FaultyQueue, FaultyReceiver
from tillroll_testing.simulation.models import FaultyImages, FaultyVectors
from tillroll_testing.simulation.reconciling import Mended
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import Deployed, World

BEGIN: Final = datetime(2026, 1, 1, 7, 0, tzinfo=UTC)
_RANDOM_BITS: Final = 80


class YearWorld(World):
    """A world whose cron is the deployed one: all jobs of each minute."""

    async def tick(self) -> Mended:
        """One minute, or the same one in several isolates at once."""
        if self.turns_rolled_back or self.turns_astray:
            return await super().tick()
        here = [invocation(self.host.platform) for _ in range(self.copies)]
        await together(*[do_each_minute(each) for each in here])
        return Mended()

    async def _consume(self, message: JsonObject) -> None:
        """A job that goes on within its minute has an invocation of its own."""
        if TICK not in message:
            await super()._consume(message)
            return
        platform = invocation(self.host.platform)
        await do_each_minute(platform, str(message[TICK]), [str(message[JOB])])


@dataclass
class Deployment:
    """The world with its other sides, and what happened in it."""

    world: YearWorld
    faults: DrawnFaults
    trouble: Trouble
    provider: Counterpart
    lines: Switchboard
    readers: Readers
    feed: FeedingBank
    journal: Journal
    clock: ManualClock

    def calm(self) -> None:
        """From here on nothing goes wrong by itself."""
        self.faults.is_calm = True
        self.trouble.is_calm = True

    def be_unruly(self) -> None:
        """From here on the dice say what goes wrong."""
        self.faults.is_calm = False
        self.trouble.is_calm = False


async def open_deployment(seed: int, rates: Rates, trouble_rate: float) -> Deployment:
    """A new one, in which nothing goes wrong before `be_unruly`."""
    journal = Journal()
    clock = ManualClock(BEGIN)
    faults = DrawnFaults(random.Random(f"{seed} faults"), rates)
    faults.told = lambda what, run: journal.write(clock.now(), FAULT, what, run)
    trouble = Trouble(
        random.Random(f"{seed} trouble"),
        trouble_rate,
        lambda what: journal.write(clock.now(), FAULT, what),
    )
    instances = PatientInstances(clock, faults)
    database = await GROUND.open_database(())
    readers = Readers(faults)
    pieces = Pieces(
        objects=DatedObjects(faults, clock),
        models=readers,
        queue=FaultyQueue(faults),
        receiver=FaultyReceiver(faults),
        clock=clock,
        signer=HostSigner(SIGNING_KEY),
    )
    pieces.images = FaultyImages(pieces.objects, faults)
    pieces.vectors = FaultyVectors(clock, faults)
    host = host_platform(
        database,
        dict.fromkeys(REGISTRY.newest, instances),
        pieces=pieces,
        settings=GROUND.settings("https://receiver.test/hook"),
        assets=GROUND.assets,
        seen_as=FaultyDatabase(database, faults),
    )
    provider = Counterpart(PAYMENTS.api_key, lambda: clock.now() - BEHIND, LAG)
    # What somebody is owed may be any amount, for months; what goes wrong with it is drawn.
    provider.by_amount = {}
    feed = FeedingBank(clock.now, page=20, overlap=2)
    lines = Switchboard(
        payments=Provider(faults, provider, trouble),
        mail=Post(faults, MailCounterpart(MAIL.api_key, clock.now), trouble),
        feed=Feed(faults, feed, trouble),
        others=FaultyReceiver(faults),
    )
    lines.feed.enable_banking.register(APPLICATION, PUBLIC_KEY, [f"{PUBLIC}{CONNECTED_PATH}"])
    settings = host.platform.settings.changed(
        replace(PAYMENTS, debtor=Party("Example GmbH", IBAN)),
        MAIL,
        BankApiSettings(FEED_URL, PUBLIC),
    )
    host.platform = replace(host.platform, settings=settings, http=lines)
    kinds = [*REGISTRY.newest.values()]
    deployed = Deployed(
        kinds[0], dict(REGISTRY.settlements), REGISTRY.objects_in_use, beside=kinds[1:]
    )
    world = YearWorld(faults, instances, host, deployed, GROUND)
    return Deployment(
        world=world,
        faults=faults,
        trouble=trouble,
        provider=provider,
        lines=lines,
        readers=readers,
        feed=feed,
        journal=journal,
        clock=clock,
    )


@contextlib.contextmanager
def drawn_ids(seed: int, clock: ManualClock) -> Generator[None]:
    """Ids with the simulated time, whose random part the seed gives: so they have one order."""
    dice = random.Random(f"{seed} ids")
    last = 0

    def draw() -> int:
        nonlocal last
        now = int(clock.now().timestamp() * 1000) << _RANDOM_BITS
        last = max(now | dice.getrandbits(_RANDOM_BITS), last + 1 + dice.getrandbits(64))
        return last

    original = ids.draw
    ids.draw = draw
    try:
        with ids.drawn_by(draw):
            yield
    finally:
        ids.draw = original


@contextlib.contextmanager
def heard_crashes(heard: list[tuple[str, BaseException]]) -> Generator[None]:
    """Keep what the program logs as a fault of ours."""
    original = log.crash

    def crash(event: str, unexpected: BaseException, **_fields: object) -> None:
        heard.append((event, unexpected))

    log.crash = crash
    try:
        yield
    finally:
        log.crash = original
