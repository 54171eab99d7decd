"""What a run says of itself is what happened: checked on its rows, and on what those outside have
seen.
"""

from tillroll_durable.explanation.attempts import Beside
from tillroll_durable.explanation.effects import TOLD_OF_CHILD
from tillroll_durable.explanation.summary import Explanation, explain, is_paused
from tillroll_durable.platform.bindings.database import Row, integer, text
from tillroll_durable.states import NextSafeAction, Status
from tillroll_testing.simulation.world import World


async def told_about(world: World, run: Row) -> Explanation:
    """What a run says of itself, by the contract of its kind."""
    run_id = text(run, "id")
    return explain(
        world.contract_of_kind(text(run, "kind")),
        run,
        await world.rows(
            "SELECT * FROM run_steps WHERE run_id = ? ORDER BY started_at, at_version", run_id
        ),
        await world.rows("SELECT * FROM effect_intents WHERE run_id = ?", run_id),
        Beside(
            await world.rows("SELECT * FROM step_attempts WHERE run_id = ?", run_id),
            await world.rows("SELECT * FROM outbox WHERE run_id = ?", run_id),
            await world.ground.paid_calls(world, run_id),
            await world.rows(
                "SELECT * FROM run_waits WHERE run_id = ? AND ended_at IS NULL", run_id
            ),
            await _children(world, run),
        ),
    )


async def _children(world: World, run: Row) -> list[Row]:
    query = (
        f"SELECT id, kind, status, {TOLD_OF_CHILD} FROM runs WHERE parent_run_id = ? ORDER BY id"
    )
    return await world.rows(query, text(run, "id"))


async def check_telling(world: World, run: Row) -> None:
    """Assert that what a run answers about itself is true."""
    told = await told_about(world, run)
    await _deliveries_are_told(world, run, told)
    _an_end_is_told(run, told)
    if run["status"] == Status.CANCELLED and run["cancel_kind"] is not None and not is_paused(run):
        for child in (await _children(world, run))[:5]:
            assert text(child, "id") in told.what_happened, (
                f"what {child['id']} did is not told: {told.what_happened}"
            )
    await _what_was_tried_is_told(world, run, told)


async def _deliveries_are_told(world: World, run: Row, told: Explanation) -> None:
    for event in await world.rows("SELECT * FROM outbox WHERE run_id = ?", text(run, "id")):
        says = told.what_happened
        if event["state"] == "given_up":
            assert "was given up after" in says, f"a delivery was given up, and it says {says!r}"
        if event["state"] == "pending" and event["last_error"] is not None:
            assert text(event, "next_attempt_at") in says, f"a delivery fails, and it says {says!r}"
            assert told.next_safe_action is not NextSafeAction.NONE, (
                "a delivery fails, and nothing is said to be next"
            )
        if event["state"] in {"delivered", "no_receiver"}:
            assert "The other system was not told" not in says, (
                f"it was delivered, and it says {says!r}"
            )


def _an_end_is_told(run: Row, told: Explanation) -> None:
    says = told.what_happened
    if is_paused(run):
        ends = run["cancel_kind"] is not None
        assert ("goes on when it is resumed" in says) is not ends, (
            f"paused, to be ended: {ends}; it says {says!r}"
        )
        assert told.next_safe_action is NextSafeAction.RESUME, "a paused run is resumed"
    if run["status"] == Status.CANCELLED:
        assert "has ended" in says, f"it has ended, and it says {says!r}"
    if run["status"] != Status.COMPLETE:
        assert "done what it was made for" not in says, f"{run['status']}, and it says {says!r}"


async def _what_was_tried_is_told(world: World, run: Row, told: Explanation) -> None:
    """Each step that left a trace (an attempt, an answer that was paid for) is named, with no fewer
    attempts than are known of; one that left none is not.
    """
    run_id = text(run, "id")
    attempts = await world.rows(
        "SELECT step, count(*) AS times FROM step_attempts WHERE run_id = ? GROUP BY step", run_id
    )
    for row in attempts:
        lines = [line for line in told.tried if line.startswith(f"{row['step']}: ")]
        assert len(lines) == 1, (
            f"{row['step']} was tried, and is not told as tried once: {told.tried}"
        )
        line = lines[0]
        counted = int(line.partition(" after ")[2].partition(" ")[0])
        assert counted >= integer(row, "times"), (
            f"{row['times']} attempts of {row['step']}, and it says {line!r}"
        )
    recorded = await world.rows("SELECT step FROM run_steps WHERE run_id = ?", run_id)
    traces = {text(row, "step") for row in recorded}
    traces.update(await world.ground.paid_calls(world, run_id))
    for step in sorted(traces):
        assert any(line.startswith(f"{step}: ") for line in told.tried), (
            f"{step} is not told as tried"
        )
