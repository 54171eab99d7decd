"""What docs/migrating.md shows does what it says, and is this code, word for word."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from local.places import ROOT
from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tests.simulation.guides.from_dbos import GREETING_V1, greeting, sign
from tests.simulation.guides.from_inngest import (
    COMPLETE,
    ONBOARDING_V1,
    OnboardingParams,
    onboarding,
)
from tests.simulation.guides.from_temporal import APPROVE, ORDER_V1, OrderParams, order
from tests.simulation.guides.from_trigger_dev import PUBLISHING, TRANSCODING, VideoParams
from tests.simulation.guides.from_workflows import ChargeParams, charging
from tests.simulation.guides.other_side import OtherSide
from tests.support.host_api import api_client
from tillroll_durable import Allowed, Contract, Done, NotDone, StepContext, Workflow, begin
from tillroll_durable.contract import RETURNED
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.platform.json import Json, JsonObject, load
from tillroll_durable.registry import Registry
from tillroll_durable.signals import send_signal
from tillroll_testing.fixtures import Disturbed, Undisturbed

_SHOWN = re.compile(
    r"\]\(\.\./(tests/simulation/guides/\w+\.py)\)\):\n\n```python\n(.*?)```", re.DOTALL
)
_TABLES = [
    statement("CREATE TABLE stock (run_id TEXT NOT NULL, item TEXT NOT NULL) STRICT"),
    statement(
        "CREATE TABLE greetings (run_id TEXT NOT NULL, name TEXT NOT NULL, note TEXT NOT NULL) "
        "STRICT"
    ),
    statement(
        "CREATE TABLE charges (run_id TEXT NOT NULL, charge TEXT NOT NULL, amount INTEGER NOT "
        "NULL) STRICT"
    ),
]


def test_what_the_guide_shows_is_this_code() -> None:
    shown = dict(_SHOWN.findall((ROOT / "docs/migrating.md").read_text(encoding="utf-8")))
    samples = sorted(
        path.relative_to(ROOT).as_posix() for path in Path(__file__).parent.glob("from_*.py")
    )
    assert sorted(shown) == samples
    for path, block in shown.items():
        assert block in (ROOT / path).read_text(encoding="utf-8"), (
            f"the guide shows other code than {path}"
        )


async def _opened(workflow: Workflow, *beside: Workflow, faults: Faults | None = None) -> World:
    return await open_world(faults or Faults(), Deployed(workflow, beside=beside), tables=_TABLES)


async def _send(world: World, contract: Contract, name: str, payload: JsonObject) -> None:
    run = await world.run()
    assert run is not None
    await send_signal(world.host.platform, contract, run, name, "one", payload, "user:usr_first")


async def _output(world: World) -> Json:
    """What the newest run's body has returned."""
    run = await world.run()
    assert run is not None
    sql = "SELECT output FROM run_steps WHERE run_id = ? AND step = ?"
    [row] = await world.rows(sql, run.id, RETURNED)
    return load(text(row, "output"))


async def _after(world: World, time: timedelta) -> str:
    """The newest run's state once the time has passed."""
    world.host.pieces.clock.advance(time)
    await world.settle()
    run = await world.run()
    assert run is not None
    return run.state


_ORDER = OrderParams(item="a chair", amount=90)


@pytest.mark.parametrize(
    ("is_approved", "refuses", "ends", "reserved"),
    [(True, False, "completed", 1), (True, True, "refused", 0), (False, False, "expired", 0)],
)
async def test_an_order_is_charged_once_or_given_back(
    *, is_approved: bool, refuses: bool, ends: str, reserved: int
) -> None:
    bank = OtherSide(refuses=refuses)
    world = await _opened(order(bank))
    await begin(world.host.platform, world.deployed.workflow, _ORDER, ANN, key="one")
    await world.settle()
    if is_approved:
        await _send(world, ORDER_V1, APPROVE.name, {"by": "Ann"})
    assert (
        await _after(world, timedelta(0) if is_approved else timedelta(days=7, minutes=11)) == ends
    )
    assert len(await world.rows("SELECT * FROM stock")) == reserved
    assert len(bank.done) == (ends == "completed")


class _Silent(OtherSide):
    """It does what it is asked for, and never answers."""

    async def send(self, context: StepContext) -> Done[str]:
        await super().send(context)
        raise ConnectionError("no answer")

    async def look_up(self, context: StepContext) -> Done[str] | NotDone:
        raise ConnectionError(f"no answer for {context.idempotency_key}")


