"""Events of runs, where an endpoint wants them: one for each transition that has a topic, and none
besides.
"""

from collections import Counter

from tillroll_durable.contract import Contract
from tillroll_durable.outbox import OF_RUNS
from tillroll_durable.platform.bindings.database import Row, text
from tillroll_durable.platform.json import load_object
from tillroll_durable.states import Status
from tillroll_testing.simulation.world import World

_TOPICS = {
    Status.COMPLETE: "run.completed",
    Status.REJECTED: "run.rejected",
    Status.FAILED: "run.failed",
    Status.CANCELLED: "run.cancelled",
    Status.NEEDS_REVIEW: "review.requested",
}
_BY_ACTION = {"review.decided": "review.decided", "review.escalated": "review.overdue"}


async def check_events(world: World, run: Row, audit: list[Row], contract: Contract) -> None:
    """Assert that a run's events say what its audit says became of it."""
    endpoints = await world.rows(
        "SELECT topics, disabled_at FROM endpoints WHERE origin = 'account'"
    )
    written = await world.rows(
        "SELECT * FROM outbox WHERE run_id = ? ORDER BY rowid", text(run, "id")
    )
    of_runs = [row for row in written if row["topic"] in OF_RUNS]
    if not endpoints:
        assert not of_runs, "an event is written that nobody wants"
    if not any(row["topics"] == "[]" and row["disabled_at"] is None for row in endpoints):
        return
    expected, version = Counter[tuple[str, object]](), 1
    for event in audit:
        detail = load_object(text(event, "detail"))
        if event["action"] in _BY_ACTION:
            expected[_BY_ACTION[text(event, "action")], None] += 1
        if "from" not in detail:
            continue
        version += 1
        before, after = (contract.state(str(detail[name])).status for name in ("from", "to"))
        if before != after and after in _TOPICS:
            expected[_TOPICS[after], version] += 1
    told = Counter[tuple[str, object]]()
    for row in of_runs:
        body = load_object(text(row, "payload"))
        data = body["data"]
        assert isinstance(data, dict)
        assert (body["type"], data["runId"]) == (row["topic"], run["id"])
        told[
            text(row, "topic"),
            None if row["topic"] in _BY_ACTION.values() else data["stateVersion"],
        ] += 1
    assert told == expected, f"the audit has {dict(expected)}, and the events are {dict(told)}"
