"""Browsers that show messages: what they are sent and when, what ends them, and who may have
one.
"""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, USER
from tests.support.push_service import Browser, PushService, check_sender
from tests.support.roles import roles_given
from tests.support.watching import WatchedDatabase
from tillroll.identity.people import remove_person
from tillroll.identity.repository import Person
from tillroll.notifications.channels import CHANNELS
from tillroll.notifications.jobs import notification_jobs, sweep_notices
from tillroll.notifications.push.messages import PushSettings
from tillroll.notifications.push.sending import JOB
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import (
    APPROVAL_WAITS,
    CLAIM_PAID,
    EXPENSE_CREATED,
    RUN_FAILED,
    NoticeTopic,
)
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.jobs.job import with_rows
from tillroll_durable.platform.bindings.database import Statement, statement
from tillroll_durable.platform.bindings.http import HttpFailed, HttpReply, HttpRequest
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.web.outgoing import OutgoingSettings
from tillroll_testing.host.memory import MemoryResolver
from tillroll_testing.host.signing import new_push_key
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

KEY = base64.b64decode(new_push_key())
ENDPOINT = "https://push.example.com/send/1"
_SEND = next(each.send for each in CHANNELS if each.name == JOB)


async def opened(service: PushService | None = None) -> tuple[World, PushService]:
    world, there = await open_receipts(Faults()), service or PushService()
    platform = world.host.platform
    settings = platform.settings.changed(PushSettings(KEY))
    world.host.platform = replace(platform, exchange=there, settings=settings)
    return world, there


async def added(world: World, *kinds: str, browser: Browser | None = None) -> tuple[Browser, str]:
    browser = browser or Browser(ENDPOINT)
    async with api_client(world.host.platform) as client:
        made = (
            (await client.post("/api/notices/devices", json=browser.body(*kinds)))
            .raise_for_status()
            .json()
        )
    return browser, made["id"]


async def told(
    world: World, topic: NoticeTopic, number: int = 1, *, person: str | None = USER
) -> None:
    """Tell of something, a second later than before."""
    world.host.pieces.clock.advance(timedelta(seconds=1))
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch(
        notify(ACCOUNT, topic, Subject(f"sub_{number}"), now, person=person)
    )


async def sent(world: World) -> None:
    world.host.pieces.clock.advance(timedelta(seconds=1))
    await _SEND(world.host.platform, REGISTRY)


async def states(world: World) -> list[tuple[object, object]]:
    rows = await world.rows("SELECT state, attempts FROM push_messages ORDER BY created_at, id")
    return [(row["state"], row["attempts"]) for row in rows]


async def devices(world: World) -> list[dict[str, Any]]:
    async with api_client(world.host.platform) as client:
        return (await client.get("/api/notices/devices")).json()["items"]


async def test_a_browser_shows_what_was_chosen_for_it_once_in_one_sentence() -> None:
    world, service = await opened()
    await told(world, CLAIM_PAID, 0)  # before the browser was added
    browser, _ = await added(world, "approval", "paid")
    async with api_client(world.host.platform) as client:
        key = (await client.get("/api/notices/devices")).json()["publicKey"]
    for number, topic in enumerate(
        (CLAIM_PAID, APPROVAL_WAITS, RUN_FAILED, EXPENSE_CREATED), start=1
    ):
        await told(world, topic, number)
    for _ in range(2):
        await sent(world)
    assert [browser.read(request.body or b"") for request in service.taken] == [
        {"id": "sub_1:claim.paid", "text": "An invoice is paid in full.", "path": "/claims/sub_1"},
        {"id": "sub_2:approval.waits", "text": f"{APPROVAL_WAITS.title}.", "path": "/approvals"},
    ]
    headers = service.taken[0].headers
    check_sender(headers, key, "https://push.example.com")
    assert (headers["content-encoding"], headers["ttl"], len(headers["topic"])) == (
        "aes128gcm",
        "86400",
        32,
    )
    assert headers["topic"] != service.taken[1].headers["topic"]
    assert len({(request.body or b"")[:16] for request in service.taken}) == 2
    assert await states(world) == [("sent", 1), ("sent", 1)]
    [device] = await devices(world)
    assert (device["name"], device["kinds"], device["lastError"]) == (
        "Phone",
        ["approval", "paid"],
        None,
    )
    assert device["lastSentAt"]


