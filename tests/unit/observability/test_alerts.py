"""Alerts: each cause told once, again while it lasts, and when it is over; whatever races or
fails.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from standardwebhooks import Webhook

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, SIGNING_KEY, WEBHOOK_SECRET
from tests.unit.observability.alerting import ALERTS, Operator
from tillroll.observability.alert_rounds import RETRY_AFTER_SECONDS as NOTICE_RETRIES
from tillroll.observability.alert_rules import Rule, causes_of
from tillroll.observability.events import Event
from tillroll.observability.settings import AlertSettings
from tillroll.workflows.registry import REGISTRY
from tillroll_durable._operations.instances import escalate
from tillroll_durable.ai.budgets import set_budget
from tillroll_durable.audit import BAD_SEAL
from tillroll_durable.errors import code_of
from tillroll_durable.jobs.scans import keep_position
from tillroll_durable.outbox import LEASE_SECONDS, RETRY_AFTER_SECONDS, event_id
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.runs import load_run
from tillroll_durable.webhooks.consumer import deliver
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


def failing(
    error: type[Exception] = RuntimeError, message: str = "it is broken"
) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error(message)

    return fail


async def failed_run(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    copy: int = 0,
    error: type[Exception] = RuntimeError,
    message: str = "it is broken",
) -> str:
    with monkeypatch.context() as patch:
        patch.setattr("tillroll.receipts.repository.expense_event", failing(error, message))
        run_id = await upload(world, copy)
        await world.settle()
    return run_id


async def retry(world: World, run_id: str) -> None:
    async with api_client(world.host.platform) as client:
        answer = await client.post(f"/api/runs/{run_id}/retry", json={"reason": "it is mended"})
    assert answer.status_code == httpx.codes.ACCEPTED


async def test_a_failed_run_is_told_once_again_and_when_it_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    run_id = await failed_run(world, monkeypatch)

    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["rule"], data["runId"]) == ("alert.opened", "run_escalated", run_id)
    assert data["sentence"].startswith("A receipt run failed at persist-db and needs a person: ")
    assert data["link"] == f"https://tillroll.test/runs/{run_id}"
    assert data["closedAt"] is None

    assert await operator.hears() == []
    world.host.pieces.clock.advance(timedelta(hours=24))
    assert await operator.hears() == [("alert.reminder", "run_escalated")]
    assert await operator.hears() == []

    await retry(world, run_id)
    assert await operator.hears() == [("alert.recovered", "run_escalated")]
    await world.settle()
    assert await operator.hears() == []


async def test_failures_of_one_cause_share_an_alert_that_ends_with_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    runs = [await failed_run(world, monkeypatch, number) for number in range(6)]
    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["rule"], data["count"], data["runId"]) == (
        "alert.opened",
        "run_escalated",
        6,
        runs[0],
    )
    subject = data["subject"]
    assert subject.startswith("receipt:persist-db:")
    assert not any(run_id in subject for run_id in runs)

    runs.append(await failed_run(world, monkeypatch, 6))
    assert await operator.hears() == [], "what joins an open alert is not told by itself"
    async with api_client(operator.platform) as client:
        [alert] = (await client.get("/api/alerts", params={"open": "true"})).json()["items"]
    assert (alert["subject"], alert["count"]) == (subject, 7)

    world.host.pieces.clock.advance(timedelta(hours=24))
    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["count"]) == ("alert.reminder", 7)

    for run_id in runs[:-1]:
        await retry(world, run_id)
    await world.settle()
    assert await operator.hears() == [], "one is left"
    await retry(world, runs[-1])
    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["count"]) == ("alert.recovered", 7)


async def test_failures_of_two_causes_have_two_alerts(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    first = await failed_run(world, monkeypatch, 0)
    await failed_run(world, monkeypatch, 1, KeyError)
    assert await operator.hears() == [("alert.opened", "run_escalated")] * 2
    await retry(world, first)
    assert await operator.hears() == [("alert.recovered", "run_escalated")]


async def test_a_spent_quota_and_an_unknown_model_are_two_causes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    quota = "8007: 4006: you have used up your daily free allocation of 10,000 neurons"
    for copy, message in enumerate((quota, "4006: the same again", "5007: No such model @cf/none")):
        await failed_run(world, monkeypatch, copy, NonRetryable, message)
    await operator.tick()
    sentences = sorted((str(data["sentence"]), data["count"]) for _, data in operator.told())
    assert [
        ("(code 4006)" in sentence, "(code 5007)" in sentence, count)
        for sentence, count in sentences
    ] == [
        (True, False, 2),
        (False, True, 1),
    ]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("4006: you have used up", "4006"),
        ("8007: 4006: you have used up", "4006"),
        ("9422: transformations", "9422"),
        ("the total is 1234: not so", None),
        ("12: too short", None),
        ("2026-03-01: a day", None),
        ("", None),
    ],
)
def test_a_code_is_what_a_message_begins_with(message: str, code: str | None) -> None:
    assert code_of(message) == code


@pytest.mark.parametrize(
    ("kind", "name"), [("erasure", "An erasure run"), ("receipt", "A receipt run")]
)
def test_a_sentence_names_a_kind_as_english_does(kind: str, name: str) -> None:
    event = Event(
        1,
        "run_1",
        "run_1:failed",
        "acc_1",
        "step.failed",
        "failure",
        "2026-03-01",
        {"step": "x"},
        kind,
        1,
    )
    [cause] = causes_of([event])
    assert cause.sentence.startswith(f"{name} failed at x")


def test_items_are_told_of_by_what_their_run_comes_to() -> None:
    def event(action: str, detail: JsonObject) -> Event:
        values = ("run_1", "run_1:key", "acc_1", action, "success", "2026-03-01")
        return Event(1, *values, detail, "load", 1)

    one: JsonObject = {"step": "push[c1]", "isItem": True, "failureClass": "external_refused"}
    in_doubt: JsonObject = {**one, "failureClass": "external_unknown", "escalated": True}
    result: JsonObject = {"to": "completed", "items": 9, "itemsFailed": 2}
    assert not [*causes_of([event("step.failed", one)])]
    [cause] = causes_of([event("step.failed", in_doubt)])
    assert (cause.rule, cause.subject) == (Rule.RUN_ESCALATED, "load:push:external_unknown:")
    [cause] = causes_of([event("step.completed", result)])
    assert (cause.rule, cause.subject) == (Rule.ITEMS_FAILED, "load")
    assert cause.sentence == "A load run has its result, but 2 of its 9 items failed."


async def test_a_run_that_fails_anew_for_another_reason_is_told_of_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    run_id = await failed_run(world, monkeypatch, 0)
    await failed_run(world, monkeypatch, 1)
    assert await operator.hears() == [("alert.opened", "run_escalated")]
    with monkeypatch.context() as patch:
        patch.setattr("tillroll.receipts.repository.expense_event", failing(KeyError))
        await retry(world, run_id)
        await world.settle()
    assert await operator.hears() == [("alert.opened", "run_escalated")]
    rows = await world.rows(
        "SELECT subject FROM alerts JOIN alert_records ON alert_id = id WHERE record = ?", run_id
    )
    assert [str(row["subject"]).endswith("KeyError") for row in rows] == [True]


async def test_a_webhook_is_signed_under_an_id_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await failed_run(world, monkeypatch)
    operator.receiver.answers = [500, None]
    for seconds in (0, *NOTICE_RETRIES[:2]):
        world.host.pieces.clock.advance(timedelta(seconds=seconds))
        await operator.tick()
    (first, body), *others = operator.receiver.received
    assert len(others) == 2
    assert {headers["webhook-id"] for headers, _ in others} == {first["webhook-id"]}
    assert {other for _, other in others} == {body}
    headers = {name: value for name, value in others[-1][0].items() if name.startswith("webhook-")}
    signed = Webhook(WEBHOOK_SECRET).sign(
        headers["webhook-id"], world.host.pieces.clock.now(), body
    )
    assert headers["webhook-signature"] == signed
    assert await operator.hears() == [("alert.opened", "run_escalated")] * 3, (
        "nothing more than was received"
    )


async def test_nobody_hears_of_the_end_before_the_beginning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    run_id = await failed_run(world, monkeypatch)
    operator.receiver.answers.append(503)
    await operator.tick()
    await retry(world, run_id)
    await operator.tick()
    assert [kind for kind, _ in operator.told()] == ["alert.opened"]
    world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await operator.hears() == [("alert.opened", "run_escalated")]
    assert await operator.hears() == [("alert.recovered", "run_escalated")]


async def test_a_notice_that_nobody_takes_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await failed_run(world, monkeypatch)
    operator.receiver.answers += [500] * 50
    for seconds in (0, *NOTICE_RETRIES, 10**5):
        world.host.pieces.clock.advance(timedelta(seconds=seconds))
        await operator.tick()
    rows = await world.rows("SELECT state, attempts FROM alert_notices WHERE what = 'opened'")
    assert rows == [{"state": "given_up", "attempts": len(NOTICE_RETRIES) + 1}]
    assert "alert.given_up" in caplog.text


async def test_racing_ticks_raise_and_tell_once(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    run_id = await failed_run(world, monkeypatch)
    for expected in ("alert.opened", "alert.reminder", "alert.recovered"):
        await asyncio.gather(*(operator.tick() for _ in range(5)))
        assert [kind for kind, _ in operator.told()] == [expected]
        world.host.pieces.clock.advance(timedelta(hours=24))
        if expected == "alert.reminder":
            await retry(world, run_id)
    assert len(await world.rows("SELECT id FROM alerts")) == 1


async def test_a_run_that_fails_again_is_told_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    run_id = await failed_run(world, monkeypatch)
    assert await operator.hears() == [("alert.opened", "run_escalated")]
    with monkeypatch.context() as patch:

        def fail(*_: object, **__: object) -> None:
            raise RuntimeError("it is broken")

        patch.setattr("tillroll.receipts.repository.expense_event", fail)
        await retry(world, run_id)
        assert await operator.hears() == [("alert.recovered", "run_escalated")]
        await world.settle()
    assert await operator.hears() == [("alert.opened", "run_escalated")]
    assert await world.rows("SELECT number FROM alerts ORDER BY number") == [
        {"number": 1},
        {"number": 2},
    ]


async def test_a_dead_letter_of_what_only_reads_waits_for_an_operator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)

    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("it is broken")

    monkeypatch.setattr("tillroll.receipts.transcription.transcribe", fail)
    await upload(world)
    await world.settle()
    assert await operator.hears() == [("alert.opened", "run_failed")]


async def test_an_overdue_review_is_told_until_it_is_decided() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    operator = Operator(world)
    await upload(world)
    await world.turn()
    assert await operator.hears() == []
    for _ in range(2):
        world.host.pieces.clock.advance(timedelta(hours=72))
        await world.turn()
    assert await operator.hears() == [("alert.opened", "review_overdue")]
    await world.settle(CORRECTION)
    assert await operator.hears() == [("alert.recovered", "review_overdue")]


async def test_a_delivery_that_is_given_up_is_told_until_it_is_resent() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    world.host.pieces.queue.is_down = True
    run_id = await upload(world)
    await world.turn()
    world.host.pieces.receiver.answers += [500] * (len(RETRY_AFTER_SECONDS) + 1)
    # the claim that was lost with the message
    world.host.pieces.clock.advance(timedelta(seconds=LEASE_SECONDS))
    for seconds in (*RETRY_AFTER_SECONDS, 0):
        await deliver(
            world.host.platform, REGISTRY.settlements, event_id(run_id, "expense.created")
        )
        world.host.pieces.clock.advance(timedelta(seconds=1.1 * seconds + 1))
    assert await operator.hears() == [("alert.opened", "delivery_given_up")]
    async with api_client(world.host.platform) as client:
        await client.post(f"/api/runs/{run_id}/resend", json={"reason": "the receiver is mended"})
    assert await operator.hears() == [("alert.recovered", "delivery_given_up")]


async def test_an_escalated_run_is_told() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    operator = Operator(world)
    loaded = await load_run(world.host.database, await upload(world))
    assert loaded
    now = to_text(world.host.pieces.clock.now())
    await escalate(
        world.host.platform, loaded[0], "resumed 3 times in vain; the engine says errored", now
    )
    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["rule"]) == ("alert.opened", "run_escalated")
    assert data["sentence"].endswith("resumed 3 times in vain; the engine says errored.")


async def test_a_high_error_rate_is_told_while_it_lasts() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    minute = to_text(world.host.pieces.clock.now())[:16]
    insert = "INSERT INTO run_endings (minute, ended, failed) VALUES (?, ?, ?)"
    await world.host.database.all(statement(insert, [minute, 9, 9]))
    assert await operator.hears() == [], "too few to say"
    await world.host.database.all(statement("UPDATE run_endings SET ended = 20, failed = 4"))
    await operator.tick()
    [(kind, data)] = operator.told()
    assert (kind, data["rule"], data["subject"]) == ("alert.opened", "error_rate", "deployment")
    assert data["sentence"] == "4 of 20 runs that ended within an hour failed."
    assert data["link"] is None
    world.host.pieces.clock.advance(timedelta(hours=2))
    assert await operator.hears() == [("alert.recovered", "error_rate")]


async def test_a_spent_budget_is_told_for_its_day() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await world.host.database.all(statement("INSERT INTO ai_budgets SELECT id, 0 FROM accounts"))
    await upload(world)
    await world.settle()
    assert await operator.hears() == [("alert.opened", "ai_budget")]
    assert await operator.hears() == []
    world.host.pieces.clock.advance(timedelta(days=1))
    assert ("alert.recovered", "ai_budget") in await operator.hears()


async def test_a_spent_budget_is_over_once_it_is_raised_enough() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await set_budget(world.host.platform, "acc_first", 0, "user:usr_first")
    await upload(world)
    await world.settle()
    assert await operator.hears() == [("alert.opened", "ai_budget")]
    await set_budget(world.host.platform, "acc_first", 1, "user:usr_first")
    assert await operator.hears() == [], "a millionth of a dollar is not enough for a call"
    await set_budget(world.host.platform, "acc_first", 1_000_000, "user:usr_first")
    assert await operator.hears() == [("alert.recovered", "ai_budget")]
    await set_budget(world.host.platform, "acc_first", 0, "user:usr_first")
    assert await operator.hears() == [("alert.opened", "ai_budget")]
    await set_budget(world.host.platform, "acc_first", None, "user:usr_first")
    assert await operator.hears() == [("alert.recovered", "ai_budget")], (
        "the deployment has no limit"
    )


async def test_events_that_are_not_sealed_are_told_where_there_is_a_key() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    operator = Operator(world)
    await upload(world)
    world.host.pieces.clock.advance(timedelta(minutes=11))
    assert await operator.hears() == [], "without a key nothing is sealed, and verification says so"
    operator.platform = replace(operator.platform, signer=HostSigner(SIGNING_KEY))
    assert await operator.hears() == [("alert.opened", "seal_missing")]
    await world.host.database.all(
        statement(
            "INSERT INTO audit_keys (id, public_key, created_at) "
            "VALUES ('k', 'p', '2026-03-01T09:11:00.000Z')"
        )
    )
    await world.host.database.all(
        statement(
            """
            INSERT INTO seals (number, from_id, to_id, count, ids, merkle_root, previous_hash,
                sealed_at, key_id, hash,
                               signature, leaves)
            SELECT 1, 1, max(id), count(*), '', '', '', '2026-03-01T09:11:00.000Z', 'k', 'h', 's',
                '' FROM audit_events
            """
        )
    )
    assert await operator.hears() == [("alert.recovered", "seal_missing")]
    async with api_client(operator.platform) as client:
        text = (await client.get("/api/metrics")).text
    assert "tillroll_seal_number 1\n" in text
    assert "tillroll_unsealed_events 0\n" in text


async def test_a_seal_that_does_not_verify_is_told_until_it_does() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    await keep_position(world.host.database, BAD_SEAL, "7:edited", "2026-03-01T09:11:00.000Z")
    assert await operator.hears() == [("alert.opened", "seal_failing")]
    assert await operator.hears() == []
    await keep_position(world.host.database, BAD_SEAL, "", "2026-03-01T09:12:00.000Z")
    assert await operator.hears() == [("alert.recovered", "seal_failing")]


async def test_an_alert_says_what_holds_now_and_a_notice_the_same_at_every_attempt() -> None:
    world = await open_receipts(Faults())
    operator = Operator(world)
    operator.receiver.answers += [500]
    for seal in (7, 8):
        await keep_position(
            world.host.database, BAD_SEAL, f"{seal}:edited", "2026-03-01T09:11:00.000Z"
        )
        await operator.tick()
        world.host.pieces.clock.advance(timedelta(minutes=2))
    first, again = operator.told()
    assert first == again
    assert first[1]["sentence"] == "Seal 7 of the audit does not verify: edited."
    [alert] = await world.rows("SELECT sentence FROM alerts WHERE closed_at IS NULL")
    assert alert["sentence"] == "Seal 8 of the audit does not verify: edited."


async def test_without_a_webhook_alerts_are_there_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await open_receipts(Faults())
    operator = Operator(world, AlertSettings())
    run_id = await failed_run(world, monkeypatch)
    await operator.tick()
    assert operator.told() == []
    assert await world.rows("SELECT id FROM alert_notices") == []
    async with api_client(operator.platform) as client:
        page = (await client.get("/api/alerts", params={"open": "true"})).json()
        await client.post(f"/api/runs/{run_id}/retry", json={"reason": "it is mended"})
        [alert] = page["items"]
        assert (alert["rule"], alert["runId"], alert["closedAt"]) == ("run_escalated", run_id, None)
        await operator.tick()
        assert (await client.get("/api/alerts", params={"open": "true"})).json()["items"] == []
        [closed] = (await client.get("/api/alerts")).json()["items"]
    assert closed["id"] == alert["id"]
    assert closed["closedAt"]


async def test_only_operators_see_alerts() -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get("/api/alerts")).status_code == httpx.codes.FORBIDDEN


async def test_an_old_failure_that_is_mended_raises_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """When counting begins on a deployment that has been there for long, its history is read
    too.
    """
    world = await open_receipts(Faults())
    await retry(world, await failed_run(world, monkeypatch))
    await world.settle()
    assert await Operator(world, ALERTS).hears() == []
