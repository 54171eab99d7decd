"""A payout that is paid by a file, of which the bank has not answered, is settled by a person."""

import httpx

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.bank_files.test_status_report import report
from tests.unit.payouts.test_changes import second
from tests.unit.payouts.test_files import answer_with, client, make, statuses, written
from tests.unit.payouts.test_settling_by_hand import NOT_PAID, PAID, stuck
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def test_it_is_settled_once_a_file_has_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
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
    # The bank's report comes later, and says something else: it is told, and nothing is booked by
    # it.
    answer = await client.post(f"/api/payment-files/{file_id}/outcomes", json={"status": "posted"})
    assert answer.json()["contradicted"] == [begun]


async def test_what_the_bank_has_answered_stands(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [begun] = await written(client, host)
    file_id = (await client.post("/api/payment-files", json={})).json()["id"]
    await client.post(f"/api/payment-files/{file_id}/outcomes", json={"status": "posted"})
    await stuck(host, begun, "unheard_look_up_failed", "failed", "read_failed")
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=NOT_PAID)
    assert answer.status_code == httpx.codes.CONFLICT
    assert "posted: retry the run" in answer.json()["detail"]
    assert (await client.get(f"/api/payouts/{begun}")).json()["status"] == "failed"


async def test_whoever_asked_for_what_a_second_person_decides_on_does_not_say_what_the_bank_did(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    file = await make(client)
    await client.put("/api/payout-limits/EUR", json={"above": 1290})  # the second is of 1291
    content = report("", group="<GrpSts>ACSC</GrpSts>").replace("pmf-1", str(file["messageId"]))
    outcomes, posted = f"/api/payment-files/{file['id']}/outcomes", {"status": "posted"}
    refused = [
        await client.post(outcomes, json=posted),
        await client.post(outcomes, json={**posted, "payoutId": payouts[1]}),
        await client.post("/api/payment-reports", json={"report": content}),
    ]
    for each in refused:
        assert (each.status_code, each.json()["type"]) == (403, "urn:tillroll:problem:four-eyes")
        assert f"what became of {payouts[1]}. You asked for this payout" in each.json()["detail"]
    assert await statuses(client, file) == [("processing", None), ("processing", None)]
    # That it is on its way, and what needs no second person, anybody says who may pay.
    assert (await answer_with(client, file, "", "<GrpSts>ACSP</GrpSts>"))["changed"] == 2
    assert (await client.post(outcomes, json={**posted, "payoutId": payouts[0]})).json()[
        "changed"
    ] == 1
    async with api_client(host.platform, await second(host, role="owner")) as bob:
        taken = await bob.post("/api/payment-reports", json={"report": content})
        assert (taken.status_code, taken.json()["changed"]) == (200, 1)
    assert await statuses(client, file) == [("posted", None), ("posted", None)]
    # Said again it changes nothing; the opposite would.
    assert (await client.post(outcomes, json=posted)).json()["changed"] == 0
    returned = await client.post(outcomes, json={"status": "returned", "payoutId": payouts[1]})
    assert returned.status_code == httpx.codes.FORBIDDEN


async def test_of_a_batch_that_a_second_person_decides_on_no_payout_is_settled_by_whoever_asked(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    payouts = await written(client, host, 2)
    file = await make(client)
    await client.put("/api/payout-limits/EUR", json={"above": 2580})  # their sum is 2581
    outcomes = f"/api/payment-files/{file['id']}/outcomes"
    batch = (
        "INSERT INTO payout_batches VALUES (?1, ?2, 'x', 2, 'user:usr_first', '2026-01-01', NULL)"
    )
    run = """
      INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
        next_safe_action, created_at, updated_at)
      VALUES ('run_batch', ?, 'payout-batch', 1, 'x', 'paying', 'processing', 'none', '2026-01-01',
          '2026-01-01')
    """
    await host.database.batch(
        [
            statement(run, [ACCOUNT]),
            statement(batch, ["run_batch", ACCOUNT]),
            statement("UPDATE payouts SET batch_id = 'run_batch'"),
        ]
    )
    refused = await client.post(outcomes, json={"status": "failed", "payoutId": payouts[0]})
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:tillroll:problem:four-eyes")
    await host.database.batch([statement("UPDATE payout_limits SET above = 2581")])
    assert (await client.post(outcomes, json={"status": "failed"})).json()["changed"] == 2
