"""A payout that is paid by a file, of which the bank has not answered, is settled by a person."""

import httpx

from tests.support.host_platform import HostPlatform
from tests.unit.payouts.test_files import client, written
from tests.unit.payouts.test_settling_by_hand import NOT_PAID, PAID, stuck

__all__ = ["client"]


async def test_it_is_settled_once_a_file_has_it(client: httpx.AsyncClient, host: HostPlatform) -> None:
    [begun] = await written(client, host)
    await stuck(host, begun, "cancelled", "cancelled", "rollback_failed")
    early = await client.post(f"/api/payouts/{begun}/settlement", json=PAID)
    assert early.status_code == httpx.codes.CONFLICT
    assert "No file for the bank has the payment yet" in early.json()["detail"]
    await stuck(host, begun, "unsettled", "processing")
    file_id = (await client.post("/api/payment-files", json={})).json()["id"]
    await stuck(host, begun, "cancelled", "cancelled", "rollback_failed")
    assert (await client.post(f"/api/payouts/{begun}/settlement", json=NOT_PAID)).status_code == 202
    [payment] = (await client.get(f"/api/payment-files/{file_id}")).json()["items"]
    assert (payment["status"], payment["bankStatus"]) == ("failed", "by hand")
    # The bank's report comes later, and says something else: it is told, and nothing is booked by it.
    answer = await client.post(f"/api/payment-files/{file_id}/outcomes", json={"status": "posted"})
    assert answer.json()["contradicted"] == [begun]


async def test_what_the_bank_has_answered_stands(client: httpx.AsyncClient, host: HostPlatform) -> None:
    [begun] = await written(client, host)
    file_id = (await client.post("/api/payment-files", json={})).json()["id"]
    await client.post(f"/api/payment-files/{file_id}/outcomes", json={"status": "posted"})
    await stuck(host, begun, "unheard_look_up_failed", "failed", "read_failed")
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=NOT_PAID)
    assert answer.status_code == httpx.codes.CONFLICT
    assert "posted: retry the run" in answer.json()["detail"]
    assert (await client.get(f"/api/payouts/{begun}")).json()["status"] == "failed"