async def test_a_charge_that_may_stand_and_has_no_rollback_is_a_persons() -> None:
    """What was reserved may be paid for: so it is kept, and a retry asks the bank first."""
    bank = _Silent()
    world = await _opened(replace(order(bank), allowed=Allowed(decide="review")))
    await begin(world.host.platform, world.deployed.workflow, _ORDER, ANN, key="one")
    await world.settle()
    await _send(world, ORDER_V1, APPROVE.name, {"by": "Ann"})
    assert await _after(world, timedelta(0)) == "outcome_unknown"
    assert len(bank.done) == 1
    assert len(await world.rows("SELECT * FROM stock")) == 1
    async with api_client(world.host.platform, registry=Registry(world.workflows)) as client:
        [run] = (await client.get("/api/runs?unresolved=true")).raise_for_status().json()["items"]
        shown = (await client.get(f"/api/runs/{run['id']}")).raise_for_status().json()
    assert (shown["requiresHumanReview"], shown.get("undone"), shown["safeToRetry"]) == (
        True,
        None,
        True,
    )
    assert "unknown" in shown["whatHappened"]
    assert shown["mustNotRepeat"]


async def test_a_person_who_gets_on_is_not_nudged() -> None:
    mail = OtherSide()
    world = await _opened(onboarding(mail))
    await begin(
        world.host.platform, world.deployed.workflow, OnboardingParams(user="Ann"), ANN, key="ann"
    )
    await world.settle()
    await _send(world, ONBOARDING_V1, COMPLETE.name, {"at": "2026-11-22"})
    assert await _after(world, timedelta(days=1, minutes=11)) == "completed"
    assert await _output(world) == "onboarded"
    assert len(mail.done) == 1


async def test_a_person_who_does_not_get_on_is_nudged() -> None:
    mail = OtherSide()
    world = await _opened(onboarding(mail))
    await begin(
        world.host.platform, world.deployed.workflow, OnboardingParams(user="Ann"), ANN, key="ann"
    )
    await world.settle()
    assert await _after(world, timedelta(days=1, minutes=11)) == COMPLETE.waiting
    assert await _after(world, timedelta(days=3, minutes=11)) == "completed"
    assert await _output(world) == "nudged"
    assert len(mail.done) == 2


async def test_a_parent_goes_on_with_what_its_child_gave() -> None:
    world = await _opened(PUBLISHING, TRANSCODING)
    begun = await begin(world.host.platform, PUBLISHING, VideoParams(video="one"), ANN, key="one")
    await world.settle()
    await _after(world, timedelta(minutes=11))
    states = await world.rows("SELECT kind, state FROM runs ORDER BY kind")
    assert states == [
        {"kind": kind, "state": "completed"} for kind in ("publishing", "transcoding")
    ]
    [step] = await world.rows(
        "SELECT output FROM run_steps WHERE run_id = ? AND step = 'publish'", begun.id
    )
    assert step["output"] == '{"url":"https://videos.example/one.webm"}'


def _greeting() -> Story:
    async def opened(faults: Faults) -> Scene:
        guestbook = OtherSide(faults)
        workflow = greeting(guestbook)
        world = await _opened(workflow, faults=faults)

        async def check() -> None:
            assert len(guestbook.done) <= 1, "signed twice"
            assert len(await world.rows("SELECT * FROM greetings")) <= 1, "recorded twice"

        return Scene(world, lambda: sign(world.host.platform, workflow, ANN, "one"), check)

    return Story(f"a {GREETING_V1.kind}", opened, "completed")


def _charge() -> Story:
    async def opened(faults: Faults) -> Scene:
        bank = OtherSide(faults)
        workflow = charging(bank)
        world = await _opened(workflow, faults=faults)

        async def check() -> None:
            assert len(bank.done) <= 1, "charged twice"
            assert len(await world.rows("SELECT * FROM charges")) <= 1, "recorded twice"

        begun = ChargeParams(amount=5)
        return Scene(
            world, lambda: begin(world.host.platform, workflow, begun, ANN, key="one"), check
        )

    return Story("a charge of a card", opened, "completed")


_STORIES = [pytest.param(story, id=story.name) for story in (_greeting(), _charge())]


@pytest.mark.parametrize("story", _STORIES)
async def test_what_is_done_elsewhere_is_done_once(story: Story, undisturbed: Undisturbed) -> None:
    await undisturbed(story)


@pytest.mark.parametrize("story", _STORIES)
async def test_what_the_guide_shows_is_done_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)
