"""A payment that nobody knows of, beside a step that is refused and compensates: what came before
is kept until a person has found out, whichever of the two the body names first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, Literal

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpFailed,
    NeedsReview,
    NonRetryable,
    NoParams,
    NotDone,
    OnFailure,
    Outcome,
    Refused,
    ReviewStates,
    RollbackConfig,
    RollbackContext,
    Step,
    StepContext,
    Then,
    Unknown,
    Workflow,
    WorkflowRun,
    begin,
    statement,
)
from tillroll_durable._execution import turns, undoing
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed
from tillroll_testing.stories.playing import state_of

TABLE: Final = statement("CREATE TABLE seats (run_id TEXT NOT NULL) STRICT")
UNDO: Final = OnFailure("refused", then=Then.COMPENSATE, says="It was refused.")

RESERVE: Final = Step("reserve", Effect.WRITE, rollback_config=RollbackConfig())
PAYS: Final[dict[str, Step[Any]]] = {
    "compensates": Step("pay", Effect.EXTERNAL, gives=str, on_failure=UNDO),
    "stops": Step("pay", Effect.EXTERNAL, gives=str),
    "is irreversible": Step("pay", Effect.IRREVERSIBLE, gives=str),
}
PACKS: Final[dict[str, Step[Any]]] = {
    "write": Step("pack", Effect.WRITE, on_failure=UNDO),
    "call": Step("pack", Effect.EXTERNAL, gives=str, on_failure=UNDO),
}
Order = Literal["unknown first", "refused first"]


class Shop:
    """It takes a payment once and loses its answer, and has nothing to pack."""

    def __init__(self, faults: Faults) -> None:
        self.payments = 0
        self.parcels = 0
        self.is_mended = False
        self._faults = faults

    async def pay(self) -> Done[str]:
        await self._faults.point("bank: before the payment")
        self.payments = 1
        await self._faults.point("bank: after the payment")
        raise HttpFailed("the answer was lost")

    async def look_up(self) -> Done[str] | NotDone | Unknown:
        await self._faults.point("bank: before the search")
        if not self.is_mended:
            return Unknown("the search is down")
        if self.payments == 0:
            return NotDone()
        return Done("p1", "p1")

    def paying(self) -> ExternalCall[StepContext, str]:
        return ExternalCall({}, lambda _: self.pay(), lambda _: self.look_up(), honours_key=True)

    async def pack(self, _: StepContext) -> Outcome:
        await self._faults.point("shop: before it packs")
        if not self.is_mended:
            raise NonRetryable("it is out of stock")
        return Outcome()

    async def send(self) -> Done[str]:
        await self._faults.point("shop: before the parcel")
        if not self.is_mended:
            raise Refused("it is out of stock")
        self.parcels = 1
        return Done("parcel", "parcel")

    async def trace(self) -> Done[str] | NotDone:
        if self.parcels == 0:
            return NotDone()
        return Done("parcel", "parcel")

    def packing(self) -> ExternalCall[StepContext, str]:
        return ExternalCall({}, lambda _: self.send(), lambda _: self.trace(), honours_key=True)

    async def mend(self) -> None:
        self.is_mended = True


async def reserve(context: StepContext) -> Outcome:
    insert = statement("INSERT INTO seats (run_id) VALUES (?)", [context.run.id])
    return Outcome(statements=[insert])


async def release(context: RollbackContext) -> Outcome:
    return Outcome(statements=[statement("DELETE FROM seats WHERE run_id = ?", [context.run.id])])


@dataclass(frozen=True)
class Case:
    """`pays`: what becomes of the run where nobody knows of the payment. `packs`: how it packs."""

    pays: str
    packs: str
    order: Order

    def __str__(self) -> str:
        return f"{self.order}, paying {self.pays}, packing is a {self.packs}"

    @property
    def ending(self) -> str:
        if self.pays == "compensates":
            return "outcome_unknown"
        return "pay_failed"


CASES: Final = [Case(*each) for each in product(PAYS, PACKS, ("unknown first", "refused first"))]


def ordering(shop: Shop, case: Case) -> Workflow:
    pay = PAYS[case.pays]
    pack = PACKS[case.packs]
    contract = Contract("order", 1, steps=(RESERVE, pack, pay))

    async def body(run: WorkflowRun[NoParams]) -> None:
        await run.step(RESERVE, reserve, rollback=release)
        paying = run.call(pay, shop.paying())
        if case.packs == "call":
            packing = run.call(pack, shop.packing())
        else:
            packing = run.step(pack, shop.pack)
        if case.order == "unknown first":
            await run.together(paying, packing)
        else:
            await run.together(packing, paying)

    return Workflow(contract, body, params=NoParams)


def _story(case: Case, *, operator: str = "retry") -> Story:
    async def opened(faults: Faults) -> Scene:
        shop = Shop(faults)
        workflow = ordering(shop, case)
        world = await open_world(faults, Deployed(workflow), tables=[TABLE])

        async def check() -> None:
            """A seat that may be paid for is kept; a person alone gives it away."""
            seats = len(await world.rows("SELECT * FROM seats"))
            for run in await world.rows("SELECT * FROM runs"):
                if run["last_successful_step"] is not None and run["cancel_kind"] is None:
                    assert run["state"] not in {"refused", "undoing"}, "it may be paid for"
                    assert seats == 1, "the seat is given away, and may be paid for"

        return Scene(
            world,
            lambda: begin(world.host.platform, workflow, NoParams(), ANN, key="one"),
            check,
            shop.mend,
        )

    final = {"retry": "completed", "abandon": "abandoned"}[operator]
    return Story(f"{case}, {operator}", opened, case.ending, operator=operator, final=final)


def _stories() -> Iterator[Story]:
    for case in CASES:
        yield _story(case)
    yield _story(Case("stops", "write", "refused first"), operator="abandon")
    yield _story(Case("compensates", "write", "refused first"), operator="abandon")


STORIES: Final = [*_stories()]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_what_came_before_is_kept_in_each_order(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    scene = await undisturbed(story)
    await repeated(scene.world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_it_is_kept_whatever_comes_between(story: Story, disturbed: Disturbed) -> None:
    await disturbed(story)


@pytest.mark.parametrize("pays", PAYS)
async def test_a_failure_that_counts_before_it_is_found(
    pays: str, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed
) -> None:
    """The order of the body alone: what is refused first undoes what the payment rests on."""

    async def never(*_: object) -> bool:
        return False

    async def none(*_: object) -> None:
        return None

    monkeypatch.setattr(turns, "may_be_done_elsewhere", never)
    monkeypatch.setattr(undoing, "_outcome_alongside", none)
    with pytest.raises(AssertionError, match="nobody knows whether 'pay' was done"):
        await undisturbed(_story(Case(pays, "write", "refused first")))


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_payment_is_what_a_person_is_told_of(case: Case, repeated: Repeated) -> None:
    workflow = ordering(Shop(Faults()), case)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT * FROM runs")
    failure_class = "external_unknown"
    if case.pays == "is irreversible":
        failure_class = "irreversible_unknown"
    assert (run["failed_step"], run["failure_class"]) == ("pay", failure_class)
    assert run["requires_human_review"] == 1
    await repeated(world)


async def test_of_two_that_nobody_knows_of_the_one_named_first_counts() -> None:
    shop = Shop(Faults())
    tip = Step("tip", Effect.EXTERNAL, gives=str, on_failure=UNDO)
    pay = PAYS["stops"]
    pack = PACKS["write"]

    async def body(run: WorkflowRun[NoParams]) -> None:
        await run.step(RESERVE, reserve, rollback=release)
        await run.together(
            run.step(pack, shop.pack), run.call(tip, shop.paying()), run.call(pay, shop.paying())
        )

    workflow = Workflow(Contract("order", 1, steps=(RESERVE, pack, tip, pay)), body)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    [run] = await world.rows("SELECT * FROM runs")
    assert (run["state"], run["failed_step"]) == ("outcome_unknown", "tip")


@pytest.mark.parametrize("is_named_first", [True, False])
async def test_a_payment_that_asks_for_a_person_is_kept(*, is_named_first: bool) -> None:
    """Its search asks for a person, and the step beside it is refused."""
    pay = Step("pay", Effect.EXTERNAL, gives=str, on_failure=UNDO, reviews=("unsure",))
    pack = PACKS["write"]
    shop = Shop(Faults())

    async def ask(_: StepContext) -> NotDone:
        raise NeedsReview("unsure")

    async def body(run: WorkflowRun[NoParams]) -> None:
        await run.step(RESERVE, reserve, rollback=release)
        call = ExternalCall({}, lambda _: shop.pay(), ask, honours_key=True)
        paying = run.call(pay, call)
        packing = run.step(pack, shop.pack)
        if is_named_first:
            await run.together(paying, packing)
        else:
            await run.together(packing, paying)

    contract = Contract("order", 1, steps=(RESERVE, pack, pay), review=ReviewStates())
    workflow = Workflow(contract, body, params=NoParams)
    world = await open_world(Faults(), Deployed(workflow), tables=[TABLE])
    await begin(world.host.platform, workflow, NoParams(), ANN, key="one")
    await world.settle()
    assert await state_of(world) == "outcome_unknown"
    assert len(await world.rows("SELECT * FROM seats")) == 1
