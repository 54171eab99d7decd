"""The life of some hundred receipts on the host, phase by phase: what each phase asks of D1, R2,
queues and the log.

All of it is the deployment's own code, with SQLite in place of D1 and the simulation's engine in
place of Cloudflare's. `genuine.py` then asks the same statements of the genuine D1.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import each_minute
from bench.one_receipt import stand
from bench.scale.watched import CountedLog, CountedObjects, CountedQueue, RecordedDatabase, Trip
from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import SIGNING_KEY, TOKEN
from tests.support.receipts import clear_receipt
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tillroll.receipts.native import receive
from tillroll_durable.platform.bindings.database import integer, text
from tillroll_durable.platform.bindings.engine import JOB, TICK
from tillroll_durable.platform.log import LOGGER
from tillroll_durable.sealing.settings import ArchiveSettings
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

RECEIPTS: Final = 100
"""So many that bundles of the archive are full: 50 runs."""
A_MERCHANT: Final = 5
"""So many receipts have the same merchant."""
LIST_PAGE: Final = 50
ARCHIVE_DAYS: Final = 60
COUNTS: Final = ("messages", "ticks", "logs", "steps", "r2_a", "r2_b")
_MINUTES: Final = 60
_COLOURS: Final = ("GREEN", "BLUE", "AMBER", "SILVER", "CORAL", "IVORY", "SCARLET", "GOLDEN")
_THINGS: Final = (
    *("GARDEN", "HARBOUR", "MOUNTAIN", "ORCHARD", "LANTERN"),
    *("WINDMILL", "MEADOW", "BRIDGE", "CASTLE", "VALLEY"),
)


@dataclass(frozen=True)
class Phase:
    """What happened in a phase. `counts`: operations of R2, messages, log events, steps. At its
    end: bytes `used` in the database, its `entries` with those of indexes, and bytes of objects.
    """

    name: str
    trips: Sequence[Trip]
    counts: Counter[str]
    used: int
    entries: int
    object_bytes: int


@dataclass(frozen=True)
class Life:
    """`begins`: the database's file before the first phase."""

    begins: bytes
    phases: Sequence[Phase]


class NotClear(Exception):
    """A receipt was not read without a doubt, so the life is another than that of clear ones."""


async def live() -> Life:
    """Let receipts be uploaded, read, looked at, forgotten about and archived.

    Raises:
        NotClear: one of them asked for a person.
    """
    here = await _Recording.begin()
    await here.phase("begin", here.minutes)
    await here.phase("receipts", here.submit)
    await here.check()
    await here.phase("minutes", here.minutes)
    await here.phase("list", here.look_at_list)
    await here.phase("open", here.open_each)
    await here.phase("approve", here.approve_each)
    await here.phase("approved", here.minutes)
    here.clock.advance(timedelta(days=31))
    await here.phase("forget", here.minutes)
    here.clock.advance(timedelta(days=ARCHIVE_DAYS))
    await here.phase("archive", here.minutes)
    here.clock.advance(timedelta(days=8))
    await here.phase("rest", here.minutes)
    return Life(here.begins, here.phases)


