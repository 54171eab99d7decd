"""What a run says must not be repeated: right at every moment, from its intents alone."""

from dataclasses import replace

import pytest

from tests.simulation.stories import PAYOUTS
from tillroll_durable.explanation.summary import explain
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.playing import play
from tillroll_testing.stories.story import Scene

NEITHER, PAID, BOTH, CALLED_BACK = (), ("pay",), ("pay", "file"), ("pay", "rollback: pay")


async def kept(scene: Scene) -> tuple[str, ...]:
    """The steps that the run names, in their order: those of the intents that were not refused."""
    world = scene.world
    (run,) = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps ORDER BY at_version")
    intents = await world.rows("SELECT * FROM effect_intents ORDER BY created_at, rowid")
    lines = explain(world.deployed.contract, run, steps, intents).must_not_repeat
    names = tuple(line.partition(" (idempotency key ")[0] for line in lines)
    not_refused = [intent for intent in intents if intent["outcome"] != "refused"]
    assert names == tuple(str(intent["step"]) for intent in not_refused)
    return names


@pytest.mark.parametrize(
    ("name", "course", "after_all"),
    [
        ("paid", [NEITHER, PAID, BOTH], BOTH),
        ("an answer is lost", [NEITHER, PAID, BOTH], BOTH),
        ("a request is lost", [NEITHER, PAID, BOTH], BOTH),
        ("refused", [NEITHER, PAID, NEITHER], NEITHER),
        ("nobody knows, so it is called back", [NEITHER, PAID, CALLED_BACK], CALLED_BACK),
        ("refused, then taken", [NEITHER, PAID, BOTH, PAID], BOTH),
        ("nobody knows of what cannot be undone", [NEITHER, PAID, BOTH], BOTH),
    ],
)
async def test_what_must_not_be_repeated_follows_the_run(
    name: str,
    course: list[tuple[str, ...]],
    after_all: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A key is there before the other side is asked, and goes where the other side has refused
    it.
    """
    story = next(story for story in PAYOUTS if story.name == name)
    seen = list[tuple[str, ...]]()
    scene: Scene | None = None
    real_point = Faults.point

    async def point(self: Faults, where: str) -> None:
        if scene is not None and await scene.world.rows("SELECT id FROM runs"):
            now = await kept(scene)
            if not seen or seen[-1] != now:
                seen.append(now)
            if where.startswith(("bank: before pay", "bank: before file")):
                assert where.rpartition(" ")[2] in now, (
                    f"{where}: asked for before it was on the record"
                )
        await real_point(self, where)

    async def open_(faults: Faults) -> Scene:
        nonlocal scene
        scene = await story.open(faults)
        return scene

    monkeypatch.setattr(Faults, "point", point)
    await play(replace(story, open=open_, operator=None))
    assert scene is not None
    assert [*seen, await kept(scene)][: len(course)] == course
    scene = None
    played = await play(story)
    assert await kept(played) == after_all
