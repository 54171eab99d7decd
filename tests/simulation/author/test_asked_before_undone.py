"""A run is cancelled whose effect may have happened: nothing is refunded that never was charged,
and nothing that was stays.

Written from the failure that people report of payments (a refund of a charge that never was) before
the rule: the late request comes by the clock of the other side, not by that of the core.
"""

from collections.abc import Callable

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world, send
from tests.simulation.author.elsewhere import (
    APPROVE,
    CHARGES,
    ORDER,
    REFUNDS,
    Approval,
    OrderParams,
)
from tillroll_durable import begin
from tillroll_durable._execution import undoing
from tillroll_testing.simulation.other_side import Trouble
from tillroll_testing.stories.disturbances import CANCEL, KILL
from tillroll_testing.stories.playing import play_disturbed, points_of


def _asks_nobody(patch: pytest.MonkeyPatch) -> None:
    def always(_: object) -> bool:
        return True

    patch.setattr(undoing, "_is_contradicted", always)


def _waits_for_nothing(patch: pytest.MonkeyPatch) -> None:
    async def none(*_: object, **__: object) -> int:
        return 0

    patch.setattr(undoing, "seconds_until_late", none)


_LOST = (Trouble.REQUEST_LOST, Trouble.LATE, Trouble.ANSWER_LOST, Trouble.BAD_GATEWAY)


def _story(trouble: Trouble | None) -> Story:
    """An order whose first charge meets a trouble."""

    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(ORDER))
        world.other_side.trouble = trouble

        async def begun() -> None:
            await begin(world.host.platform, ORDER, OrderParams(amount=5), ANN, key="one")
            await send(world, APPROVE, Approval(by="Ann", approves=False))

        async def check() -> None:
            [run] = await world.rows("SELECT state, failure_class FROM runs")
            done = [each for each in world.other_side.requests if each.did]
            charges = sum(each.url == CHARGES for each in done)
            refunds = sum(each.url == REFUNDS for each in done)
            assert refunds <= charges, f"{refunds} refunds of {charges} charges"
            if (
                run["state"] in {"cancelled", "undone"}
                and run["failure_class"] != "rollback_failed"
            ):
                assert refunds == charges, f"{charges} charges, and {refunds} refunds"

        return Scene(world, begun, check)

    return Story(f"an order, {trouble}", opened, "undone")


@pytest.mark.parametrize("trouble", [None, *_LOST], ids=str)
async def test_a_charge_is_asked_for_before_it_is_undone_wherever_it_is_cancelled(
    trouble: Trouble | None,
) -> None:
    story = _story(trouble)
    points = await points_of(story)
    await _cancel_at_each(story, len(points))


async def _cancel_at_each(story: Story, points: int) -> None:
    for at in range(1, points + 1):
        await play_disturbed(story, {at: CANCEL})


@pytest.mark.parametrize("trouble", [None, Trouble.LATE], ids=str)
async def test_a_charge_is_asked_for_before_it_is_undone_where_the_process_dies(
    trouble: Trouble | None,
) -> None:
    story = _story(trouble)
    points = await points_of(story)
    for killed in range(1, len(points) + 1):
        await play_disturbed(story, {killed: KILL, killed + 1: CANCEL})


@pytest.mark.parametrize(
    ("break_it", "trouble", "complaint"),
    [
        (_asks_nobody, Trouble.REQUEST_LOST, "was never done, and was undone"),
        (
            _waits_for_nothing,
            Trouble.LATE,
            "is recorded as refused, and no answer came, so it is done",
        ),
    ],
)
async def test_an_undoing_that_does_not_ask_is_found(
    break_it: Callable[[pytest.MonkeyPatch], None],
    trouble: Trouble,
    complaint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    story = _story(trouble)
    points = await points_of(story)
    break_it(monkeypatch)
    with pytest.raises(AssertionError, match=complaint):
        await _cancel_at_each(story, len(points))
