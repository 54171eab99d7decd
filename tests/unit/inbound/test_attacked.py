"""What somebody does to the way in, meaning harm or not: too much, at once, ended meanwhile,
overloaded, strange.
"""

import asyncio
import hashlib
import hmac
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.host_api import api_client
from tests.support.inbound import INBOUND, SECRET, START, ask, event, post, source
from tests.support.sql import sql
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.inbound.test_receiving import opened, sources, stored, work
from tillroll.api.problems import Problem
from tillroll.identity.authentication import ADDRESS
from tillroll.inbound import native
from tillroll.inbound import service as sources_of
from tillroll.inbound.events import MOST_ATTEMPTS
from tillroll.inbound.jobs import work_off
from tillroll.inbound.verification import WINDOW_SECONDS
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.bindings.objects import NO_LIMITS
from tillroll_testing.host.memory import MemoryAttempts, MemoryObjects


async def test_one_source_more_than_an_account_may_have_is_refused_also_to_two_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await opened()
    monkeypatch.setattr(sources_of, "MOST", 3)
    for _ in range(2):
        await source(world.host.platform)
    body = {"name": "A", "scheme": {"name": "github"}, "mapping": {"rules": [START]}}
    async with api_client(world.host.platform, registry=INBOUND.registry) as client:
        answers = await asyncio.gather(
            *[client.post("/api/inbound-sources", json=body) for _ in range(4)]
        )
    assert sorted(answer.status_code for answer in answers) == [201, 422, 422, 422]
    refused = next(answer.json() for answer in answers if answer.status_code == 422)
    assert refused["errors"][0]["message"].startswith("An account has at most 3 sources")
    kept = await world.rows("SELECT source_id FROM inbound_secrets")
    assert len(kept) == 3, "no secret is kept of what was refused"


async def test_a_source_that_is_ended_while_an_event_comes_does_not_store_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await opened()
    platform = world.host.platform
    made = await source(platform)

    real = native._body  # pyright: ignore[reportPrivateUsage] - the test stands in for it

    async def slow(request: Any) -> bytes:
        await ask(platform, "DELETE", sources(made))
        return await real(request)

    monkeypatch.setattr(native, "_body", slow)
    assert (await post(platform, made["path"], event())).status == 404
    assert await stored(world) == []


async def test_a_failed_event_that_has_begun_a_run_begins_no_other_when_it_is_replayed() -> None:
    """Each attempt may have died between beginning the run and saying so; the mapping was changed
    since.
    """
    world = await opened()
    platform = world.host.platform
    made = await source(platform)
    await post(platform, made["path"], event())
    (row,) = await work(world)
    # The test's own ids and names.
    died = f"UPDATE inbound_events SET state = 'stored', run_id = NULL, attempts = {MOST_ATTEMPTS}"
    await world.rows(sql(died))
    await work_off(platform, INBOUND, row["id"])
    (failed,) = await stored(world)
    assert failed["state"] == "failed"
    other = {
        "start": {"kind": "journey", "params": {"way": {"value": "leg"}, "left": {"value": 1}}}
    }
    await ask(platform, "PUT", sources(made), {"name": "Acme", "mapping": {"rules": [other]}})
    await ask(platform, "POST", f"/api/inbound-events/{row['id']}/replay")
    (replayed,) = await work(world)
    assert len(await world.rows("SELECT id FROM runs")) == 1
    assert (replayed["state"], replayed["run_id"]) == ("started", row["run_id"])


async def test_events_are_counted_by_their_address_and_account_and_beside_what_people_ask() -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    platform = replace(world.host.platform, limits=replace(NO_LIMITS, by_account=MemoryAttempts(2)))
    forged = {"x-signature": "00", ADDRESS: "192.0.2.1"}
    nobodys = [await post(platform, "/api/inbound/src_0", event(), forged) for _ in range(3)]
    assert [answer.status for answer in nobodys] == [404, 404, 429], "before anything is looked up"
    answers = [await post(platform, path, event(f"evt_{number}")) for number in range(3)]
    assert [answer.status for answer in answers] == [202, 202, 429]
    async with api_client(platform, registry=INBOUND.registry) as client:
        assert (await client.get("/api/inbound-events")).status_code == 200, (
            "no burst shuts people out"
        )


class Overloaded:
    """A database that answers nothing but reads."""

    def __init__(self, real: Any, error: Exception) -> None:
        self.all = real.all
        self._error = error

    async def batch(self, *_: Any, **__: Any) -> Any:
        raise self._error


