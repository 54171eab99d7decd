"""A person says `settled` to a payout: it ends the wait for the bank only where there is something
to hear.
"""

from dataclasses import replace

import httpx

from tests.simulation.test_undoing_payouts import Deaf
from tests.support.host_api import api_client
from tests.unit.payouts.test_api import asked, client, payee
from tests.unit.payouts.test_settling_by_hand import stuck
from tillroll.payouts.providers import payment_of, provider
from tillroll.payouts.repository import load_payout
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


_PAID = "UPDATE effect_intents SET outcome = 'done', external_id = ? WHERE run_id = ?"


async def sent(client: httpx.AsyncClient, host: HostPlatform) -> str:
    """A payout that waits for the bank: its payment is on its way."""
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    payout = await load_payout(host.platform.database, begun)
    assert payout is not None
    seen = await provider(host.platform).pay(payment_of(payout), "one")
    await stuck(host, begun, "unsettled", "processing")
    await host.platform.database.batch([statement(_PAID, [seen.id, begun])])
    return begun


async def say(client: httpx.AsyncClient, run_id: str, key: str = "night") -> httpx.Response:
    return await client.post(
        f"/api/runs/{run_id}/signals/settled", json={"key": key, "payload": {"payment_id": "x"}}
    )


async def signals(host: HostPlatform) -> int:
    return len(await host.platform.database.all(statement("SELECT 1 FROM signals")))


async def test_what_is_on_its_way_is_waited_for(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = await sent(client, host)
    answer = await say(client, begun)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tillroll:problem:not-possible")
    assert "on its way still. The run waits" in answer.json()["detail"]
    assert await signals(host) == 0


async def test_what_was_not_sent_yet_is_nothing_to_hear_of(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    answer = await say(client, begun)
    assert (answer.status_code, "Nothing was paid yet" in answer.json()["detail"]) == (409, True)
    assert await signals(host) == 0


async def test_where_the_provider_does_not_answer_it_is_taken_and_the_same_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = await sent(client, host)
    async with api_client(replace(host.platform, http=Deaf())) as deaf:
        assert (await say(deaf, begun)).status_code == httpx.codes.ACCEPTED
    assert (await say(client, begun)).status_code == httpx.codes.ACCEPTED
    assert (await say(client, begun, "another")).status_code == httpx.codes.CONFLICT
    assert await signals(host) == 1
