"""The bank and the ledger contradict each other: nobody is asked again, and a person compares
both.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.support.host_api import api_client
from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    Failed,
    NonRetryable,
    NotDone,
    OnFailure,
    Outcome,
    Params,
    Registry,
    Retry,
    RollbackConfig,
    Signal,
    Step,
    StepContext,
    SystemsDisagree,
    Then,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.signals import send_signal
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed

LEDGER = 12


class Amount(Params):
    amount: int = LEDGER


class Bank:
    """It pays too little, and loses its answer to that."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.paid: dict[str, int] = {}
        self.asked = 0

    async def send(self, context: StepContext) -> Done[int]:
        await self.faults.point("bank: before the payment")
        self.paid[context.idempotency_key] = LEDGER - 2
        await self.faults.point("bank: after the payment")
        raise HttpFailed("the answer was lost")

    async def look_up(self, context: StepContext) -> Done[int] | NotDone:
        self.asked += 1
        paid = self.paid.get(context.idempotency_key)
        return NotDone() if paid is None else Done("pay_1", self.compared(paid))

    async def withdraw(self, _context: object) -> Done:
        self.paid.clear()
        return Done("withdrawn")

    async def withdrawn(self, _context: object) -> Done | NotDone:
        return NotDone() if self.paid else Done("withdrawn")

    async def compare(self, _context: StepContext, _key: str = "") -> int:
        self.asked += 1
        return self.compared(next(iter(self.paid.values()), LEDGER - 2))

    @staticmethod
    def compared(paid: int) -> int:
        if paid != LEDGER:
            raise SystemsDisagree(f"the bank says {paid}.00, the ledger {LEDGER}.00")
        return paid

    async def mend(self) -> None:
        self.paid = dict.fromkeys(self.paid, LEDGER) or {"by hand": LEDGER}


MAY = Allowed(decide="review", operate="operate")
PAY = Step("pay", Effect.EXTERNAL, gives=int)
COMPARE = Step("compare", Effect.READ, gives=int, retry=(Retry(NonRetryable),))


def calling(bank: Bank) -> Workflow:
    async def body(run: WorkflowRun[Amount]) -> int:
        return await run.call(
            PAY,
            ExternalCall({"amount": run.params.amount}, bank.send, bank.look_up, honours_key=True),
        )

    return Workflow(
        Contract("paying", 1, steps=(PAY,)), body, params=Amount, gives=int, allowed=MAY
    )


def comparing(bank: Bank) -> Workflow:
    async def body(run: WorkflowRun[Amount]) -> int:
        return await run.step(COMPARE, bank.compare)

    return Workflow(
        Contract("comparing", 1, steps=(COMPARE,)), body, params=Amount, gives=int, allowed=MAY
    )


def _story(name: str, workflow_of: Callable[[Bank], Workflow], ending: str) -> Story:
    async def opened(faults: Faults) -> Scene:
        bank = Bank(faults)
        workflow = workflow_of(bank)
        world = await open_world(faults, Deployed(workflow))

        async def check() -> None:
            """It goes on over no contradiction, and what was sent stays unknown until both are
            compared.
            """
            for run in await world.rows("SELECT * FROM runs"):
                if run["state"] == ending:
                    assert (run["failure_class"], run["requires_human_review"]) == (
                        "systems_disagree",
                        1,
                    )
                    intents = await world.rows("SELECT outcome FROM effect_intents")
                    assert [intent["outcome"] for intent in intents] == [None] * len(bank.paid)

        return Scene(
            world,
            lambda: begin(world.host.platform, workflow, Amount(), ANN, key="one"),
            check,
            bank.mend,
        )

    return Story(name, opened, ending, operator="retry", final="completed")


