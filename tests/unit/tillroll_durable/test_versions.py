"""Which versions live runs have, and what becomes of runs whose body was removed too early."""

from datetime import timedelta

from local.places import ROOT
from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tillroll.workflows.registry import REGISTRY
from tillroll_durable._operations.instances import CHECK_EVERY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.versions import LIVE_VERSIONS, LiveVersion, live_versions
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.reconciling import reconcile


async def test_the_versions_of_live_runs_are_counted() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.turn()
    assert await live_versions(world.host.database) == [LiveVersion("receipt", 1, 1)]
    await world.settle(CORRECTION)
    assert await live_versions(world.host.database) == []


async def test_live_versions_are_found_by_an_index() -> None:
    world = await open_receipts(Faults())
    plan = await world.host.database.all(statement(f"EXPLAIN QUERY PLAN {LIVE_VERSIONS}"))
    details = [str(row["detail"]) for row in plan]
    assert any("runs_live_versions" in detail for detail in details), details
    assert [detail for detail in details if detail in {"SCAN runs", "SCAN outbox"}] == []


async def test_a_run_without_its_body_is_escalated_once_and_resumed_when_it_is_back() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    run_id = await upload(world)
    await world.turn()
    for instance in world.instances.by_id.values():
        instance.status = "errored"
    world.host.pieces.clock.advance(CHECK_EVERY + timedelta(minutes=1))
    escalated = [
        (await reconcile(world.host.platform, {}, REGISTRY.objects_in_use)).runs_escalated
        for _ in range(2)
    ]
    assert escalated == [1, 0]
    (run,) = await world.host.database.all(statement("SELECT * FROM runs"))
    assert (run["requires_human_review"], run["state"], run["generation"]) == (
        1,
        "awaiting_review",
        1,
    )
    assert str(run["error_summary"]).startswith(
        "receipt version 1 is not deployed: put its body back"
    )

    world.host.pieces.clock.advance(CHECK_EVERY + timedelta(minutes=1))
    await world.settle(CORRECTION)
    (run,) = await world.host.database.all(statement("SELECT * FROM runs"))
    assert (run["id"], run["generation"], run["state"]) == (run_id, 2, "notified")


def test_the_documented_query_is_the_one_of_the_code() -> None:
    documented = " ".join((ROOT / "docs" / "operations.md").read_text(encoding="utf-8").split())
    assert " ".join(LIVE_VERSIONS.split()) in documented
