"""A small workflow with an effect elsewhere, right or with a fault planted in it, and its story."""

import random
from dataclasses import dataclass

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tillroll_durable import (
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)

CHARGE = Step("charge", Effect.EXTERNAL)
RECORD = Step("record", Effect.WRITE, gives=int)
CONTRACT = Contract("charging", 1, steps=(CHARGE, RECORD))


@dataclass
class Till:
    """The other side. `keeps_keys`: whether it knows what it was asked for before; `chances`:
    whether the body decides by chance what it asks for.
    """

    faults: Faults
    keeps_keys: bool
    chances: bool = False

    def __post_init__(self) -> None:
        self.charged: list[str] = []

    async def send(self, context: StepContext) -> Done:
        await self.faults.point("bank: before the charge")
        if not self.keeps_keys or context.idempotency_key not in self.charged:
            self.charged.append(context.idempotency_key)
        await self.faults.point("bank: after the charge")
        return Done(f"charge-{len(self.charged)}")

    async def reconcile(self, context: StepContext) -> Done | NotDone:
        is_done = self.keeps_keys and context.idempotency_key in self.charged
        return Done(f"charge-{len(self.charged)}") if is_done else NotDone()

    async def body(self, run: WorkflowRun) -> int:
        amount = random.randrange(1_000_000) if self.chances else 5
        await run.call(
            CHARGE, ExternalCall({"amount": amount}, self.send, self.reconcile, honours_key=True)
        )
        return await run.step(RECORD, record, amount)


async def record(_context: StepContext, amount: int) -> int:
    return amount


def story(*, keeps_keys: bool = True, chances: bool = False) -> Story:
    async def opened(faults: Faults) -> Scene:
        till = Till(faults, keeps_keys, chances)
        world = await open_world(faults, Deployed(Workflow(CONTRACT, till.body, gives=int)))

        async def check() -> None:
            """What was charged is charged once."""
            assert len(till.charged) <= 1, f"charged {len(till.charged)} times"

        return Scene(
            world,
            lambda: begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one"),
            check,
        )

    return Story("a charge", opened, "completed")
