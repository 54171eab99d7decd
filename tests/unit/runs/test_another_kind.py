"""A run of another kind than a receipt's is listed, shown, explained and decided on by the same
routes.
"""

from typing import Any

from tests.simulation.stories.payouts import PayoutPlan
from tests.support.host_api import api_client
from tillroll.workflows.registry import WORKFLOWS
from tillroll_durable.registry import Registry
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.story import Scene


async def _awaiting_approval() -> Scene:
    scene = await PayoutPlan(needs_approval=True).open(Faults())
    await scene.begin()
    await scene.world.settle()
    return scene


def _registry(scene: Scene) -> Registry:
    return Registry([*WORKFLOWS, scene.world.deployed.workflow])


async def _run(scene: Scene) -> str:
    run = await scene.world.run()
    assert run is not None
    return run.id


async def _ask(scene: Scene, path: str, registry: Registry | None = None) -> Any:
    async with api_client(
        scene.world.host.platform, registry=registry or _registry(scene)
    ) as client:
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


async def test_it_is_listed_and_shown() -> None:
    scene = await _awaiting_approval()
    [listed] = (await _ask(scene, "/api/runs"))["items"]
    assert (listed["kind"], listed["subject"], listed["status"]) == (
        "disbursement",
        "employee_1",
        "needs_review",
    )
    shown = await _ask(scene, f"/api/runs/{await _run(scene)}")
    assert "receipt" not in shown
    assert shown["review"]["proposed"] == {"amount": 100}
    assert [step["name"] for step in shown["steps"]][:2] == ["check", "debit"]
    assert shown["nextSafeAction"] == "review"
    timeline = await _ask(scene, f"/api/runs/{await _run(scene)}/timeline")
    assert {"check", "debit"} <= {item["name"] for item in timeline["items"]}
    trace = await _ask(scene, f"/api/runs/{await _run(scene)}/trace")
    assert trace["resourceSpans"]
    async with api_client(scene.world.host.platform, registry=_registry(scene)) as client:
        assert 'kind="disbursement"' in (await client.get("/api/metrics")).text


async def test_it_is_decided_on_and_takes_no_values_of_a_receipt() -> None:
    scene = await _awaiting_approval()
    async with api_client(scene.world.host.platform, registry=_registry(scene)) as client:
        path = f"/api/runs/{await _run(scene)}/review"
        refused = await client.post(path, json={"decision": "approve", "values": {"merchant": "X"}})
        assert refused.status_code == 422
        assert refused.json()["errors"] == [
            {"field": "merchant", "message": "This workflow takes no values: leave it out."}
        ]
        assert (await client.post(path, json={"decision": "approve"})).status_code == 200
    await scene.world.settle()
    assert (await _ask(scene, f"/api/runs/{await _run(scene)}"))["state"] == "closed"


async def test_a_run_whose_kind_is_not_deployed_is_shown_by_its_record() -> None:
    scene = await _awaiting_approval()
    only_receipts = Registry(WORKFLOWS)
    [listed] = (await _ask(scene, "/api/runs", only_receipts))["items"]
    assert (listed["kind"], listed["state"]) == ("disbursement", "awaiting_approval")
    shown = await _ask(scene, f"/api/runs/{await _run(scene)}", only_receipts)
    assert shown["message"] == "This run belongs to a version that is not deployed any more."
    assert shown["steps"] == []
    async with api_client(scene.world.host.platform, registry=only_receipts) as client:
        refused = await client.post(
            f"/api/runs/{await _run(scene)}/review", json={"decision": "approve"}
        )
    assert refused.status_code == 409
    assert "not deployed" in refused.json()["detail"]
