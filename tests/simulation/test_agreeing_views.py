"""The views of each open month are compared each night: they agree behind a firm's month, and each
fault that is planted is named with its items.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final, LiteralString

from tests.views.playing import Play, open_play
from tests.views.story import draw_story
from tillroll.agreement.service import compare_changed
from tillroll.observability.alert_rounds import conditions_now
from tillroll_durable import statement

_EARLY: Final = 3
_TURNS: Final = 3
_QUERIES_OF_IDLE_NIGHT: Final = 3 * _TURNS
_SUMS: Final = "sums of the search"
_LEDGER: Final = "ledger"
# A fault, its remedy, and the view that is named.
_FAULTS: Final[Sequence[tuple[LiteralString, LiteralString, str]]] = (
    (
        "UPDATE expense_months SET total_minor = total_minor + 1",
        "UPDATE expense_months SET total_minor = total_minor - 1",
        _SUMS,
    ),
    (
        "UPDATE expense_months SET expenses = expenses + 1",
        "UPDATE expense_months SET expenses = expenses - 1",
        _SUMS,
    ),
    (
        "UPDATE claims SET claimed = claimed + 100 WHERE number > 0",
        "UPDATE claims SET claimed = claimed - 100 WHERE number > 0",
        _LEDGER,
    ),
)


@asynccontextmanager
async def a_month_later() -> AsyncGenerator[Play]:
    """A firm behind its first month, in the first night of the next."""
    story = draw_story(3, papers=1)
    async with open_play(story) as play:
        await play.month(story.months[0])
        yield play


async def a_night(play: Play) -> None:
    """The next night, in which the comparison has its turns."""
    today = play.deployment.clock.now().date()
    await play.go_to(today + timedelta(days=1), hour=_EARLY)
    for _ in range(_TURNS):
        await compare_changed(play.deployment.world.host.platform)


async def alerts(play: Play) -> list[str]:
    causes = await conditions_now(play.deployment.world.host.platform)
    return [cause.sentence for cause in causes if cause.rule == "views_disagree"]


async def plant(play: Play, sql: LiteralString) -> None:
    await play.deployment.world.host.database.batch([statement(sql)])


async def test_views_are_compared_behind_a_month() -> None:
    """One firm for all: its month takes longer than what is compared."""
    async with a_month_later() as play:
        await _agrees(play)
        await _costs_nothing_while_idle(play)
        for fault, remedy, view in _FAULTS:
            await _names_the_view(play, fault, remedy, view=view)


async def _agrees(play: Play) -> None:
    await a_night(play)
    assert await alerts(play) == []
    [row] = await play.deployment.world.rows("SELECT * FROM compared_views")
    assert (row["is_due"], row["disagrees"]) == (0, None)


async def _costs_nothing_while_idle(play: Play) -> None:
    # The night before was itself an event.
    await a_night(play)
    database = play.deployment.world.database
    database.read.clear()
    database.written.clear()
    await a_night(play)
    assert len(database.written) == 0
    assert len(database.read) <= _QUERIES_OF_IDLE_NIGHT


async def _names_the_view(
    play: Play, fault: LiteralString, remedy: LiteralString, *, view: str
) -> None:
    """A fault raises the alert, which ends in the night behind its remedy."""
    await plant(play, fault)
    await _something_happens(play)
    await a_night(play)
    [sentence] = await alerts(play)
    assert view in sentence
    if view == _LEDGER:
        [claim] = await play.owner.items("/api/claims")
        assert sentence.endswith(f"see {claim['id']}.")
    await plant(play, remedy)
    await _something_happens(play)
    await a_night(play)
    assert await alerts(play) == []


async def _something_happens(play: Play) -> None:
    number = len(await play.deployment.world.rows("SELECT id FROM categories"))
    await play.owner.post("/api/categories", {"name": f"Category {number}"})
