"""Before a deployment: which live runs the next bodies cannot finish. What was published of such
deployments is played here: a step put in before what live runs wait for, one renamed, one whose
request is made from an output that old runs have otherwise, and a version taken away.
"""

from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import LiteralString

import pytest

from cli.commands.operations import replaying
from cli.operations import where
from tests.simulation.author import ANN, Deployed, Faults, open_world
from tests.simulation.author.charging import CHARGE, RECORD, Till, record
from tests.support.asking import asking
from tillroll.workflows.registry import REGISTRY
from tillroll_command.commands.checking import check_live_runs
from tillroll_command.endings import Code, Stopped
from tillroll_command.main import main
from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Params,
    Registry,
    Signal,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_testing.replaying.against_live import Checked, check_live
from tillroll_testing.replaying.export import NoExport, as_text, export_from, export_of
from tillroll_testing.replaying.history import ReadBytes
from tillroll_testing.simulation.world import World

Body = Callable[[WorkflowRun], Awaitable[object]]


class Confirmation(Params):
    by: str


CONFIRM = Signal("confirm", Confirmation)
LARGE = Step("large", Effect.WRITE, gives=str)
CONTRACT = Contract("charging", 1, steps=(LARGE, CHARGE, RECORD), signals=(CONFIRM,))


def _till() -> Till:
    return Till(Faults(), keeps_keys=True)


async def large(_context: StepContext) -> str:
    return "long " * 20_000


async def _begin_of(run: WorkflowRun, amount: int = 5) -> None:
    till = _till()
    await run.step(LARGE, large)
    await run.call(
        CHARGE, ExternalCall({"amount": amount}, till.send, till.reconcile, honours_key=True)
    )
    await run.wait(CONFIRM, timedelta(days=7))


async def body(run: WorkflowRun) -> int:
    await _begin_of(run)
    return await run.step(RECORD, record, 5)


WORKFLOW = Workflow(CONTRACT, body)


async def waiting() -> World:
    """A run that was charged, and waits for a signal."""
    world = await open_world(Faults(), Deployed(WORKFLOW))
    await begin(world.host.platform, WORKFLOW, {}, ANN, key="one")
    await world.settle()
    return world


def _line_of_this_file(number: int | None) -> str:
    return Path(__file__).read_text(encoding="utf-8").splitlines()[(number or 0) - 1].strip()


def exported(world: World) -> str:
    return as_text(export_of(asking(world), world.host.pieces.objects.content.get))


async def checked(world: World, next_body: Body, contract: Contract = CONTRACT) -> Checked:
    workflow = replace(WORKFLOW, body=next_body, contract=contract)
    return await check_live(Registry([workflow]), export_from(exported(world)))


async def test_the_same_body_finishes_what_goes_on() -> None:
    world = await waiting()
    done = await checked(world, body)
    assert (done.runs, done.changed, list(done.stuck)) == (1, 0, [])


async def test_what_comes_behind_a_live_runs_place_may_change() -> None:
    book = replace(RECORD, name="book")

    async def other(run: WorkflowRun) -> int:
        await _begin_of(run)
        return await run.step(book, record, 5)

    contract = replace(CONTRACT, steps=(LARGE, CHARGE, book))
    done = await checked(await waiting(), other, contract)
    assert (done.runs, done.changed, list(done.stuck)) == (1, 1, [])


async def test_a_step_before_a_live_runs_place_is_told_with_file_and_line() -> None:
    async def other(run: WorkflowRun) -> int:
        await run.step(RECORD, record, 5)
        await _begin_of(run)
        return 5

    done = await checked(await waiting(), other)
    [stuck] = done.stuck
    assert "their order has changed" in stuck.why or "it was inserted" in stuck.why
    assert stuck.file == __file__
    assert _line_of_this_file(stuck.line) == "await run.step(RECORD, record, 5)"
    assert list(stuck.order)[:2] == ["large", "charge"]