async def test_it_is_in_the_persons_language() -> None:
    world, service = await opened()
    browser, _ = await added(world, "paid")
    await world.rows("UPDATE users SET language = 'de' WHERE id = ?", USER)
    await told(world, CLAIM_PAID)
    await sent(world)
    [request] = service.taken
    assert browser.read(request.body or b"")["text"] == "Eine Rechnung ist vollständig bezahlt."


async def test_what_is_read_or_no_more_seen_is_not_shown() -> None:
    world, service = await opened()
    await added(world, "attention")
    await told(world, RUN_FAILED, 1)
    busy = PushService([HttpReply(503, "")])
    busy_platform = replace(world.host.platform, exchange=busy)
    world.host.pieces.clock.advance(timedelta(seconds=1))
    await _SEND(busy_platform, REGISTRY)
    async with api_client(world.host.platform) as client:
        await client.post("/api/notices/read", json={"ids": ["sub_1:run.failed"]})
    world.host.pieces.clock.advance(timedelta(minutes=5))
    await sent(world)
    assert (service.taken, await states(world)) == ([], [("withheld", 2)])


async def test_who_sees_their_own_alone_is_not_sent_what_is_of_a_run_of_another() -> None:
    world, service = await opened()
    await world.host.database.batch(_submitter("usr_bob"))
    await _device_of(world, "usr_bob")
    await _run(world, "run_anns", USER)
    await _run(world, "run_bobs", "usr_bob")
    for id_ in ("run_anns", "run_bobs"):
        world.host.pieces.clock.advance(timedelta(seconds=1))
        now = to_text(world.host.pieces.clock.now())
        topic = replace(RUN_FAILED, says="It failed.", to_owners=False)
        await world.host.database.batch(
            notify(ACCOUNT, topic, Subject(id_, id_), now, person="usr_bob")
        )
    await sent(world)
    assert await states(world) == [("withheld", 1), ("sent", 1)]
    assert len(service.taken) == 1


def _submitter(user_id: str) -> list[Statement]:
    insert = (
        "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Bob', '2026-01-01')"
    )
    return [statement(insert, [user_id, ACCOUNT]), *roles_given(user_id, "submitter")]


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_over_ends_with_what_waited_for_it(status: int) -> None:
    world, service = await opened(PushService([HttpReply(status, "")]))
    await added(world, "attention")
    await told(world, RUN_FAILED, 1)
    await told(world, RUN_FAILED, 2)
    await sent(world)
    await sent(world)
    assert len(service.taken) == 1
    assert (await states(world), await devices(world)) == ([], [])
    events = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'push_device.%' ORDER BY id"
    )
    assert [row["action"] for row in events] == ["push_device.added", "push_device.ended"]


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [(HttpReply(500, ""), 60), (HttpReply(429, "", {"retry-after": "900"}), 900), (None, 60)],
)
async def test_a_push_service_in_trouble_is_asked_again_later(
    answer: HttpReply | None, seconds: int
) -> None:
    class Silent(PushService):
        async def send(self, request: HttpRequest) -> HttpReply:
            if answer is None and not self.taken:
                self.taken.append(request)
                raise HttpFailed("no answer")
            return await super().send(request)

    world, service = await opened(Silent([answer] if answer else []))
    await added(world, "attention")
    await told(world, RUN_FAILED)
    await sent(world)
    assert await states(world) == [("pending", 1)]
    world.host.pieces.clock.advance(timedelta(seconds=seconds - 5))
    await sent(world)
    assert len(service.taken) == 1
    world.host.pieces.clock.advance(timedelta(seconds=10))
    await sent(world)
    assert (len(service.taken), await states(world)) == (2, [("sent", 2)])
    # The service puts the second in place of the first, if it had that all the same.
    assert service.taken[0].headers["topic"] == service.taken[1].headers["topic"]


async def test_what_is_refused_for_a_day_is_given_up_and_said() -> None:
    world, service = await opened(PushService([HttpReply(503, "")] * 100))
    await added(world, "attention")
    await told(world, RUN_FAILED)
    for _ in range(60):
        await sent(world)
        world.host.pieces.clock.advance(timedelta(minutes=30))
    assert 20 < len(service.taken) < 40
    [(state, _)] = await states(world)
    assert state == "given_up"
    [device] = await devices(world)
    assert device["lastError"] == "The push service did not take it for a day."


