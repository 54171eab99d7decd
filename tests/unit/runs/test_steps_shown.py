"""A step of a run, as the record has it: what it was given and gave back, bounded, without what is
withheld.
"""

from dataclasses import replace
from typing import Any

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.contract import CHECK, PAYOUT_V1
from tests.simulation.payout.workflow import TABLES, PayoutParams, Payouts
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN
from tillroll_durable import (
    Actor,
    Allowed,
    Contract,
    Outcome,
    Registry,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._execution.steps import LARGEST_INPUT_BYTES, given
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


async def done(workflow: Workflow) -> tuple[World, str]:
    """A run of a workflow, as far as it comes by itself."""
    world = await open_world(Faults(), Deployed(workflow), tables=TABLES)
    params = PayoutParams(employee="employee_1", amount=100)
    run = await begin(
        world.host.platform, workflow, params, Actor(ACCOUNT, "user:usr_first"), key="request"
    )
    await world.settle()
    return world, run.id


async def shown(world: World, run_id: str, name: str, token: str = TOKEN) -> Any:
    async with api_client(
        world.host.platform, token, registry=Registry([world.deployed.workflow])
    ) as client:
        answer = await client.get(f"/api/runs/{run_id}/steps/{name}")
    return answer.json() if answer.status_code == 200 else answer.status_code


def of_one_step(given: Json, output: Json, *, withheld: tuple[str, ...] = ()) -> Workflow:
    """A payout that only checks, with this input and output."""
    step: Step = replace(CHECK, withheld=withheld)
    steps = (step, *(each for each in PAYOUT_V1.steps if each != CHECK))
    contract: Contract = replace(PAYOUT_V1, steps=steps)

    async def check(_context: StepContext, _given: Json) -> Outcome:
        return Outcome(output=output)

    async def body(run: WorkflowRun[PayoutParams]) -> JsonObject:
        await run.step(step, check, given)
        return {}

    return Workflow(contract, body, params=PayoutParams, allowed=Allowed(decide="review"))


async def test_a_step_shows_what_it_was_given_and_gave_back() -> None:
    world, run_id = await done(of_one_step({"amount": 100}, {"limit": 5000}))
    step = await shown(world, run_id, "check")
    assert (step["outcome"], step["input"], step["output"]) == (
        "completed",
        [{"amount": 100}],
        {"limit": 5000},
    )
    [attempt] = step["attempts"]
    assert (attempt["generation"], attempt["attempt"], attempt["error"]) == (1, 1, None)
    pending = await shown(world, run_id, "debit")
    assert (pending["outcome"], pending["input"], pending["output"], pending["attempts"]) == (
        "pending",
        None,
        None,
        [],
    )


async def test_failed_attempts_are_shown_with_what_was_given() -> None:
    payouts = Payouts(Bank(Faults()), broken={"debit": [True, False]})
    world, run_id = await done(payouts.workflow)
    step = await shown(world, run_id, "debit")
    assert step["outcome"] == "completed"
    assert step["input"] is not None
    assert [each["attempt"] for each in step["attempts"]] == [2, 1]
    assert step["attempts"][1]["error"]["errorClass"] == "StepBroken"
    payouts = Payouts(Bank(Faults()), broken={"debit": [True] * 20})
    world, run_id = await done(payouts.workflow)
    failed = await shown(world, run_id, "debit")
    assert failed["outcome"] in {"failed", "retrying"}
    assert failed["input"] is not None


async def test_a_call_elsewhere_shows_what_was_asked_for() -> None:
    world, run_id = await done(Payouts(Bank(Faults())).workflow)
    assert (await shown(world, run_id, "pay"))["input"][0]["amount"] == 100


async def test_what_is_secret_or_personal_is_neither_kept_nor_shown() -> None:
    secret: JsonObject = {"iban": "DE02120300000000202051", "of": [{"name": "Ann", "amount": 1}]}
    world, run_id = await done(of_one_step(secret, secret, withheld=("iban", "name")))
    step = await shown(world, run_id, "check")
    gone = {"$withheld": True}
    expected = {"iban": gone, "of": [{"name": gone, "amount": 1}]}
    assert (step["input"], step["output"]) == ([expected], expected)
    [row] = await world.rows("SELECT input FROM run_steps WHERE step = 'check'")
    assert "DE02" not in str(row["input"])
    world, run_id = await done(of_one_step(secret, secret, withheld=("*",)))
    step = await shown(world, run_id, "check")
    assert (step["input"], step["output"]) == (gone, gone)


async def test_what_is_large_stands_as_its_size() -> None:
    large = "x" * 100_000
    world, run_id = await done(of_one_step({"text": large}, {"text": large}))
    step = await shown(world, run_id, "check")
    assert step["input"]["$omitted"] > len(large)
    assert step["output"]["$omitted"] > len(large)
    [row] = await world.rows("SELECT input FROM run_steps WHERE step = 'check'")
    assert len(str(row["input"])) < 100


def test_what_is_no_json_stands_as_its_type() -> None:
    params = PayoutParams(employee="e", amount=1)
    assert (
        given("run_1", CHECK, [params, {1, 2}]).kept
        == '[{"amount":1,"employee":"e"},{"$type":"set"}]'
    )
    assert given("run_1", CHECK, []).kept is None
    assert (
        given("run_1", CHECK, ["x" * (LARGEST_INPUT_BYTES - 4)]).kept
        == f'["{"x" * (LARGEST_INPUT_BYTES - 4)}"]'
    )
    assert (
        given("run_1", CHECK, ["x" * (LARGEST_INPUT_BYTES - 3)]).kept
        == f'{{"$omitted":{LARGEST_INPUT_BYTES + 1}}}'
    )


async def test_no_step_and_nobody_elses_is_found() -> None:
    world, run_id = await done(of_one_step(None, None))
    assert await shown(world, run_id, "dance") == 404
    assert await shown(world, run_id, "check", OTHER_TOKEN) == 404
