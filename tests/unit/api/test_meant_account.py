"""A request that is meant for another account changes nothing."""

from tests.support.host_api import api_client
from tests.support.host_platform import assemble, migrated_database


async def test_a_request_for_another_account_is_refused_before_anything_is_looked_at() -> None:
    database = await migrated_database()
    async with api_client(assemble(database, {}).platform) as client:
        own = (await client.get("/api/session")).json()["account"]
        other = {"x-account": "acc_another"}
        change = {"baseCurrency": "EUR"}
        refused = await client.patch("/api/account", json=change, headers=other)
        listed = await client.get("/api/runs", headers=other)
        before = (await client.get("/api/account")).json()
        taken = await client.patch("/api/account", json=change, headers={"x-account": own["id"]})
    assert (refused.status_code, listed.status_code, taken.status_code) == (409, 409, 200)
    assert refused.json()["type"] == "urn:tillroll:problem:other-account"
    assert own["name"] in refused.json()["detail"]
    assert before["baseCurrency"] is None
