"""A body is replayed over what runs have done: what is as it was repeats it; else the place is
told.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import LiteralString

import pytest

from cli.operations import where
from tests.simulation import paying, receipts
from tests.simulation.author import ANN
from tests.simulation.author.charging import CHARGE, CONTRACT, RECORD, Till, record, story
from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tests.simulation.verbs import playing as verbs
from tests.support.asking import asking
from tillroll.payouts.workflow import PAYOUT
from tillroll.receipts.workflow import RECEIPT
from tillroll_command.endings import Code
from tillroll_command.main import main
from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Outcome,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_testing.fixtures import WorldOf
from tillroll_testing.replaying.history import histories
from tillroll_testing.replaying.replay import Replayed, replayed
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories.disturbances import CANCEL, KILL
from tillroll_testing.stories.playing import Disturbance, play
from tillroll_testing.stories.story import Story

Body = Callable[[WorkflowRun], Awaitable[object]]


async def over(world: World, workflow: Workflow) -> list[Replayed]:
    """The workflow replayed over all runs of its kind in the world; nothing is written."""
    rows = await world.rows(
        "SELECT id FROM runs WHERE kind = ? ORDER BY id", workflow.contract.kind
    )
    found, _ = histories(
        asking(world), [text(row, "id") for row in rows], world.host.pieces.objects.content.get
    )
    before = world.host.database.copy().at_once(statement("SELECT total_changes() AS n"))
    outputs = dict(world.host.pieces.objects.content)
    done = [
        await replayed(
            workflow, each, lambda key: outputs[key].decode() if key in outputs else None
        )
        for each in found
    ]
    assert world.host.database.copy().at_once(statement("SELECT total_changes() AS n")) == before
    assert world.host.pieces.objects.content.keys() == outputs.keys(), "an effect was done"
    return done


async def is_clean(world: World, workflow: Workflow) -> None:
    done = await over(world, workflow)
    assert done
    assert [each.difference for each in done if each.difference] == []
    query = (
        "SELECT run_id, count(*) AS n FROM run_steps WHERE step NOT LIKE 'compensated%' "
        "GROUP BY run_id"
    )
    counts = {text(row, "run_id"): row["n"] for row in await world.rows(query)}
    # As far as the record goes; a step whose attempts go on has no end in it.
    assert sum(each.same for each in done) >= sum(
        int(counts.get(each.run_id) or 0) for each in done
    ) - len(done)
    assert sum(each.same for each in done) > 0


@pytest.mark.parametrize("of", RECEIPTS, ids=lambda each: each.name)
@pytest.mark.parametrize(
    "disturbance", [None, KILL, CANCEL], ids=lambda each: each.name if each else "undisturbed"
)
async def test_a_receipts_history_is_repeated(of: Story, disturbance: Disturbance | None) -> None:
    scene = await play(of, disturbance, 20)
    await is_clean(scene.world, RECEIPT)


@pytest.mark.parametrize("of", PAYOUTS, ids=lambda each: each.name)
async def test_a_sagas_history_is_repeated(of: Story) -> None:
    """Approvals, refusals, rollbacks that fail, retries by a person."""
    scene = await play(of)
    await is_clean(scene.world, scene.world.deployed.workflow)


@pytest.mark.parametrize("journey", verbs.JOURNEYS, ids=lambda each: each.name)
async def test_timers_signals_children_and_continuations_are_repeated(
    journey: verbs.Journey,
) -> None:
    world = await verbs.play(journey)
    await is_clean(world, world.deployed.workflow)


async def test_a_deployed_payout_that_waits_is_repeated_as_far_as_it_came() -> None:
    world, _ = await paying.open_payout(Faults(), paying.Order())
    await paying.ask(world)
    await world.settle()
    await is_clean(world, PAYOUT)


async def _charged() -> World:
    return (await play(story())).world


async def told(world: World, body: Body, *, contract: object = CONTRACT) -> str:
    """What is said of the only run: where, and what."""
    # The test gives what fits.
    workflow = replace(world.deployed.workflow, body=body, contract=contract)
    [done] = await over(world, workflow)
    assert done.difference is not None, "it is said to repeat the run"
    return f"{done.difference.place}: {done.difference.says}"


def _till() -> Till:
    return Till(Faults(), keeps_keys=True)


async def test_what_is_unchanged_is_repeated() -> None:
    await is_clean(world := await _charged(), world.deployed.workflow)


async def test_swapped_steps_are_told() -> None:
    async def body(run: WorkflowRun) -> int:
        await run.step(RECORD, record, 5)
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        return 5

    says = await told(await _charged(), body)
    assert says == (
        "1: the run did 'charge' (external), and today's body does 'record' (write), which the run "
        "did at 2: "
        "their order has changed"
    )


async def test_a_renamed_step_is_told() -> None:
    book = replace(RECORD, name="book")

    async def body(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        await run.step(book, record, 5)
        return 5

    says = await told(await _charged(), body, contract=replace(CONTRACT, steps=(CHARGE, book)))
    assert says.startswith(
        "2: the run did 'record', and today's body does 'book' (write), and the contract has no"
    )
    assert "it was renamed" in says


async def test_an_inserted_step_is_told() -> None:
    check = Step("check", Effect.WRITE, gives=int)

    async def body(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        await run.step(check, record, 5)
        await run.step(RECORD, record, 5)
        return 5

    says = await told(
        await _charged(), body, contract=replace(CONTRACT, steps=(CHARGE, check, RECORD))
    )
    assert says.startswith(
        "2: the run did 'record', and today's body does 'check' (write), which is nowhere"
    )
    assert "it was inserted" in says


async def test_a_removed_step_is_told() -> None:
    async def body(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        return 5

    says = await told(await _charged(), body)
    assert (
        says
        == "2: today's body ends there, and the run went on with 'record', 'return: the result'"
    )


async def test_a_step_before_the_end_is_told() -> None:
    async def body(run: WorkflowRun) -> int:
        await _till().body(run)
        return await run.step(Step("more", Effect.WRITE, gives=int), record, 5)

    says = await told(await _charged(), body)
    assert says == (
        "3: the run did 'return: the result', and today's body does 'more' (write), which is "
        "nowhere in its record: "
        "it was inserted"
    )


async def test_a_step_behind_the_end_is_told(world_of: WorldOf) -> None:
    """In a contract whose last step ends the run."""
    last = replace(RECORD, on_success=("recorded",))
    ended = State.ended("recorded", Status.COMPLETE, "It is recorded.")
    contract = Contract("charging", 1, steps=(CHARGE, last), states=(ended,))

    async def ends(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        return await run.step(last, record, 5)

    async def body(run: WorkflowRun) -> int:
        await ends(run)
        return await run.step(replace(last, name="more"), record, 5)

    world = await world_of(Workflow(contract, ends))
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.settle()
    says = await told(world, body, contract=contract)
    assert (
        says == "3: today's body does 'more' (write) there, where the run had ended in 'recorded'"
    )


async def test_another_request_elsewhere_is_told_without_its_values() -> None:
    async def body(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 6}, _till().send, _till().reconcile, honours_key=True)
        )
        await run.step(RECORD, record, 5)
        return 5

    says = await told(await _charged(), body)
    assert says.startswith(
        "1: 'charge' (external) asks for something else (in [0].amount): it asked for "
    )


async def test_another_input_of_a_step_is_told() -> None:
    async def body(run: WorkflowRun) -> int:
        await run.call(
            CHARGE, ExternalCall({"amount": 5}, _till().send, _till().reconcile, honours_key=True)
        )
        await run.step(RECORD, record, 6)
        return 5

    says = await told(await _charged(), body)
    assert says.startswith("2: 'record' (write) is given something else (in [0]): it was given ")


async def test_another_kind_of_effect_is_told() -> None:
    file = replace(CHARGE, effect=RECORD.effect)

    async def free(_context: StepContext, amount: int) -> Outcome:
        return Outcome(output=amount)

    async def body(run: WorkflowRun) -> int:
        await run.step(file, free, 5)
        await run.step(RECORD, record, 5)
        return 5

    says = await told(await _charged(), body, contract=replace(CONTRACT, steps=(file, RECORD)))
    assert says == "1: 'charge' (write) was external when the run did it"


async def test_a_body_that_reaches_past_its_run_is_told() -> None:
    async def body(run: WorkflowRun) -> object:
        run.platform.clock.now()
        return await _till().body(run)

    assert "uses platform.clock outside of a step" in await told(await _charged(), body)


async def test_chance_is_told() -> None:
    """What no one who reads it may see: the same body, and another request each time."""
    world = (await play(story(chances=True))).world
    assert "asks for something else" in await told(world, world.deployed.workflow.body)


async def test_a_body_that_fails_is_told_without_what_it_says() -> None:
    async def body(_run: WorkflowRun) -> int:
        raise KeyError("a secret")

    says = await told(await _charged(), body)
    assert says.startswith("1: the body fails: KeyError in test_replaying.py:")
    assert "secret" not in says


async def test_what_cannot_be_compared_is_said() -> None:
    """What the contract withholds is not kept of an input."""
    world = await _charged()
    await world.host.database.batch(
        [statement("UPDATE run_steps SET input = NULL WHERE step = 'record'")]
    )
    [done] = await over(world, world.deployed.workflow)
    assert done.difference is None
    assert list(done.unseen) == ["record: what it was given was not kept"]


async def test_params_that_do_not_fit_any_more_are_told() -> None:
    world = await receipts.open_receipts(Faults())
    await receipts.upload(world)
    await world.settle()
    await world.host.database.batch([statement("UPDATE runs SET params = '{\"no\": 1}'")])
    [done] = await over(world, RECEIPT)
    assert done.difference is not None
    assert "do not fit the model any more" in done.difference.says


async def test_the_command_tells_which_run_differs_and_where(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene = await play(RECEIPTS[2])
    world, answers = scene.world, asking(scene.world)

    def query(asked: Sequence[LiteralString], _place: object) -> Sequence[Sequence[Row]]:
        return answers(asked)

    monkeypatch.setattr(where, "query_all", query)
    [row] = await world.rows("SELECT id FROM runs")

    def command(*arguments: str) -> tuple[int, str]:
        """In a thread of its own, for a command has a loop of its own."""
        with ThreadPoolExecutor(1) as alone:
            code = alone.submit(main, ["replay", "--local", *arguments]).result()
        return code, capsys.readouterr().out

    code, said = command("--kind", "receipt")
    assert (code, "1 run compared" in said, "0 differ" in said) == (Code.DONE, True, True)
    assert command("--kind", "receipt", "--since", "2030-01-01")[1].startswith("0 runs compared")
    await world.host.database.batch(
        # as a body of yesterday called it
        [statement("UPDATE run_steps SET step = 'save' WHERE step = 'persist-db'")]
    )
    code, said = command(text(row, "id"), "--json")
    told = json.loads(said)
    assert (code, told["differing"]) == (Code.FAILED, 1)
    difference = told["runs"][0]["difference"]
    assert "the run did 'save', and today's body does 'persist-db' (write)" in difference["says"]
    assert difference["place"] == told["runs"][0]["same"] + 1
    assert command("run_" + "0" * 26)[0] == Code.NOT_FOUND


@pytest.mark.parametrize(
    "arguments", [[], ["one"], ["--since", "2026-01-01"], ["run_0", "--kind", "receipt"]]
)
def test_which_runs_must_be_said(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["replay", "--local", *arguments])
    assert ended.value.code == Code.USAGE
