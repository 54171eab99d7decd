"""An event is stored before it is answered, does what its source names, once, and what cannot be
mapped is kept.
"""

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.simulation.opening import open_world
from tests.simulation.receipts import open_receipts, upload
from tests.simulation.verbs.journey import JOURNEY, TABLES, JourneyParams
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, assemble, migrated_database
from tests.support.inbound import INBOUND, SECRET, START, TRIGGERED, ask, event, post, source
from tillroll.inbound.events import MOST_ATTEMPTS, PACE_EVENTS, PACE_WINDOW
from tillroll.inbound.jobs import sweep, work_off
from tillroll.inbound.models import InboundEvent
from tillroll.inbound.native import MOST_BYTES
from tillroll.inbound.rules import Inbound, Unmapped
from tillroll_durable import Actor, begin
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

CONFIRM: Any = {
    "signal": {
        "kind": "journey",
        "name": "confirm",
        "subject": {"pointer": "/run"},
        "payload": {"by": {"pointer": "/by"}},
    }
}


async def opened() -> World:
    return await open_world(Faults(), Deployed(TRIGGERED), tables=TABLES)


async def stored(world: World) -> list[Any]:
    return await world.rows("SELECT * FROM inbound_events ORDER BY rowid")


async def work(world: World, inbound: Inbound = INBOUND) -> list[Any]:
    """What the consumer of the queue does with the nudges that are there; then the events."""
    messages = world.host.pieces.queue.messages
    while messages:
        await work_off(world.host.platform, inbound, str(messages.pop(0)["inboundEventId"]))
    return await stored(world)


async def test_an_event_starts_its_kind_once_and_the_same_again_is_answered_the_same() -> None:
    world = await opened()
    platform = world.host.platform
    path = (await source(platform))["path"]
    answers = [await post(platform, path, event()) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0].status == 202
    (row,) = await work(world)
    (run,) = await world.rows("SELECT id, params, account_id FROM runs")
    assert (row["state"], row["run_id"], row["effect"]) == ("started", run["id"], None)
    assert (run["account_id"], run["params"]) == (ACCOUNT, '{"left":0,"way":"leg"}')
    (begun,) = await world.rows("SELECT actor FROM audit_events WHERE action = 'run.created'")
    assert begun["actor"] == f"event:{row['id']}"
    assert answers[0] == await post(platform, path, event())
    await work(world)
    assert len(await world.rows("SELECT id FROM runs")) == 1


async def test_another_body_under_the_same_id_is_told_apart() -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    await post(world.host.platform, path, event())
    answer = await post(world.host.platform, path, event(way="chain"))
    assert (answer.status, answer.body["type"]) == (409, "urn:tillroll:problem:event-conflict")
    (row,) = await work(world)
    assert (row["conflicts"], row["state"]) == (1, "started")
    (run,) = await world.rows("SELECT params FROM runs")
    assert '"leg"' in str(run["params"]), "the first one stands"


async def test_what_is_not_signed_so_leaves_a_count_and_nothing_else() -> None:
    world = await opened()
    platform = world.host.platform
    made = await source(platform)
    wrong = await post(platform, made["path"], event(), secret="another secret, as long")
    bare = await post(platform, made["path"], event(), {})
    assert (wrong.status, wrong.body["reason"]) == (401, "signature_wrong")
    assert (bare.status, bare.body["reason"]) == (400, "signature_missing")
    assert await stored(world) == []
    shown = await ask(platform, "GET", f"/api/inbound-sources/{made['id']}")
    assert (shown["refused"]["count"], shown["refused"]["why"]) == (2, "signature_missing")


async def test_an_address_that_is_nobodys_is_answered_the_same_whatever_comes() -> None:
    world = await opened()
    platform = world.host.platform
    ended = await source(platform)
    await ask(platform, "DELETE", f"/api/inbound-sources/{ended['id']}")
    assert await world.rows("SELECT id FROM inbound_secrets") == []
    known = ended["id"]
    paths = [
        ended["path"],
        "/api/inbound/src_0",
        f"/api/inbound/{known.lower()}",
        "/api/inbound/%00' OR 1=1",
    ]
    bodies = [event(), b"", b"x" * (MOST_BYTES + 1)]
    answers = [await post(platform, path, body) for path in paths for body in bodies]
    assert answers == [answers[0]] * len(answers)
    assert answers[0].status == 404