class _Recording:
    def __init__(self, world: World) -> None:
        self.world = world
        self.begins: bytes = world.host.database.connection.serialize("main")
        self.phases: list[Phase] = []
        self.clock = world.host.pieces.clock
        pieces, platform = world.host.pieces, world.host.platform
        self.database = RecordedDatabase(platform.database)
        self.queue = CountedQueue()
        self.ticks = CountedQueue()
        self.objects = CountedObjects(pieces.objects, pieces.objects.content)
        self.log = CountedLog()
        pieces.queue = self.queue
        settings = platform.settings.changed(ArchiveSettings(ARCHIVE_DAYS))
        world.host.platform = replace(
            platform,
            database=self.database,
            objects=self.objects,
            queue=self.queue,
            deliveries=self.queue,
            slow_deliveries=self.queue,
            ticks=self.ticks,
            signer=HostSigner(SIGNING_KEY),
            settings=settings,
        )

    @classmethod
    async def begin(cls) -> "_Recording":
        return cls(await open_receipts(Faults()))

    async def phase(self, name: str, act: Callable[[], Awaitable[None]]) -> None:
        self.database.trips = []
        self.objects.counts.clear()
        self.queue.sent = self.ticks.sent = self.log.events = 0
        steps = self._steps()
        propagates = LOGGER.propagate
        LOGGER.addHandler(self.log)
        LOGGER.propagate = False
        try:
            await act()
        finally:
            LOGGER.removeHandler(self.log)
            LOGGER.propagate = propagates
        counts = Counter(self.objects.counts)
        counts["messages"] = self.queue.sent
        counts["ticks"] = self.ticks.sent
        counts["logs"] = self.log.events
        counts["steps"] = self._steps() - steps
        now = await stand(self.world.host.database)
        sizes = sum(len(content) for content in self.objects.content.values())
        entries = now.entries.total()
        self.phases.append(Phase(name, self.database.trips, counts, now.used, entries, sizes))

    def _steps(self) -> int:
        return sum(len(each.results) for each in self.world.instances.by_id.values())

    async def submit(self) -> None:
        for number in range(RECEIPTS):
            self.world.host.pieces.models.transcript = _transcript(number)
            content = JPEG + number.to_bytes(4, "big")
            headers = {"authorization": f"Bearer {TOKEN}"}
            file = MemoryFile(content, self.world.host.pieces.objects)
            self.objects.counts["r2_a"] += 1  # the file stores itself, past the object store
            await receive(self.world.host.platform, MemoryUpload([file], headers), None)
            await self.world.work()
            self.clock.advance(timedelta(seconds=7))

    async def check(self) -> None:
        """Raises NotClear."""
        found = await self.world.rows("SELECT state, count(*) AS n FROM runs GROUP BY state")
        states = {text(row, "state"): integer(row, "n") for row in found}
        if states != {"notified": RECEIPTS}:
            raise NotClear(str(states))

    async def minutes(self) -> None:
        """An hour of the cron, with all that goes on within each minute."""
        for _ in range(_MINUTES):
            ends = self.clock.now() + timedelta(minutes=1)
            await each_minute.do_each_minute(self.world.host.platform)
            while self.ticks.messages:
                message = self.ticks.messages.pop(0)
                self.clock.advance(timedelta(seconds=3))
                await each_minute.do_each_minute(
                    self.world.host.platform, str(message[TICK]), [str(message[JOB])]
                )
            await self.world.work()
            self.clock.advance(ends - self.clock.now())

    async def look_at_list(self) -> None:
        """Each page of the list, as a person goes through it."""
        async with api_client(self.world.host.platform) as client:
            cursor = ""
            while True:
                path = f"/api/expenses?limit={LIST_PAGE}{cursor}"
                page = (await client.get(path)).raise_for_status().json()
                if not page["nextCursor"]:
                    return
                cursor = f"&cursor={page['nextCursor']}"

    async def open_each(self) -> None:
        async with api_client(self.world.host.platform) as client:
            for id_ in await self._expenses():
                (await client.get(f"/api/expenses/{id_}")).raise_for_status()

    async def approve_each(self) -> None:
        async with api_client(self.world.host.platform) as client:
            for id_ in await self._expenses():
                body = {"ids": [id_], "versions": [1]}
                answer = await client.post("/api/expenses/approve", json=body)
                answer.raise_for_status()

    async def _expenses(self) -> list[str]:
        return [text(row, "id") for row in await self.world.rows("SELECT id FROM expenses")]


def _transcript(number: int) -> str:
    """A clear receipt, unlike all others."""
    merchant = number // A_MERCHANT
    thing, colour = divmod(merchant, len(_COLOURS))
    name = f"{_COLOURS[colour]} {_THINGS[thing]} CAFE SDN BHD"
    total = f"{5 + number % 90}.{10 + number % 80}"
    return "\n".join(clear_receipt(name, total)) + "\n"