async def test_what_cannot_be_stored_just_now_says_when_to_come_again() -> None:
    world = await opened()
    platform = world.host.platform
    path = (await source(platform))["path"]
    busy: Any = Overloaded(
        platform.database, DatabaseError("D1 DB is overloaded. Requests queued for too long.")
    )
    headers = {"x-signature": hmac.digest(SECRET.encode(), event(), hashlib.sha256).hex()}
    request = MemoryUpload([MemoryFile(event(), MemoryObjects())], headers)
    with pytest.raises(Problem) as refused:
        await native.receive_event(
            replace(platform, database=busy), request, path.rpartition("/")[2]
        )
    assert (refused.value.kind.status, refused.value.headers["retry-after"]) == (503, "10")
    assert (await post(platform, path, event())).status == 202


@pytest.mark.parametrize("strange", ["\0", "a\0b", "a\nb", "x" * 300])
async def test_a_strange_id_does_not_stand_for_another_event(strange: str) -> None:
    """SQLite's text ends at a NUL for some of its readers, so no such id is kept: the body is."""
    world = await opened()
    path = (await source(world.host.platform))["path"]
    answers = [
        await post(world.host.platform, path, event(strange, way=way)) for way in ("leg", "chain")
    ]
    assert [answer.status for answer in answers] == [202, 202]
    assert all(str(row["event_id"]).startswith("sha256:") for row in await stored(world))


_UNSIGNED: Any = [
    ({"name": "github"}, "x-github-delivery", "x-hub-signature-256", "sha256="),
    (
        {"name": "hmac", "signatureHeader": "X-Signature", "idHeader": "X-Id"},
        "x-id",
        "x-signature",
        "",
    ),
]


@pytest.mark.parametrize(
    ("scheme", "id_header", "signature", "prefix"), _UNSIGNED, ids=["github", "hmac"]
)
async def test_the_same_body_under_another_id_that_is_not_signed_is_the_same_event(
    scheme: Any, id_header: str, signature: str, prefix: str
) -> None:
    """Whoever saw an event has its body and its signature, and could send it again under an id of
    their own.
    """
    world = await opened()
    platform = world.host.platform
    path = (await source(platform, scheme=scheme))["path"]

    async def sent(event_id: str, body: bytes = event()) -> Any:
        signed = prefix + hmac.digest(SECRET.encode(), body, hashlib.sha256).hex()
        return await post(platform, path, body, {id_header: event_id, signature: signed})

    first, *again = await asyncio.gather(*[sent(f"id_{number}") for number in range(3)])
    assert [answer.status for answer in (first, *again)] == [202, 202, 202]
    assert [answer.body for answer in again] == [first.body] * 2, "it is told as the same event"
    await work(world)
    assert len(await world.rows("SELECT id FROM runs")) == 1
    assert (await sent("id_0", event(way="chain"))).status == 409, (
        "an id stands for one body all the same"
    )
    assert (await sent("id_9", event(way="chain"))).body != first.body
    world.host.pieces.clock.advance(timedelta(seconds=WINDOW_SECONDS + 1))
    assert (await sent("id_0")).body == first.body
    assert (await sent("id_10")).body != first.body, "behind the window it may well be another one"


@pytest.mark.parametrize("scheme", [each[0] for each in _UNSIGNED], ids=["github", "hmac"])
async def test_what_moves_money_begins_by_no_scheme_that_does_not_sign_the_id(scheme: Any) -> None:
    world = await opened()
    names = ("payeeId", "currency", "amount", "reference")
    rule = {
        "start": {"kind": "payout", "params": {each: {"pointer": f"/{each}"} for each in names}}
    }
    body: Any = {"name": "A", "scheme": scheme, "secret": SECRET, "mapping": {"rules": [rule]}}
    ignores = {"name": "A", "mapping": {"rules": [{"ignore": True}]}}
    async with api_client(world.host.platform, registry=INBOUND.registry) as client:
        refused = [await client.post("/api/inbound-sources", json=body)]
        made = await client.post("/api/inbound-sources", json={**body, **ignores})
        mapping = {"name": "A", "mapping": {"rules": [rule]}}
        refused.append(await client.put(f"/api/inbound-sources/{made.json()['id']}", json=mapping))
        signed = {
            **body,
            "scheme": {"name": "hmac", "signatureHeader": "X-Signature", "idPointer": "/id"},
        }
        assert (await client.post("/api/inbound-sources", json=signed)).status_code == 201
    for answer in refused:
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (
            422,
            "mapping.rules.0.start.kind",
        )