async def test_another_refusal_is_not_repeated() -> None:
    world, service = await opened(PushService([HttpReply(403, "")]))
    await added(world, "attention")
    await told(world, RUN_FAILED)
    await sent(world)
    world.host.pieces.clock.advance(timedelta(days=2))
    await sent(world)
    assert (len(service.taken), await states(world)) == (1, [("given_up", 1)])
    [device] = await devices(world)
    assert "refused the last message (403)" in device["lastError"]


async def test_a_worker_that_dies_while_it_sends_sends_again_and_two_ticks_send_once() -> None:
    class Dies(PushService):
        async def send(self, request: HttpRequest) -> HttpReply:
            await super().send(request)
            if len(self.taken) == 1:
                # another tick, meanwhile
                await _SEND(replace(world.host.platform, exchange=other), REGISTRY)
                raise KeyboardInterrupt
            return HttpReply(201, "")

    other = PushService()
    world, service = await opened(Dies())
    await added(world, "attention")
    await told(world, RUN_FAILED)
    with pytest.raises(KeyboardInterrupt):
        await sent(world)
    assert (other.taken, await states(world)) == ([], [("pending", 1)])
    world.host.pieces.clock.advance(timedelta(minutes=4))
    await sent(world)
    assert (len(service.taken), await states(world)) == (2, [("sent", 2)])


async def test_signing_out_everywhere_and_leaving_end_all_browsers_of_a_person() -> None:
    world, _ = await opened()
    await added(world, "paid")
    await told(world, CLAIM_PAID)
    await sent(world)
    async with api_client(world.host.platform) as client:
        (await client.delete("/api/sessions")).raise_for_status()
    assert (await devices(world), await states(world)) == ([], [])
    await world.host.database.batch(_submitter("usr_bob"))
    await _device_of(world, "usr_bob")
    removed = remove_person(
        Person(ACCOUNT, "usr_bob"), f"user:{USER}", world.host.pieces.clock.now()
    )
    await world.host.database.batch(removed)
    assert await world.rows("SELECT id FROM push_devices") == []


async def _device_of(world: World, user_id: str) -> None:
    """Move the first person's browser, as a token of the other one would make it."""
    await added(world, "approval", "attention", "paid", browser=Browser(f"{ENDPOINT}/{user_id}"))
    await world.rows(
        "UPDATE push_devices SET user_id = ? WHERE endpoint LIKE ?", user_id, f"%{user_id}"
    )


async def _run(world: World, run_id: str, person: str) -> None:
    """A run of a person's that failed."""
    await world.rows(
        """
        INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
          next_safe_action, person, created_at, updated_at)
        VALUES (?1, ?2, 'export', 1, ?1, 'requested', 'failed', 'none', ?3, ?4, ?4)
        """,
        *(run_id, ACCOUNT, person, to_text(world.host.pieces.clock.now())),
    )


async def test_a_browser_is_changed_moved_and_removed() -> None:
    world, service = await opened()
    browser, id_ = await added(world, "paid")
    platform = world.host.platform
    async with api_client(platform) as client, api_client(platform, OTHER_TOKEN) as other:
        await told(world, RUN_FAILED, 1)
        path = f"/api/notices/devices/{id_}"
        assert (await other.patch(path, json={"kinds": ["paid"]})).status_code == 404
        assert (await other.delete(path)).status_code == 404
        changed = await client.patch(path, json={"kinds": ["paid", "attention", "paid"]})
        assert changed.json()["kinds"] == ["attention", "paid"]
        await sent(world)
        assert service.taken == []  # nothing from before it was chosen
        assert (await client.patch(path, json={})).status_code == 422
        moved = (
            (await other.post("/api/notices/devices", json=browser.body("paid")))
            .raise_for_status()
            .json()
        )
        assert (await devices(world), moved["id"] != id_) == ([], True)
        assert (await client.delete(path)).status_code == 404
        assert (await other.delete(f"/api/notices/devices/{moved['id']}")).status_code == 204
        assert (await client.patch(path, json={"kinds": []})).status_code == 422


