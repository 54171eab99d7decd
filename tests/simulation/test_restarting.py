"""A run is begun from a step of another: it has what that one did before, and nothing that it did
elsewhere happens again, unless whoever asks names it.
"""

from collections import Counter
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.bank import REFUSED, Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.workflow import TABLES, Payouts, request_payout
from tillroll_durable.operations import NotPossible, Request
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.restarting import Places, Restart, WouldRepeat, places_of, restart
from tillroll_durable.runs import Run, load_run
from tillroll_testing.invariants import check
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import Deployed, World

_STEPS: Final = ("check", "debit", "pay", "file", "announce", "close")
_ELSEWHERE: Final = ("pay", "file")
_OPERATOR: Final = Request("user:usr_first", "because of the test")


class _Paid:
    """A payout that has ended, and its bank."""

    def __init__(self, world: World, bank: Bank) -> None:
        self.world = world
        self.bank = bank

    async def first(self) -> Run:
        [row, *_] = await self.world.rows("SELECT id FROM runs ORDER BY id")
        loaded = await load_run(self.world.host.database, text(row, "id"))
        assert loaded is not None
        return loaded[0]

    async def restart(
        self, step: str, *repeats: str, key: str = "one", run: Run | None = None
    ) -> str:
        return await restart(
            self.world.host.platform,
            self.world.deployed.workflow,
            run=run or await self.first(),
            request=_OPERATOR,
            order=Restart(step, frozenset(repeats), key),
            may=lambda _permission: True,
        )

    def done(self) -> Counter[str]:
        """How often each effect happened elsewhere, under whatever keys."""
        return Counter(key.rpartition(":")[2] for key in self.bank.effects)

    async def statuses(self) -> list[str]:
        rows = await self.world.rows("SELECT status FROM runs ORDER BY id")
        return [text(row, "status") for row in rows]


async def paid(faults: Faults | None = None, **moods: str) -> _Paid:
    bank = Bank(Faults())
    bank.always |= moods
    world = await open_world(faults or Faults(), Deployed(Payouts(bank).workflow), tables=TABLES)
    await request_payout(world)
    await world.settle()
    bank.always.clear()
    return _Paid(world, bank)


async def test_what_came_before_is_not_done_again() -> None:
    at = await paid()
    new = await at.restart("announce")
    await at.world.settle()
    assert await at.statuses() == ["complete", "complete"]
    assert at.done() == {"pay": 1, "file": 1}
    entries = await at.world.rows("SELECT what FROM entries WHERE run_id = ? ORDER BY rowid", new)
    assert [row["what"] for row in entries] == ["announce", "close"]
    [event] = await at.world.rows(
        "SELECT actor, detail FROM audit_events WHERE action = 'run.restarted' AND stream = ?", new
    )
    assert event["actor"] == _OPERATOR.actor
    assert '"step":"announce"' in text(event, "detail")
    await check(at.world)


async def test_what_happens_again_is_named_and_has_a_key_of_its_own() -> None:
    at = await paid()
    with pytest.raises(WouldRepeat, match="'file'"):
        await at.restart("file")
    assert await at.statuses() == ["complete"]
    new = await at.restart("file", "file")
    await at.world.settle()
    assert at.done() == {"pay": 1, "file": 2}
    assert f"{new}:file" in at.bank.effects
    assert not at.bank.repeats


async def test_a_failed_run_is_begun_from_the_step_that_failed() -> None:
    at = await paid(file=REFUSED)
    assert await at.statuses() == ["failed"]
    await at.restart("file")  # it was refused, so nothing happens again
    await at.world.settle()
    assert await at.statuses() == ["failed", "complete"]
    assert at.done() == {"pay": 1, "file": 1}


async def test_what_was_undone_is_not_built_upon() -> None:
    at = await paid(pay=REFUSED)
    with pytest.raises(NotPossible, match="was undone"):
        await at.restart("pay")
    await at.restart("debit")
    await at.world.settle()
    assert (await at.statuses())[-1] == "complete"


async def test_effects_of_the_first_run_count_when_the_second_is_restarted() -> None:
    at = await paid()
    second = await at.restart("announce")
    await at.world.settle()
    loaded = await load_run(at.world.host.database, second)
    assert loaded is not None
    with pytest.raises(WouldRepeat, match="'file'"):
        await at.restart("file", key="two", run=loaded[0])