async def test_a_request_that_changed_is_told() -> None:
    async def other(run: WorkflowRun) -> int:
        await _begin_of(run, amount=6)
        return 5

    [stuck] = (await checked(await waiting(), other)).stuck
    assert "asks for something else" in stuck.why


async def test_a_version_that_was_taken_away_is_told() -> None:
    world = await waiting()
    newer = replace(WORKFLOW, contract=replace(CONTRACT, version=2))
    done = await check_live(Registry([newer]), export_from(exported(world)))
    [stuck] = done.stuck
    assert "no charging of version 1 is deployed" in stuck.why
    both = await check_live(Registry([newer, WORKFLOW]), export_from(exported(world)))
    assert not both.stuck


async def test_what_has_ended_is_not_asked() -> None:
    world = await waiting()
    await world.host.database.batch([statement("UPDATE runs SET status = 'complete'")])
    assert (await checked(world, body)).runs == 0


async def test_a_run_keeps_the_fingerprint_that_it_began_with() -> None:
    [row] = await (await waiting()).rows("SELECT fingerprint FROM runs")
    assert text(row, "fingerprint") == CONTRACT.fingerprint
    others = (
        replace(CONTRACT, steps=(CHARGE, LARGE, RECORD)),
        replace(CONTRACT, version=2),
        replace(CONTRACT, steps=(LARGE, replace(CHARGE, effect=Effect.IRREVERSIBLE), RECORD)),
    )
    assert CONTRACT.fingerprint not in {each.fingerprint for each in others}


async def test_an_export_that_was_cut_is_no_clean_one() -> None:
    world = await waiting()
    await begin(world.host.platform, WORKFLOW, {}, ANN, key="two")
    await world.settle()
    objects = world.host.pieces.objects.content.get
    assert not export_of(asking(world), objects, most=1).is_whole
    assert export_of(asking(world), objects, most=2).is_whole


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": "tillroll histories 1"}'])
def test_another_file_is_refused(content: str) -> None:
    with pytest.raises(NoExport):
        export_from(content)


async def test_a_command_makes_the_export_for_its_owner_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    world = await waiting()
    answers = asking(world)

    def query(asked: Sequence[LiteralString], _place: object) -> Sequence[Sequence[Row]]:
        return answers(asked)

    def bytes_at(_place: object) -> ReadBytes:
        return world.host.pieces.objects.content.get

    monkeypatch.setattr(where, "query_all", query)
    monkeypatch.setattr(replaying, "_bytes_at", bytes_at)
    file = tmp_path / "live.json"
    assert main(["histories", str(file), "--local"]) == Code.DONE
    assert file.stat().st_mode & 0o077 == 0
    done = await check_live(Registry([WORKFLOW]), export_from(file.read_text(encoding="utf-8")))
    assert (done.runs, list(done.stuck)) == (1, [])
    assert main(["histories", str(file), "--local"]) == Code.USAGE, "nothing is written over"


async def test_the_command_ends_as_ci_needs_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "live.json"
    file.write_text(exported(await waiting()), encoding="utf-8")

    def command(registry: Registry) -> Code:
        """In a thread of its own, for a command has a loop of its own."""
        with ThreadPoolExecutor(1) as alone:
            check = alone.submit(
                check_live_runs, registry, Path(__file__).parent, file, as_json=False
            )
            return check.result()

    async def other(run: WorkflowRun) -> int:
        await run.step(RECORD, record, 5)
        return 5

    assert command(Registry([WORKFLOW])) == Code.DONE
    assert "1 live run: 0 would not go on." in capsys.readouterr().out
    assert command(Registry([replace(WORKFLOW, body=other)])) == Code.FAILED
    assert capsys.readouterr().out.startswith("test_against_live.py:")
    assert command(REGISTRY) == Code.FAILED
    file.write_text("no export", encoding="utf-8")
    with pytest.raises(Stopped):
        command(Registry([WORKFLOW]))
