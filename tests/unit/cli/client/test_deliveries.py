"""Deliveries of events, looked after from a terminal."""

from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, page
from tillroll_command.endings import Code

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
