"""Nobody passes four eyes alone: not by a token, and not by a source of events that is theirs."""

import httpx

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_api import asked, client, payee
from tillroll.expenses.approval.policies import editors_in, edits_of
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.four_eyes import may_decide_on
from tillroll.payouts.service import begin_payout
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import Actor, statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

RULE = {
    "start": {
        "kind": "payout",
        "params": {
            each: {"pointer": f"/{each}"} for each in ("payeeId", "currency", "amount", "reference")
        },
    }
}
SOURCE = {"name": "Mine", "scheme": {"name": "standard-webhooks"}, "mapping": {"rules": [RULE]}}
OTHERS = ("usr_maps", "usr_secret", "usr_neither")


async def _event(host: HostPlatform, source_id: str) -> str:
    """An event that came from the source, signed as it should be."""
    came = """
      INSERT INTO inbound_events (id, source_id, account_id, event_id, digest, body_encoding,
          received_at, state,
                                  next_attempt_at)
      VALUES ('ine_1', ?1, ?2, 'one', '', 'utf-8', '2026-03-01', 'stored', '2026-03-01')
    """
    await host.platform.database.batch([statement(came, [source_id, ACCOUNT])])
    return "ine_1"


async def _people(host: HostPlatform) -> None:
    users = "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?1, '2026-01-01')"
    roles = "INSERT INTO user_roles (user_id, role) VALUES (?, 'owner')"
    tokens = (
        "INSERT INTO tokens (id, user_id, hash, name, created_at) "
        "VALUES ('tok_' || ?1, ?1, ?2, 'a', '2026-01-01')"
    )
    for each in OTHERS:
        await host.platform.database.batch(
            [
                statement(users, [each, ACCOUNT]),
                statement(roles, [each]),
                statement(tokens, [each, secret_hash(each)]),
            ]
        )


async def test_whoever_stands_behind_a_source_has_asked_for_what_its_events_ask(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await _people(host)
    made = await client.post("/api/inbound-sources", json=SOURCE)
    assert made.status_code == httpx.codes.CREATED, made.text
    path = f"/api/inbound-sources/{made.json()['id']}"
    async with (
        api_client(host.platform, "usr_maps") as maps,
        api_client(host.platform, "usr_secret") as gives,
    ):
        renamed = {"name": "Ours", "mapping": SOURCE["mapping"]}
        assert (await maps.put(path, json=renamed)).status_code == httpx.codes.OK
        assert (await gives.post(f"{path}/secrets", json={})).status_code == httpx.codes.CREATED
    event = await _event(host, made.json()["id"])
    params = PayoutParams.model_validate({**asked(await payee(client))})
    begun = await begin_payout(
        host.platform, PAYOUT, Actor(ACCOUNT, f"event:{event}"), params, "one"
    )
    for behind in ("usr_first", "usr_maps", "usr_secret"):
        refused = await may_decide_on("payout", host.platform, begun.run_id, behind)
        assert refused is not None, behind
        assert "a source that you set up" in refused
    assert await may_decide_on("payout", host.platform, begun.run_id, "usr_neither") is None
    # What it handed in is not approved by them either.
    await add_expenses(host.platform.database, Given(1))
    handed_in = "UPDATE inbound_events SET run_id = (SELECT run_id FROM expenses WHERE id = ?)"
    await host.platform.database.batch([statement(handed_in, [Given(1).id])])
    edits = await host.platform.database.all(edits_of(ACCOUNT, [Given(1).id]))
    assert editors_in(edits, Given(1).id) == {"usr_first", "usr_maps", "usr_secret"}


async def test_a_token_that_may_not_pay_gives_no_secret_to_a_source_that_does(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    made = (await client.post("/api/inbound-sources", json=SOURCE)).json()
    event = await _event(host, made["id"])
    limited = """
      INSERT INTO tokens (id, user_id, hash, name, created_at, scopes)
      VALUES ('tok_l', 'usr_first', ?, 'limited', '2026-01-01', '["administer", "read"]')
    """
    await host.platform.database.batch([statement(limited, [secret_hash("till_limited")])])
    path = f"/api/inbound-sources/{made['id']}"
    async with api_client(host.platform, "till_limited") as administers:
        for acted in (f"{path}/secrets", f"{path}/replay", f"/api/inbound-events/{event}/replay"):
            refused = await administers.post(acted, json={})
            assert (refused.status_code, "pay" in refused.text) == (403, True), acted
    assert (await client.post(f"{path}/secrets", json={})).status_code == httpx.codes.CREATED
