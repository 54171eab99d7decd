"""What a call gives can be too large, which shows behind its effect: nothing paid is thrown away,
and what keeps a large one is asked for before anything is sent.
"""

from dataclasses import replace

from tests.simulation.author import ANN, Deployed, Faults
from tests.simulation.ground import GROUND
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NoParams,
    NotDone,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing import invariants
from tillroll_testing.simulation import opening
from tillroll_testing.simulation.world import World

CHARGE = Step("charge", Effect.EXTERNAL, gives=str)
READ = Step("read", Effect.READ, gives=str)
CONTRACT = Contract("charges", 1, steps=(CHARGE, READ))
PEOPLE = ["ann", "ben"]
LARGE = "x" * 80_000
TOO_LARGE = "x" * (5 * 2**20)


class Bank:
    """Takes money, and tells at length of it."""

    def __init__(self, tells: str, *, is_known: bool = True) -> None:
        self.tells = tells
        self.is_known = is_known
        self.sent: list[str] = []
        self.ends: list[object] = []

    def answer_for(self, person: str) -> str:
        """Of Ben there is little to tell."""
        if person == "ben":
            return "short"
        return self.tells

    def charging(self, person: str) -> ExternalCall[StepContext, str]:
        async def send(context: StepContext) -> Done[str]:
            self.sent.append(context.idempotency_key)
            return Done(f"ch_{person}", self.answer_for(person))

        async def ask(context: StepContext) -> Done[str] | NotDone:
            if context.idempotency_key in self.sent:
                return Done(f"ch_{person}", self.answer_for(person))
            return NotDone()

        if not self.is_known:
            return ExternalCall({"person": person}, send)
        return ExternalCall({"person": person}, send, ask, honours_key=True)

    async def charge_all(self, run: WorkflowRun[NoParams]) -> str:
        self.ends = [*await run.map(CHARGE, self.charging, PEOPLE, key=str)]
        return "done"

    async def charge_one(self, run: WorkflowRun[NoParams]) -> str:
        return await run.call(CHARGE, self.charging("ann"))

    async def read(self, run: WorkflowRun[NoParams]) -> str:
        async def read(_context: StepContext) -> str:
            return self.tells

        return await run.step(READ, read)


async def played(workflow: Workflow, *, has_objects: bool) -> World:
    ground = replace(GROUND, has_objects=has_objects)
    world = await opening.open_world(ground, Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    return world


async def told(world: World) -> tuple[str, bool, str]:
    [run] = await world.rows("SELECT * FROM runs")
    return str(run["status"]), run["escalated_at"] is not None, str(run["error_summary"])


async def outcomes(world: World) -> list[object]:
    return [row["outcome"] for row in await world.rows("SELECT outcome FROM effect_intents")]


async def test_without_an_object_store_nothing_is_sent_and_the_run_stops() -> None:
    bank = Bank(LARGE)
    workflow = Workflow(CONTRACT, bank.charge_all, params=NoParams, gives=str)
    world = await played(workflow, has_objects=False)
    status, is_escalated, says = await told(world)
    assert (bank.sent, bank.ends) == ([], [])
    assert (status, is_escalated) == ("processing", True)
    assert '"r2_buckets": [{ "binding": "BUCKET"' in says
    # The bucket is bound, and a person resumes the run.
    with_store = await opening.open_bare_world(GROUND, Faults(), Deployed(workflow))
    world.host.platform = replace(
        world.host.platform, objects=with_store.host.platform.objects, has_objects=True
    )
    await world.revive()
    await world.settle()
    assert len(bank.sent) == len(set(bank.sent)) == len(PEOPLE)
    assert (await told(world))[0] == "complete"


async def test_what_a_step_reads_stops_the_run_and_is_no_failure_of_the_step() -> None:
    workflow = Workflow(CONTRACT, Bank(LARGE).read, params=NoParams, gives=str)
    world = await played(workflow, has_objects=False)
    status, is_escalated, says = await told(world)
    assert (status, is_escalated) == ("processing", True)
    assert "BUCKET" in says


async def test_a_call_whose_result_is_small_needs_no_object_store() -> None:
    bank = Bank("short")

    async def charge(run: WorkflowRun[NoParams]) -> str:
        call = replace(bank.charging("ann"), largest_bytes=1_000)
        return await run.call(CHARGE, call)

    workflow = Workflow(CONTRACT, charge, params=NoParams, gives=str)
    world = await played(workflow, has_objects=False)
    assert ((await told(world))[0], len(bank.sent)) == ("complete", 1)


async def test_an_item_whose_result_is_too_large_is_done_and_never_sent_again() -> None:
    for is_known in (True, False):
        bank = Bank(TOO_LARGE, is_known=is_known)
        workflow = Workflow(CONTRACT, bank.charge_all, params=NoParams, gives=str)
        world = await played(workflow, has_objects=True)
        assert await outcomes(world) == ["done", "done"]
        assert len(bank.sent) == len(PEOPLE)
        assert [type(end) for end in bank.ends] == [Failed, Done]
        first = bank.ends[0]
        assert isinstance(first, Failed)
        assert first.failure_class == "done_not_kept"
        assert "is done" in first.error
        assert (await told(world))[0] == "complete"
        await invariants.check(world)


async def test_a_call_whose_result_is_too_large_is_done_and_a_person_looks() -> None:
    bank = Bank(TOO_LARGE, is_known=False)
    workflow = Workflow(CONTRACT, bank.charge_one, params=NoParams, gives=str)
    world = await played(workflow, has_objects=True)
    status, is_escalated, says = await told(world)
    assert (status, is_escalated) == ("processing", True)
    assert "charge is done" in says
    assert "4 MiB" in says
    await world.revive()
    await world.settle()
    assert len(bank.sent) == 1
    assert await outcomes(world) == ["done"]