async def test_a_browser_gets_its_messages_where_its_push_service_has_it_now() -> None:
    world, service = await opened()
    _, id_ = await added(world, "attention")
    now = Browser(f"{ENDPOINT}/moved")
    body = {name: value for name, value in now.body().items() if name in {"endpoint", "keys"}}
    path = f"/api/notices/devices/{id_}"
    async with (
        api_client(world.host.platform) as client,
        api_client(world.host.platform, OTHER_TOKEN) as other,
    ):
        assert (await other.patch(path, json={"subscription": body})).status_code == 404
        refused = await client.patch(path, json={"subscription": {**body, "endpoint": "none"}})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "endpoint")
        moved = (await client.patch(path, json={"subscription": body})).raise_for_status().json()
        assert (moved["id"], moved["kinds"]) == (id_, ["attention"])
    await told(world, RUN_FAILED)
    await sent(world)
    [request] = service.taken
    assert request.url == f"{ENDPOINT}/moved"


async def test_an_address_that_may_not_be_asked_is_refused_and_never_asked() -> None:
    world, service = await opened()
    await added(world, "attention", browser=Browser("https://push.example.com/a"))
    strict = world.host.platform.settings.changed(OutgoingSettings())
    resolver = MemoryResolver({"push.example.com": ["10.0.0.1"]})
    world.host.platform = replace(world.host.platform, settings=strict, resolver=resolver)
    async with api_client(world.host.platform) as client:
        for endpoint in (
            "http://push.example.com/1",
            "https://127.0.0.1/1",
            "https://push.internal/1",
            "none",
        ):
            answer = await client.post("/api/notices/devices", json=Browser(endpoint).body("paid"))
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "endpoint"), (
                endpoint
            )
    await told(world, RUN_FAILED)
    await sent(world)
    assert (service.taken, await states(world)) == ([], [("given_up", 1)])


async def test_keys_that_are_none_are_refused_and_twenty_browsers_are_enough() -> None:
    world, _ = await opened()
    async with api_client(world.host.platform) as client:
        for keys in ({"p256dh": "A" * 87}, {"auth": "A" * 21}, {"auth": "*" * 22}):
            body = Browser(ENDPOINT).body("paid")
            answer = await client.post(
                "/api/notices/devices", json={**body, "keys": {**body["keys"], **keys}}
            )
            assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "keys"), keys
        answers = [await _add(client, number) for number in range(21)]
    assert [answer.status_code for answer in answers] == [201] * 20 + [409]


async def _add(client: httpx.AsyncClient, number: int) -> httpx.Response:
    return await client.post(
        "/api/notices/devices", json=Browser(f"{ENDPOINT}/{number}").body("paid")
    )


async def test_without_a_key_nothing_is_offered() -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        assert (await client.get("/api/notices/devices")).json() == {"items": [], "publicKey": None}
        answer = await client.post("/api/notices/devices", json=Browser(ENDPOINT).body("paid"))
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tillroll:problem:no-push-here")


async def test_what_was_sent_is_forgotten_after_a_week() -> None:
    world, _ = await opened()
    await added(world, "paid")
    await told(world, CLAIM_PAID)
    await sent(world)
    await sweep_notices(world.host.platform)
    assert len(await states(world)) == 1
    world.host.pieces.clock.advance(timedelta(days=8))
    await sweep_notices(world.host.platform)
    assert await states(world) == []


async def test_a_tick_looks_at_nothing_but_what_waits() -> None:
    world, _ = await opened()
    watched = WatchedDatabase(world.host.platform.database)
    world.host.platform = replace(world.host.platform, database=watched)
    [job] = [each for each in notification_jobs(REGISTRY) if each.name == JOB]

    async def is_due() -> bool:
        return await with_rows(watched, [job], to_text(world.host.pieces.clock.now())) == [job]

    await added(world, "paid")
    await told(world, RUN_FAILED)
    assert not await is_due()
    await told(world, CLAIM_PAID)
    assert await is_due()
    watched.trips.clear()
    await sent(world)
    assert not await is_due()
    assert await states(world) == [("sent", 1)]
    assert await watched.whole_tables() == []


async def test_what_is_told_again_is_shown_once() -> None:
    world, service = await opened()
    await added(world, "paid")
    await told(world, CLAIM_PAID)
    await sent(world)
    world.host.pieces.clock.advance(timedelta(days=8))
    await sweep_notices(world.host.platform)
    await told(world, CLAIM_PAID)
    await sent(world)
    assert (len(service.taken), await states(world)) == (1, [])