async def test_a_body_is_bounded_and_as_large_as_may_be_is_kept_whole() -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    assert (await post(world.host.platform, path, b"x" * (MOST_BYTES + 1))).status == 413
    frame = len(event(more=""))
    assert (
        await post(world.host.platform, path, event(more="x" * (MOST_BYTES - frame)))
    ).status == 202
    assert (await post(world.host.platform, path, b"")).status == 202
    assert (await post(world.host.platform, path, b"\xff\x00\xfe")).status == 202
    rows = await work(world)
    assert [row["state"] for row in rows] == ["started", "unmapped", "unmapped"]
    assert rows[2]["why"] == "the body is no text in UTF-8"


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"id":1,"type":"go","way":"\\ud800"}',
        b'{"way":NaN}',
        b"not json",
        b"payload=%7B%7D",
    ],
)
async def test_a_body_that_nobody_can_read_is_kept_and_says_why(body: bytes) -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    assert (await post(world.host.platform, path, body)).status == 202
    (row,) = await work(world)
    assert row["state"] == "unmapped"
    assert "the body" in str(row["why"])
    shown = await ask(world.host.platform, "GET", f"/api/inbound-events/{row['id']}")
    assert shown["body"] == body.decode()


async def test_what_cannot_be_mapped_is_shown_and_replayed_once_the_mapping_is_mended() -> None:
    world = await opened()
    platform = world.host.platform
    made = await source(platform)
    for number in range(3):
        await post(platform, made["path"], event(f"evt_{number}", type="stop"))
    rows = await work(world)
    assert {row["state"] for row in rows} == {"unmapped"}
    (shown, *_) = (await ask(platform, "GET", "/api/inbound-events?state=unmapped"))["items"]
    assert "no rule of the source fits it" in shown["why"]
    assert (await ask(platform, "GET", f"/api/inbound-sources/{made['id']}"))["unmapped"] == 3
    body = {"name": "Acme", "mapping": {"rules": [START | {"when": {"/type": "stop"}}]}}
    await ask(platform, "PUT", f"/api/inbound-sources/{made['id']}", body)
    assert (await ask(platform, "POST", f"/api/inbound-events/{shown['id']}/replay"))[
        "state"
    ] == "stored"
    again = await ask(platform, "POST", f"/api/inbound-sources/{made['id']}/replay")
    assert again == {"replayed": 2, "left": 0}
    assert {row["state"] for row in await work(world)} == {"started"}
    assert len(await world.rows("SELECT id FROM runs")) == 3
    async with api_client(platform, registry=INBOUND.registry) as client:
        refused = await client.post(f"/api/inbound-events/{shown['id']}/replay")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:not-replayable",
    )


async def test_params_that_the_kind_refuses_leave_the_event_unmapped() -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    await post(world.host.platform, path, event(way="Ann Smith, 12 High Street"))
    (row,) = await work(world)
    assert (row["state"], row["run_id"]) == ("unmapped", None)
    assert str(row["why"]).startswith("way: There are whole, leg")
    assert "Ann" not in str(row["why"])


async def test_an_event_names_a_receipt_of_its_own_account_and_no_other() -> None:
    world = await open_receipts(Faults())
    platform, rule = (
        world.host.platform,
        {"start": {"kind": "receipt", "params": {"receiptId": {"pointer": "/r"}}}},
    )
    uploaded = await upload(world)
    (receipt,) = await world.rows("SELECT id FROM receipts")
    mine = (await source(platform, cast("Any", rule)))["path"]
    theirs = (await source(platform, cast("Any", rule), token=OTHER_TOKEN))["path"]
    for path in (mine, theirs):
        await post(platform, path, event(r=str(receipt["id"])))
    world.host.pieces.queue.messages[:] = [
        each for each in world.host.pieces.queue.messages if len(each) == 1
    ]
    first, second = await work(world)
    assert (first["state"], first["run_id"]) == ("started", uploaded), "the run that there is"
    assert second["state"] == "unmapped"
    assert "no receipt with this id in your account" in str(second["why"])
    assert len(await world.rows("SELECT id FROM runs")) == 1


