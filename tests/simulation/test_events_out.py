"""What is told of every run, under what can happen at any point: each transition once, under one
id, to the end.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from tests.simulation.stories import PAYOUTS
from tests.simulation.stories.receipts import RECEIPTS
from tests.support.endpoints import add_endpoint
from tillroll.mail.workflow import MAIL
from tillroll_durable._execution import endings, steps
from tillroll_durable.outbox import OF_RUNS
from tillroll_durable.platform.json import load_object
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.disturbances import CANCEL, DOUBLE, HANG_TO_THE_END, KILL, OVERLAP
from tillroll_testing.stories.playing import Disturbance, play, play_at_some_points
from tillroll_testing.stories.story import Scene, Story

_HOOK = "https://hooks.example.org/in"


def _with_endpoint(story: Story) -> Story:
    async def open_scene(faults: Faults) -> Scene:
        scene = await story.open(faults)
        world = scene.world
        world.deployed = replace(
            world.deployed, settlements={**world.deployed.settlements, **dict.fromkeys(OF_RUNS)}
        )
        await add_endpoint(world.host, "ep_all", _HOOK, "[]")
        return replace(scene, check=_checked(scene))

    return replace(story, open=open_scene)


def _checked(scene: Scene) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        await scene.check()
        world = scene.world
        events = await world.rows("SELECT id, topic, payload, state FROM outbox")
        receiver = world.host.pieces.receiver
        bodies: dict[str, set[str]] = {}
        for url, (headers, body) in zip(receiver.posted_to, receiver.received, strict=True):
            if url == _HOOK:
                bodies.setdefault(headers["webhook-id"], set()).add(body)
        delivered = {
            str(row["id"]): {str(row["payload"])} for row in events if row["state"] == "delivered"
        }
        assert bodies.items() >= delivered.items(), (
            "an event that counts as delivered did not come, or came otherwise"
        )
        assert bodies.keys() <= {str(row["id"]) for row in events}, (
            "an event came that is written nowhere"
        )
        assert not [row for row in events if row["topic"] in OF_RUNS and row["state"] == "given_up"]

    return check


def _story(name: str, among: tuple[Story, ...]) -> Story:
    return _with_endpoint(next(story for story in among if story.name == name))


_PAID = next(story for story in PAYOUTS if story.name == "paid")
STORIES = [
    _story("corrected by a person", tuple(RECEIPTS)),
    _story("rejected by a person", tuple(RECEIPTS)),
    _story("nobody decides", tuple(RECEIPTS)),
    _story("a read fails for good", tuple(PAYOUTS)),
]


@pytest.mark.parametrize(
    "disturbance", [KILL, OVERLAP, HANG_TO_THE_END, DOUBLE, CANCEL], ids=lambda each: each.name
)
@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_each_transition_is_told_once(story: Story, disturbance: Disturbance) -> None:
    await play_at_some_points(story, disturbance, STORIES.index(story))


async def test_a_transition_that_is_not_told_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object, **__: object) -> list[steps.Statement]:
        return []

    monkeypatch.setattr(steps, "of_transition", none)
    with pytest.raises(AssertionError, match="and the events are"):
        await play(STORIES[0])
    monkeypatch.undo()
    monkeypatch.setattr(endings, "of_transition", none)
    with pytest.raises(AssertionError, match="and the events are"):
        await play(STORIES[3])


async def test_of_a_kind_that_is_not_told_nothing_is_written() -> None:
    """Or a mail that tells of a delivery which was given up would be the next one."""
    scene = await _with_endpoint(_PAID).open(Faults())
    world = scene.world
    workflow = world.deployed.workflow
    untold = replace(workflow, contract=replace(workflow.contract, is_told=False))
    world.deployed = replace(world.deployed, workflow=untold)
    await scene.begin()
    await world.settle()
    assert await world.rows("SELECT status FROM runs") == [{"status": "complete"}]
    assert await world.rows("SELECT id FROM outbox") == []
    assert not MAIL.contract.is_told


async def test_what_is_told_says_what_became_of_the_run() -> None:
    scene = await play(STORIES[3])
    bodies = [load_object(body) for _, body in scene.world.host.pieces.receiver.received]
    data = [body["data"] for body in bodies]
    assert [body["type"] for body in bodies] == ["run.failed", "run.completed"]
    assert isinstance(data[0], dict)
    assert (data[0]["failedStep"], data[0]["failureClass"], data[0]["nextSafeAction"]) == (
        "check",
        "read_failed",
        "retry_from_step",
    )
    assert data[0]["link"] == f"/api/runs/{data[0]['runId']}"
