"""A payout of which nobody can say what became is settled by a person over HTTP: who may, once, and
with a reason.
"""

from collections.abc import Sequence

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.payouts.test_api import asked, client, payee
from tillroll.payouts.contract import PAY
from tillroll_durable import statement
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

PAID: JsonObject = {"settledAs": "paid", "reason": "it stands on the statement"}
NOT_PAID: JsonObject = {"settledAs": "not_paid", "reason": "the bank never had it"}


async def stuck(
    host: HostPlatform, run_id: str, state: str, status: str, failure: str | None = None
) -> None:
    """As a run leaves it whose payment was asked for and never heard of: no engine runs here."""
    stand = statement(
        """
        UPDATE runs SET state = ?2, status = ?3, failure_class = ?4, escalated_at = updated_at,
          resume_state = CASE WHEN ?3 = 'failed' THEN 'unheard' END
        WHERE id = ?1
        """,
        [run_id, state, status, failure],
    )
    intent = statement(
        """
        INSERT INTO effect_intents (idempotency_key, run_id, step, effect, request_digest,
            created_at, when_unknown)
        VALUES (?1, ?2, 'pay', 'external', '', '2026-01-01T00:00:00.000Z', 'ask')
            ON CONFLICT DO NOTHING
        """,
        [PAY.key_for(run_id), run_id],
    )
    await host.platform.database.batch([stand, intent])


async def unheard(client: httpx.AsyncClient, host: HostPlatform) -> str:
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    await stuck(host, begun, "unheard_look_up_failed", "failed", "read_failed")
    return begun


async def told(host: HostPlatform) -> Sequence[tuple[object, object]]:
    query = "SELECT actor, detail FROM audit_events WHERE action = 'payout.settled_by_hand'"
    return [
        (row["actor"], row["detail"]) for row in await host.platform.database.all(statement(query))
    ]


async def test_it_is_said_once_with_a_reason(client: httpx.AsyncClient, host: HostPlatform) -> None:
    begun = await unheard(client, host)
    path = f"/api/payouts/{begun}/settlement"
    for wrong in (
        {},
        {"settledAs": "paid"},
        {**PAID, "reason": "no"},
        {**PAID, "settledAs": "perhaps"},
    ):
        assert (await client.post(path, json=wrong)).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    key = {"Idempotency-Key": "night-1"}
    answers = [await client.post(path, json=PAID, headers=headers) for headers in (key, key, {})]
    assert [each.status_code for each in answers] == [httpx.codes.ACCEPTED] * 3
    assert {(each.json()["settledAs"], each.json()["status"]) for each in answers} == {
        ("paid", "processing")
    }
    other = await client.post(path, json=NOT_PAID)
    assert (other.status_code, other.json()["type"]) == (
        409,
        "urn:tillroll:problem:settled-otherwise",
    )
    assert "was paid, and the books have that" in other.json()["detail"]
    [(actor, detail)] = await told(host)
    assert actor == answers[0].json()["settledBy"]
    assert '"reason":"it stands on the statement"' in str(detail)


@pytest.mark.parametrize(
    ("state", "status", "failure"),
    [
        ("unsettled", "processing", None),
        ("paid", "complete", None),
        ("cancelled", "cancelled", None),
        ("compensating", "processing", "rollback_failed"),
        ("settled_record_failed", "failed", "write_failed"),
    ],
)
async def test_one_that_goes_on_or_is_known_is_not_settled(
    client: httpx.AsyncClient, host: HostPlatform, state: str, status: str, failure: str | None
) -> None:
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    await stuck(host, begun, state, status, failure)
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=PAID)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tillroll:problem:not-possible")
    assert f"stands as {state}" in answer.json()["detail"]
    assert (await client.get(f"/api/payouts/{begun}")).json()["settledAs"] is None
    assert await told(host) == []


async def test_one_whose_payment_was_refused_needs_nobodys_word(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = await unheard(client, host)
    await host.platform.database.batch([statement("UPDATE effect_intents SET outcome = 'refused'")])
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=PAID)
    assert answer.status_code == httpx.codes.CONFLICT
    assert "only the books do not have it yet: retry its run" in answer.json()["detail"]


async def test_others_cannot(client: httpx.AsyncClient, host: HostPlatform) -> None:
    begun = await unheard(client, host)
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        answer = await other.post(f"/api/payouts/{begun}/settlement", json=PAID)
    assert answer.status_code == httpx.codes.NOT_FOUND
    missing = await client.post("/api/payouts/run_none/settlement", json=PAID)
    assert missing.status_code == httpx.codes.NOT_FOUND


async def test_whoever_asked_for_what_a_second_person_decides_on_does_not_settle_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    begun = await unheard(client, host)
    await client.put("/api/payout-limits/EUR", json={"above": 100})
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=NOT_PAID)
    assert (answer.status_code, answer.json()["type"]) == (
        httpx.codes.FORBIDDEN,
        "urn:tillroll:problem:four-eyes",
    )
    await host.platform.database.batch([statement("UPDATE payout_limits SET above = 100000")])
    answer = await client.post(f"/api/payouts/{begun}/settlement", json=NOT_PAID)
    assert answer.status_code == httpx.codes.ACCEPTED