async def test_a_signal_goes_to_the_live_run_that_is_about_what_the_event_names() -> None:
    world = await opened()
    platform = world.host.platform
    path = (await source(platform, CONFIRM))["path"]
    await post(platform, path, event(run="run_none", by="Ann"))
    (row,) = await work(world)
    assert row["state"] == "stored", "it may come before the run that waits for it"
    assert "no run of the kind journey that is live" in str(row["why"])

    def named(_: object) -> str:
        return "user:42"

    about = replace(JOURNEY, subject=named)
    run = await begin(platform, about, JourneyParams(), Actor(ACCOUNT, "user:usr_first"), key="one")
    await post(platform, path, event("evt_2", run="user:42", by="Ann"))
    await post(platform, path, event("evt_3", run="user:42"))
    _, second, third = await work(world)
    assert (second["state"], second["run_id"]) == ("signalled", run.id)
    assert (third["state"], third["why"]) == (
        "unmapped",
        "payload.by: nothing stands at /by of the event",
    )
    (signal,) = await world.rows("SELECT key, payload, actor FROM signals")
    assert signal == {
        "key": second["id"],
        "payload": '{"by":"Ann"}',
        "actor": f"event:{second['id']}",
    }


async def test_a_run_that_never_comes_leaves_the_event_unmapped_in_the_end() -> None:
    world = await opened()
    path = (await source(world.host.platform, CONFIRM))["path"]
    await post(world.host.platform, path, event(run="user:42", by="Ann"))
    for _ in range(MOST_ATTEMPTS):
        await sweep_later(world)
    (row,) = await stored(world)
    assert (row["state"], row["attempts"]) == ("unmapped", MOST_ATTEMPTS)


async def sweep_later(
    world: World, inbound: Inbound = INBOUND, by: timedelta = timedelta(hours=2)
) -> None:
    world.host.pieces.clock.advance(by)
    await sweep(world.host.platform, inbound)


async def test_a_part_of_the_deployment_takes_events_by_its_name() -> None:
    taken: list[InboundEvent] = []

    async def bounces(_: Platform, said: InboundEvent) -> None:
        taken.append(said)
        if said.event_id == "evt_2":
            raise Unmapped("there is no such message")
        if said.event_id == "evt_3":
            raise RuntimeError("Ann Smith")

    inbound = Inbound(INBOUND.registry, {"mail-bounces": bounces})
    world = await opened()
    made = await source(world.host.platform, {"consumer": "mail-bounces"}, inbound=inbound)
    for number in (1, 2, 3):
        await post(world.host.platform, made["path"], event(f"evt_{number}", data={"to": "a@b"}))
    rows = await work(world, inbound)
    assert [row["state"] for row in rows] == ["consumed", "unmapped", "stored"]
    assert (rows[2]["why"], rows[1]["why"]) == (
        "an error of ours, RuntimeError, which the log has",
        "there is no such message",
    )
    assert isinstance(taken[0].body, dict)
    assert taken[0].body["data"] == {"to": "a@b"}
    shown = await ask(world.host.platform, "GET", "/api/inbound-sources", inbound=inbound)
    assert shown["consumers"] == ["mail-bounces"]
    for _ in range(MOST_ATTEMPTS):
        await sweep_later(world, inbound)
    assert (await stored(world))[2]["state"] == "failed"


async def test_two_secrets_hold_while_one_is_replaced() -> None:
    world = await opened()
    platform = world.host.platform
    made = await source(platform)
    assert made["secret"] is None, "what was given is not told again"
    rotated = await ask(platform, "POST", f"{sources(made)}/secrets", {"overlapHours": 24})
    new = rotated["secret"]
    assert [each["endsAt"] is None for each in rotated["secrets"]] == [True, False]

    async def statuses(*secrets: str) -> list[int]:
        return [
            (await post(platform, made["path"], event(), secret=secret)).status
            for secret in secrets
        ]

    assert await statuses(SECRET, new) == [202, 202]
    newest = (await ask(platform, "POST", f"{sources(made)}/secrets", {}))["secret"]
    assert await statuses(SECRET, new, newest) == [401, 202, 202], "at most two hold"
    world.host.pieces.clock.advance(timedelta(hours=24, seconds=1))
    assert await statuses(new, newest) == [401, 202]
    kept = str(await world.rows("SELECT * FROM inbound_secrets")) + str(
        await world.rows("SELECT * FROM audit_events")
    )
    assert not any(secret in kept for secret in (SECRET, new, newest))


def sources(made: Any) -> str:
    return f"/api/inbound-sources/{made['id']}"


