"""Webhook endpoints and their deliveries, looked after from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok, page

ENDPOINT: dict[str, Any] = {
    "id": "ep_1",
    "url": "https://example.com/hook",
    "topics": ["expense.*"],
    "status": "enabled",
    "disabledWhy": None,
    "failingSince": None,
    "lastDeliveredAt": "2026-05-03T04:00:00.000Z",
}
DELIVERY: dict[str, Any] = {
    "id": "dlv_1",
    "endpointId": "ep_1",
    "eventId": "evt_1",
    "topic": "expense.created",
    "state": "given_up",
    "attemptsMade": 1,
    "lastStatus": 500,
    "lastError": "the receiver answered 500",
    "createdAt": "2026-05-03T04:00:00.000Z",
    "attempts": [
        {
            "number": 1,
            "at": "2026-05-03T04:00:00.000Z",
            "durationMs": 12,
            "status": 500,
            "error": "the receiver answered 500",
            "answer": "out of\n\x1b[31mmemory",
        }
    ],
}


def test_endpoints_are_listed_with_how_they_are(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    failing: dict[str, Any] = {
        **ENDPOINT,
        "id": "ep_2",
        "topics": [],
        "failingSince": "2026-05-01",
        "lastDeliveredAt": None,
    }
    gone: dict[str, Any] = {**ENDPOINT, "id": "ep_3", "disabledWhy": "gone"}
    server.on("GET /api/endpoints", ok({"items": [ENDPOINT, failing, gone]}))
    assert server.run("endpoints", "list") == Code.DONE
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        ["ep_1", ENDPOINT["url"], "expense.*", "enabled", "2026-05-03T04:00"],
        ["ep_2", ENDPOINT["url"], "all", "failing", ""],
        ["ep_3", ENDPOINT["url"], "expense.*", "gone", "2026-05-03T04:00"],
    ]


def test_one_is_set_up_and_its_key_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/endpoints", httpx.Response(201, json={**ENDPOINT, "secret": "whsec_x"}))
    assert (
        server.run("endpoints", "create", ENDPOINT["url"], "--topics", "expense.*, run.failed")
        == Code.DONE
    )
    assert server.bodies() == [
        {"url": ENDPOINT["url"], "topics": ["expense.*", "run.failed"], "description": ""}
    ]
    assert "whsec_x" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "body"),
    [
        (["enable", "ep_1"], {"enabled": True}),
        (["disable", "ep_1"], {"enabled": False}),
        (["change", "ep_1", "--topics", ""], {"topics": []}),
        (["change", "ep_1", "--to", "https://a.example"], {"url": "https://a.example"}),
    ],
)
def test_one_is_changed(server: FakeServer, given: list[str], body: dict[str, Any]) -> None:
    server.on("PATCH /api/endpoints/ep_1", ok(ENDPOINT))
    assert server.run("endpoints", *given) == Code.DONE
    assert server.bodies() == [body]


def test_a_change_of_nothing_is_refused(server: FakeServer) -> None:
    assert server.run("endpoints", "change", "ep_1") == Code.USAGE
    assert server.asked == []


def test_a_key_is_replaced(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    answer = {"secret": "whsec_new", "previousUntil": "2026-05-04T04:00:00.000Z"}
    server.on("POST /api/endpoints/ep_1/rotate-secret", ok(answer))
    assert server.run("endpoints", "rotate", "ep_1", "--hours", "0") == Code.DONE
    assert server.bodies() == [{"overlapHours": 0}]
    assert "whsec_new" in capsys.readouterr().out


def test_past_events_are_replayed_listed_and_stopped(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    replay: dict[str, Any] = {
        "id": "rpl_1",
        "endpointId": "ep_1",
        "since": None,
        "topics": [],
        "state": "running",
        "queued": 7,
        "createdAt": "2026-05-04T04:00:00.000Z",
        "finishedAt": None,
    }
    server.on("POST /api/endpoints/ep_1/replays", ok(replay))
    server.on("GET /api/endpoints/ep_1/replays", ok({"items": [replay]}))
    server.on("DELETE /api/endpoints/ep_1/replays/rpl_1", httpx.Response(204))
    options = ("--since", "2026-05-01", "--topics", "expense.*, run.failed")
    assert server.run("endpoints", "replay", "ep_1", *options) == Code.DONE
    body = {"topics": ["expense.*", "run.failed"], "since": "2026-05-01T00:00:00+00:00"}
    assert server.bodies() == [body]
    assert "tillroll endpoints replays ep_1" in capsys.readouterr().out
    assert server.run("endpoints", "replays", "ep_1") == Code.DONE
    assert "rpl_1\trunning\t7\tall\tthe first event\t2026-05-04T04:00" in capsys.readouterr().out
    assert server.run("endpoints", "stop-replay", "ep_1", "rpl_1") == Code.DONE
    assert "rpl_1 is stopped." in capsys.readouterr().out


def test_a_test_that_fails_ends_so(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/endpoints/ep_1/test", ok({**DELIVERY, "state": "delivered"}), ok(DELIVERY))
    assert server.run("endpoints", "test", "ep_1") == Code.DONE
    assert server.run("endpoints", "test", "ep_1") == Code.FAILED
    said = capsys.readouterr()
    assert "500" in said.out
    assert "the receiver answered 500" in said.err


def test_deliveries_are_chosen_and_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/deliveries", page(DELIVERY, cursor="further"))
    server.on("GET /api/deliveries/dlv_1", ok(DELIVERY))
    asked = [
        "--endpoint",
        "ep_1",
        "--only",
        "given_up",
        "--topic",
        "expense.created",
        "--limit",
        "1",
    ]
    assert server.run("deliveries", "list", *asked) == Code.DONE
    query = dict(server.asked[0].url.params)
    assert query == {
        "endpoint": "ep_1",
        "state": "given_up",
        "topic": "expense.created",
        "limit": "1",
    }
    assert "--cursor further" in capsys.readouterr().err
    assert server.run("deliveries", "show", "dlv_1") == Code.DONE
    said = capsys.readouterr().out
    assert "out of" in said
    assert "\x1b" not in said


def test_an_event_is_shown_whole(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/events/evt_1", ok({"id": "evt_1", "body": {"type": "expense.created"}}))
    assert server.run("deliveries", "event", "evt_1") == Code.DONE
    assert '"expense.created"' in capsys.readouterr().out


def test_one_is_sent_again(server: FakeServer) -> None:
    server.on("POST /api/deliveries/dlv_1/redeliver", httpx.Response(202, json=DELIVERY))
    assert server.run("deliveries", "redeliver", "dlv_1") == Code.DONE
    assert server.run("deliveries", "redeliver", "dlv_1", "--topic", "x") == Code.USAGE
    assert len(server.asked) == 1


def test_all_that_are_chosen_are_sent_again_to_the_last(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = [ok({"redelivered": 100, "more": True}), ok({"redelivered": 3, "more": False})]
    server.on("POST /api/deliveries/redeliver", *answers)
    assert (
        server.run("deliveries", "redeliver", "--endpoint", "ep_1", "--since", "2026-05-01")
        == Code.DONE
    )
    body = {
        "states": ["given_up", "cancelled"],
        "endpointId": "ep_1",
        "since": "2026-05-01T00:00:00",
    }
    assert server.bodies() == [body, body]
    assert "103 are sent again" in capsys.readouterr().out


def test_what_was_delivered_is_not_sent_without_end(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/deliveries/redeliver", ok({"redelivered": 100, "more": True}))
    assert server.run("deliveries", "redeliver", "--states", "delivered") == Code.DONE
    assert len(server.asked) == 1
    assert "There are more" in capsys.readouterr().err
