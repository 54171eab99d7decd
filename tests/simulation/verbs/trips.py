"""A trip that begins other runs, most of which are undone with it: one with a child, a chain, one
that goes on.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.simulation.author import ANN, Deployed, Faults, World, open_world
from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NonRetryable,
    NotDone,
    OnFailure,
    Outcome,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    Signal,
    State,
    Status,
    Step,
    StepContext,
    Then,
    Timer,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.runs import Run, run_from_row
from tillroll_testing import invariants
from tillroll_testing.invariants.of_telling import told_about


class Asked(Params):
    """`fails`: the trip fails when all of it was done. `left` is how often a tour goes on as
    another run.
    """

    what: str = ""
    fails: bool = False
    left: int = 0


class Word(Params):
    says: str


_TWICE = Retries(limit=2, delay_seconds=1, backoff="constant")
BOOK = Step("book", Effect.EXTERNAL, retries=_TWICE, rollback_config=RollbackConfig(_TWICE))
TAKE = Step("take", Effect.EXTERNAL, retries=_TWICE)
CHECK = Step("check", Effect.READ, on_failure=OnFailure(then=Then.COMPENSATE), retries=_TWICE)
REST, GO = Timer("rest"), Signal("go", Word)
# Its step ends it, not its return.
RESERVE = Step(
    "reserve",
    Effect.EXTERNAL,
    ("reserved",),
    retries=_TWICE,
    rollback_config=RollbackConfig(_TWICE),
)
RESERVED = State.ended("reserved", Status.COMPLETE, "The room is reserved.")
ROOM_V1 = Contract("room", 1, steps=(RESERVE,), states=(RESERVED,), undone="undone")
HOTEL_V1 = Contract("hotel", 1, steps=(BOOK,), timers=(REST,), signals=(GO,), undone="undone")
TOUR_V1 = Contract("tour", 1, steps=(BOOK,), continued="continued", undone="undone")
TAXI_V1 = Contract("taxi", 1, steps=(TAKE,))
TRIP_V1 = Contract("trip", 1, steps=(BOOK, CHECK), timers=(REST,), signals=(GO,))
_MAY = Allowed(decide="review", operate="operate", signals={GO.name: "operate"})


@dataclass
class Agency:
    """The other side: it does and undoes a thing once by its key. `log` has all of it, in order; it
    `fails` to do, and `refuses` to undo, what is named there.
    """

    faults: Faults
    log: list[str] = field(default_factory=list[str])
    refuses: set[str] = field(default_factory=set[str])
    fails: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.done: dict[str, str] = {}
        self.undone: set[str] = set()

    def booking(self, what: str) -> ExternalCall[StepContext, None]:
        async def send(context: StepContext) -> Done[None]:
            await self.faults.point("bank: before it is booked")
            if context.idempotency_key in self.undone or what in self.fails:
                raise Refused("it was called off, or cannot be had")
            if context.idempotency_key not in self.done:
                self.log.append(f"+{what}")
            self.done[context.idempotency_key] = what
            await self.faults.point("bank: booked")
            return Done(what)

        async def reconcile(context: StepContext) -> Done[None] | NotDone:
            return Done(what) if context.idempotency_key in self.done else NotDone()

        return ExternalCall({"book": what}, send, reconcile, honours_key=True)

    def calling_off(self, what: str) -> ExternalCall[RollbackContext, None]:
        async def send(context: RollbackContext) -> Done[None]:
            await self.faults.point("bank: before it is called off")
            if what in self.refuses:
                raise Refused("it is too late for that")
            if context.step_key in self.done and context.step_key not in self.undone:
                self.log.append(f"-{what}")
            self.undone.add(context.step_key)
            await self.faults.point("bank: called off")
            return Done(what)

        async def reconcile(context: RollbackContext) -> Done[None] | NotDone:
            return Done(what) if context.step_key in self.undone else NotDone()

        return ExternalCall({"call off": what}, send, reconcile, honours_key=True)

    async def book(self, run: WorkflowRun[Asked], what: str, key: str | None = None) -> None:
        await run.call(BOOK, self.booking(what), key=key, rollback=self.calling_off(what))

    async def room(self, run: WorkflowRun[Asked]) -> None:
        what = run.params.what
        await run.call(RESERVE, self.booking(what), rollback=self.calling_off(what))

    async def hotel(self, run: WorkflowRun[Asked]) -> str:
        what = run.params.what
        await self.book(run, what)
        await run.sleep(REST, 60)
        await run.wait(GO, timedelta(hours=1))
        room = await run.child(self.room_kind, Asked(what=f"a room of {what}"), "room")
        await run.join(room)
        return what

    async def tour(self, run: WorkflowRun[Asked]) -> None:
        await self.book(run, f"{run.params.what} {run.params.left}")
        if run.params.left:
            await run.continue_as(Asked(what=run.params.what, left=run.params.left - 1))

    async def taxi(self, run: WorkflowRun[Asked]) -> None:
        await run.call(TAKE, self.booking("a taxi"))

    async def trip(self, run: WorkflowRun[Asked]) -> None:
        await self.book(run, "a train", key="train")
        await run.join(await run.child(self.hotel_kind, Asked(what="a hotel"), "hotel"))
        await run.join(await run.child(self.taxi_kind, Asked(), "taxi"))
        await self.book(run, "a boat", key="boat")
        await run.map(self.tour_kind, lambda what: Asked(what=what, left=1), ["tour a"], key=str)
        inn = await run.child(self.hotel_kind, Asked(what="an inn"), "inn")
        await run.sleep(REST, 60)
        await run.step(CHECK, check, run.params.fails)
        await run.first(GO, inn, timedelta(days=7))

    @property
    def kinds(self) -> list[Workflow[Any, Any]]:
        return [self.room_kind, self.hotel_kind, self.tour_kind, self.taxi_kind]

    @property
    def room_kind(self) -> Workflow[Asked, Any]:
        return Workflow(ROOM_V1, self.room, params=Asked, allowed=_MAY)

    @property
    def hotel_kind(self) -> Workflow[Asked, str]:
        return Workflow(HOTEL_V1, self.hotel, params=Asked, gives=str, allowed=_MAY)

    @property
    def tour_kind(self) -> Workflow[Asked, Any]:
        return Workflow(TOUR_V1, self.tour, params=Asked, allowed=_MAY)

    @property
    def taxi_kind(self) -> Workflow[Asked, Any]:
        return Workflow(TAXI_V1, self.taxi, params=Asked, allowed=_MAY)

    @property
    def trip_kind(self) -> Workflow[Asked, Any]:
        return Workflow(TRIP_V1, self.trip, params=Asked, allowed=_MAY)


async def check(_context: StepContext, fails: bool) -> Outcome:
    if fails:
        raise NonRetryable("the passport is out of date")
    return Outcome()


@dataclass(frozen=True)
class Travel:
    """A world with a trip in it."""

    world: World
    agency: Agency

    async def begin(self, *, fails: bool = False) -> object:
        return await begin(
            self.world.host.platform, self.agency.trip_kind, Asked(fails=fails), ANN, key="one"
        )

    async def pass_time(self, rounds: int = 25) -> None:
        """Long enough for what sleeps and waits in it, one behind the other."""
        for _ in range(rounds):
            if not await self.world.rows(
                "SELECT 1 FROM runs WHERE status IN ('processing', 'needs_review')"
            ):
                return
            await self.world.let_pass(timedelta(minutes=25))

    async def make(self) -> None:
        """Up to where all of it was done, and the trip waits."""
        for _ in range(25):
            if [run["state"] for run in await self.of("trip")] == [GO.waiting]:
                return
            await self.world.let_pass(timedelta(minutes=25))

    async def run_of(self, kind: str) -> Run:
        """The first of that kind."""
        return run_from_row((await self.of(kind))[0])

    async def of(self, kind: str) -> list[Row]:
        return await self.world.rows("SELECT * FROM runs WHERE kind = ? ORDER BY id", kind)

    async def says(self) -> str:
        return (await told_about(self.world, (await self.of("trip"))[0])).what_happened

    async def check(self) -> None:
        """What was done is undone once, last done first, and only where the trip has ended early;
        what stands is told.
        """
        trips = await self.of("trip")
        if not trips:
            return
        log = self.agency.log
        did = [entry[1:] for entry in log if entry.startswith("+")]
        undid = [entry[1:] for entry in log if entry.startswith("-")]
        if trips[0]["status"] in {"complete", "processing"} and trips[0]["cancel_kind"] is None:
            is_undoing = trips[0]["state"] == TRIP_V1.compensating
            assert is_undoing or not undid, f"the trip has not ended early, and {undid} was undone"
        if TRIP_V1.state(text(trips[0], "state")).name not in {
            "cancelled",
            "abandoned",
            CHECK.on_failure.state,
        }:
            return
        is_reported = trips[0]["failure_class"] == "rollback_failed"
        assert is_reported or undid == [what for what in reversed(did) if what != "a taxi"], (
            f"in this order: {log}"
        )
        says = await self.says()
        for taxi in await self.of("taxi"):
            stands = f"The run {taxi['id']} (taxi), which it began, is complete and still stands."
            assert taxi["status"] != "complete" or stands in says, (
                f"a taxi stands, and it says {says!r}"
            )
        await self._check_kinds()

    async def _check_kinds(self) -> None:
        """What must always hold of the trip holds of what it began."""
        deployed = self.world.deployed
        for kind in self.agency.kinds:
            if await self.of(kind.contract.kind):
                self.world.deployed = Deployed(kind)
                await invariants.check(self.world)
        self.world.deployed = deployed


async def opened(faults: Faults) -> Travel:
    agency = Agency(faults)
    world = await open_world(faults, Deployed(agency.trip_kind, beside=agency.kinds))
    world.aims_at = TRIP_V1.kind
    return Travel(world, agency)