async def test_a_source_is_its_accounts_and_what_it_cannot_be_is_refused_with_the_remedy() -> None:
    world = await opened()
    platform = world.host.platform
    made = await source(platform)
    async with api_client(platform, OTHER_TOKEN, registry=INBOUND.registry) as other:
        assert (await other.get(sources(made))).status_code == 404
        assert (await other.post(f"{sources(made)}/replay")).status_code == 404
        assert (await other.delete(sources(made))).status_code == 404
        assert (await other.post(f"{sources(made)}/secrets", json={})).status_code == 404
        assert (await other.get("/api/inbound-events")).json()["items"] == []
    assert (await post(platform, made["path"], event())).status == 202
    async with api_client(platform, registry=INBOUND.registry) as client:
        bodies: list[Any] = [
            {"name": "A", "scheme": {"name": "stripe"}, "mapping": {"rules": [START]}},
            {
                "name": "A",
                "scheme": {"name": "github"},
                "mapping": {"rules": [{"start": {"kind": "export"}}]},
            },
        ]
        for body, field in zip(bodies, ("secret", "mapping.rules.0.start.kind"), strict=True):
            refused = await client.post("/api/inbound-sources", json=body)
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_without_a_key_no_source_can_be_made_and_the_answer_says_so() -> None:
    world = await opened()
    platform = replace(
        world.host.platform, settings=world.host.platform.settings.changed(EncryptionSettings({}))
    )
    async with api_client(platform, registry=INBOUND.registry) as client:
        body = {"name": "A", "scheme": {"name": "github"}, "mapping": {"rules": [START]}}
        refused = await client.post("/api/inbound-sources", json=body)
    assert (refused.status_code, refused.json()["type"]) == (
        503,
        "urn:tillroll:problem:misconfigured",
    )
    assert "ENCRYPTION_KEYS" in refused.json()["detail"]


async def test_a_burst_is_worked_off_at_a_pace_and_nothing_of_it_is_lost() -> None:
    world = await opened()
    platform, clock = world.host.platform, world.host.pieces.clock
    path = (await source(platform))["path"]
    burst = PACE_EVENTS + 50
    for number in range(burst):
        assert (await post(platform, path, event(f"evt_{number}"))).status == 202
        clock.advance(timedelta(milliseconds=1))
    await work(world)
    assert len(await world.rows("SELECT id FROM runs")) == PACE_EVENTS
    late = await world.rows(
        "SELECT next_attempt_at FROM inbound_events WHERE state = 'stored' ORDER BY received_at"
    )
    turns = [str(row["next_attempt_at"]) for row in late]
    assert (len(turns), turns) == (50, sorted(turns)), "each in its turn"
    for _ in range(3):
        clock.advance(PACE_WINDOW)
        await sweep(platform, INBOUND)
        await work(world)
    assert len(await world.rows("SELECT id FROM runs")) == burst


async def test_the_sweep_finds_an_event_without_a_nudge_and_a_poisoned_one_stops_nobody() -> None:
    world = await opened()
    path = (await source(world.host.platform))["path"]
    world.host.pieces.queue.is_down = True
    assert (await post(world.host.platform, path, event("evt_1"))).status == 202
    assert (await post(world.host.platform, path, event("evt_2"))).status == 202
    await world.host.database.batch([poison()])
    await sweep_later(world)
    first, second = await stored(world)
    assert (first["state"], second["state"]) == ("stored", "started")
    assert await sweep(world.host.platform, INBOUND) == 0, "the poisoned one has its own time"


def poison() -> Any:
    return statement("UPDATE inbound_events SET effect = '[]' WHERE event_id = 'evt_1'")


async def test_no_log_line_has_anything_of_an_event(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host = assemble(await migrated_database(), {})
    path = (await source(host.platform))["path"]
    await post(host.platform, path, event("evt_PRIVATE", way="PRIVATE"))
    await post(host.platform, path, event("evt_PRIVATE", way="PRIVATE too"))
    await post(host.platform, path, b"PRIVATE", {"x-signature": "PRIVATE"})
    for message in host.pieces.queue.messages:
        await work_off(host.platform, INBOUND, str(message["inboundEventId"]))
    told = "\n".join(record.getMessage() for record in caplog.records if record.name == "tillroll")
    assert "inbound.settled" in told
    assert not any(word in told for word in ("PRIVATE", SECRET, path))
