"""Who decides a review the other way, after somebody has, is told of the decision and not of
missing values.
"""

from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tillroll_testing.simulation.faults import Faults


async def test_a_run_that_was_rejected_is_not_asked_for_values() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.settle()
    run = await world.run()
    assert run is not None
    path = f"/api/runs/{run.id}/review"
    async with api_client(world.host.platform) as client:
        rejected = await client.post(path, json={"decision": "reject"})
        approved = await client.post(path, json={"decision": "approve", "values": {}})
    assert rejected.status_code == 200, rejected.text
    assert (approved.status_code, approved.json()["type"]) == (
        409,
        "urn:tillroll:problem:already-decided",
    )
    assert approved.json()["decision"] == "reject"