STORIES = (_story("a call", calling, "pay_failed"), _story("a step", comparing, "compare_failed"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_person_compares_both_and_retries(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    await repeated((await undisturbed(story)).world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_disagreement_is_a_persons_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)


async def _played(workflow: Workflow) -> World:
    world = await open_world(Faults(), Deployed(workflow))
    await begin(world.host.platform, workflow, Amount(), ANN, key="one")
    await world.settle()
    return world


async def _shown(world: World) -> Mapping[str, Any]:
    run = await world.run()
    assert run is not None
    async with api_client(
        world.host.platform, registry=Registry([world.deployed.workflow])
    ) as client:
        return (await client.get(f"/api/runs/{run.id}")).json()


@pytest.mark.parametrize("workflow_of", [calling, comparing])
async def test_nobody_is_asked_again(workflow_of: Callable[[Bank], Workflow]) -> None:
    bank = Bank(Faults())
    world = await _played(workflow_of(bank))
    await world.let_pass(timedelta(days=3))
    assert bank.asked == 1
    shown = await _shown(world)
    assert (shown["nextSafeAction"], shown["safeToRetry"]) == ("investigate", False)
    assert "the bank says 10.00, the ledger 12.00" in shown["whatHappened"]
    assert "a person compares both" in shown["whatHappened"]
    is_open = workflow_of is calling
    assert ("a retry asks there first" in shown["whatHappened"]) is is_open
    assert any("its outcome is unknown" in line for line in shown["mustNotRepeat"]) is is_open
    await world.abandon()
    await world.settle()
    shown = await _shown(world)
    assert shown["nextSafeAction"] == "none", "whoever gave it up has compared both"
    assert ("What was sent may stand there" in shown["whatHappened"]) is is_open


async def test_where_it_is_undone_a_person_is_called_all_the_same() -> None:
    bank = Bank(Faults())
    pay = Step(
        "pay",
        Effect.EXTERNAL,
        gives=int,
        rollback_config=RollbackConfig(),
        on_failure=OnFailure("undone", then=Then.COMPENSATE, says="It was undone."),
    )

    async def body(run: WorkflowRun[Amount]) -> int:
        call = ExternalCall(
            {"amount": run.params.amount}, bank.send, bank.look_up, honours_key=True
        )
        return await run.call(
            pay,
            call,
            rollback=ExternalCall({"undo": "pay"}, bank.withdraw, bank.withdrawn, honours_key=True),
        )

    world = await _played(
        Workflow(Contract("undoing", 1, steps=(pay,)), body, params=Amount, gives=int, allowed=MAY)
    )
    shown = await _shown(world)
    assert (shown["state"], shown["requiresHumanReview"], shown["nextSafeAction"]) == (
        "undone",
        True,
        "investigate",
    )
    assert shown["whatHappened"].endswith("a person compares both. What was sent was undone there.")
    assert not bank.paid
    await world.abandon()
    await world.settle()
    shown = await _shown(world)
    assert (shown["state"], shown["requiresHumanReview"], shown["nextSafeAction"]) == (
        "abandoned",
        False,
        "none",
    )


async def test_a_map_goes_on_without_it_and_a_person_is_called() -> None:
    bank, ends = Bank(Faults()), list[object]()

    async def body(run: WorkflowRun[Amount]) -> None:
        ends.extend(await run.map(COMPARE, bank.compare, ["a"], key=str, may_fail="all"))

    world = await _played(
        Workflow(Contract("mapping", 1, steps=(COMPARE,)), body, params=Amount, allowed=MAY)
    )
    says = "systems disagree: the bank says 10.00, the ledger 12.00"
    assert ends == [Failed("a", says, "systems_disagree")]
    [run] = await world.rows("SELECT state, failure_class FROM runs WHERE escalated_at IS NOT NULL")
    assert (run["state"], run["failure_class"]) == ("completed", "systems_disagree")


CONFIRM = Signal("confirm", Amount)


async def test_a_wait_stands_still_and_takes_its_signal_once_both_agree() -> None:
    bank = Bank(Faults())

    async def see(said: Amount | None) -> Outcome:
        assert said is not None
        bank.compared(said.amount if not bank.paid else LEDGER)
        return Outcome(output=said.model_dump())

    async def body(run: WorkflowRun[Amount]) -> int:
        said = await run.wait(CONFIRM, timedelta(days=7), see=see)
        return 0 if said is None else said.amount

    contract = Contract("seeing", 1, steps=(), signals=(CONFIRM,))
    may = replace(MAY, signals={CONFIRM.name: "operate"})
    workflow = Workflow(contract, body, params=Amount, gives=int, allowed=may)
    world = await _played(workflow)
    run = await world.run()
    assert run is not None
    await send_signal(
        world.host.platform, contract, run, CONFIRM.name, "one", {"amount": 10}, "user:usr_first"
    )
    await world.settle()
    shown = await _shown(world)
    assert (shown["state"], shown["nextSafeAction"]) == ("confirm_awaited", "resume")
    assert "the bank says 10.00, the ledger 12.00. Compare both" in shown["whatHappened"]
    await bank.mend()
    async with api_client(world.host.platform, registry=Registry([workflow])) as client:
        assert (
            await client.post(f"/api/runs/{run.id}/resume", json={"reason": "it is put right"})
        ).is_success
    await world.settle()
    assert (await _shown(world))["state"] == "completed"