async def test_what_it_did_before_is_never_undone_by_the_new_run() -> None:
    at = await paid()
    at.bank.always["file"] = REFUSED
    await at.restart("file", "file")
    await at.world.settle()
    assert not at.bank.reversals


@pytest.mark.parametrize(
    ("step", "repeats"),
    [("none", ()), ("rollback: pay", ()), ("announce", ("pay",)), ("announce", ("none",))],
)
async def test_what_cannot_be_meant_is_refused(step: str, repeats: tuple[str, ...]) -> None:
    at = await paid()
    with pytest.raises(NotPossible):
        await at.restart(step, *repeats)
    assert await at.statuses() == ["complete"]


async def _places(at: _Paid, run: Run | None = None) -> Places:
    workflow = at.world.deployed.workflow
    return await places_of(at.world.host.database, workflow, run or await at.first())


async def test_what_a_restart_would_do_is_told_before() -> None:
    at = await paid()
    places = await _places(at)
    assert places.why_not is None
    told = {place.step: place for place in places.steps}
    assert [step for step in told if step in _STEPS] == [*_STEPS]
    assert {each.step for each in told["debit"].repeats} == {*_ELSEWHERE}
    assert [each.step for each in told["file"].repeats] == ["file"]
    assert not told["announce"].repeats
    assert "pay" in told["announce"].keeps
    assert "announce" not in told["announce"].keeps
    for step in _STEPS:
        await at.restart(step, *(each.step for each in told[step].repeats), key=step)


async def test_what_was_undone_is_told_to_be_no_place() -> None:
    at = await paid(pay=REFUSED)
    [why_not] = {
        place.why_not for place in (await _places(at)).steps if place.step in {"pay", "file"}
    }
    assert why_not is not None
    assert "was undone" in why_not


async def test_a_run_that_goes_on_has_no_place() -> None:
    at = await paid()
    await at.world.host.database.batch([statement("UPDATE runs SET status = 'processing'")])
    places = await _places(at)
    assert not places.steps
    assert "only a run that has completed or failed" in str(places.why_not)


async def test_a_run_that_goes_on_is_not_restarted() -> None:
    at = await paid()
    await at.world.host.database.batch([statement("UPDATE runs SET status = 'processing'")])
    with pytest.raises(NotPossible, match="completed or failed"):
        await at.restart("announce")


@pytest.mark.parametrize("copies", [1, 3])
async def test_killed_at_each_point_and_asked_again_is_one_run(copies: int) -> None:
    points = 0
    for point in range(1, 100):
        faults = Faults()
        at = await paid(faults)
        run = await at.first()
        faults.plan[len(faults.passed) + point] = faults.kill

        async def ask(at: _Paid = at, run: Run = run) -> list[str]:
            asked = [at.restart("file", "file", run=run) for _ in range(copies)]
            return await together(*asked)

        begun = await at.world.surviving(ask)
        await at.world.settle()
        assert len(set(begun)) == 1
        assert await at.statuses() == ["complete", "complete"], f"killed at {point}"
        assert at.done() == {"pay": 1, "file": 2}, f"killed at {point}"
        await check(at.world)
        if not faults.has_died:
            break
        points += 1
    assert points >= 3


@given(
    step=st.sampled_from(_STEPS),
    repeats=st.sets(st.sampled_from(_ELSEWHERE)),
    file_is_refused=st.booleans(),
)
@settings(max_examples=40, deadline=None)
async def test_no_effect_happens_again_unless_named(
    step: str, repeats: set[str], *, file_is_refused: bool
) -> None:
    if file_is_refused:
        at = await paid(file=REFUSED)
    else:
        at = await paid()
    before = at.done()
    try:
        await at.restart(step, *repeats)
    except NotPossible:
        assert len(await at.statuses()) == 1
        assert at.done() == before
        return
    await at.world.settle()
    for name in _ELSEWHERE:
        most = before[name] + 1 if name in repeats or not before[name] else before[name]
        assert at.done()[name] <= most, name
    assert not at.bank.repeats
    await check(at.world)
