"""Runs of any kind, begun and followed from a terminal."""

import json
from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok, problem
from tillroll_command.endings import Code
from tillroll_command.standings import BESIDE

PARAMS = {"properties": {"receiptId": {"type": "string"}}}
KINDS = [
    {"kind": "export", "version": 2, "trigger": None, "begunBy": "POST /api/exports"},
    {
        "kind": "nightly",
        "version": 1,
        "trigger": None,
        "begunBy": None,
        "schedule": {"permission": "operate"},
    },
    {
        "kind": "receipt",
        "version": 1,
        "trigger": {"who": ["owner", "submitter"], "params": PARAMS},
        "begunBy": None,
    },
]


def test_the_kinds_are_listed_with_who_may(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/workflows", ok({"items": KINDS}))
    assert server.run("workflows") == Code.DONE
    said = capsys.readouterr().out
    assert "nobody: POST /api/exports" in said
    assert "nobody: a schedule begins it" in said
    assert "owner, submitter" in said
    assert "receiptId" in said


def test_a_run_is_triggered_once_by_its_key(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = httpx.Response(202, json={"id": "run_1", "status": "started"})
    server.on("POST /api/workflows/receipt/trigger", begun)
    assert (
        server.run("trigger", "receipt", '{"receiptId": "rec_1"}', "--key", "monday") == Code.DONE
    )
    assert server.bodies() == [{"receiptId": "rec_1"}]
    assert server.asked[0].headers["idempotency-key"] == "monday"
    assert "tillroll status receipt run_1" in capsys.readouterr().out


@pytest.mark.parametrize("params", ["[]", "{", "3", '{"a": NaN}', '{"a": "\\ud800"}'])
def test_params_that_are_no_object_are_not_sent(server: FakeServer, params: str) -> None:
    assert server.run("trigger", "receipt", params) == Code.USAGE
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("completed", Code.DONE),
        ("running", Code.DONE),
        ("waiting", Code.WAITS),
        ("paused", Code.NEEDS_PERSON),
        ("failed", Code.FAILED),
    ],
)
def test_the_exit_code_says_where_it_stands(
    server: FakeServer, status: str, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    error = {"errorClass": "Broken", "summary": "no answer"} if status == "failed" else None
    found: dict[str, Any] = {"id": "run_1", "status": status, "output": None, "error": error}
    run: dict[str, Any] = {
        "whatHappened": "",
        "mustNotRepeat": [],
        "nextSafeAction": "none",
        "paused": False,
    }
    server.on("GET /api/workflows/receipt/status/run_1", ok(found))
    server.on("GET /api/runs/run_1", ok({**run, "id": "run_1", "status": "processing"}))
    assert server.run("status", "receipt", "run_1") == code
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith(f"run_1: {status}")
    assert said[0].endswith("no answer" if error else "")
    assert server.run("status", "receipt", "run_1", "--json") == code
    beside: dict[str, Any] = {
        **dict.fromkeys(BESIDE),
        "nextSafeAction": "none",
        "mustNotRepeat": [],
    }
    assert json.loads(capsys.readouterr().out) == {**found, **beside}


SIGNAL = "POST /api/runs/run_1/signals/confirm"


def test_a_signal_is_sent_once_by_its_key(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sent again, in whatever spelling, it is the same; another is not, and a key of one's own goes
    before.
    """
    sent = {"runId": "run_1", "signal": "confirm", "key": "one"}
    server.on(SIGNAL, httpx.Response(202, json=sent))
    for payload in ('{"by": "Ann", "n": 1}', '{"n":1,"by":"Ann"}', '{"by": "Bob"}'):
        assert server.run("signal", "run_1", "confirm", payload) == Code.DONE
    assert server.run("signal", "run_1", "confirm", "--key", "one") == Code.DONE
    first, again, other, own = server.bodies()
    assert (first, first["payload"]) == (again, {"by": "Ann", "n": 1})
    assert first["key"] != other["key"]
    assert own == {"key": "one", "payload": {}}
    said = capsys.readouterr().out
    assert "run_1: the signal confirm is sent, under the key one.\n" in said
    assert "`tillroll run run_1 --follow`" in said


@pytest.mark.parametrize(
    "name",
    ["../cancel", "../../../bulk-operations", "a/../../b", "%2e%2e/cancel", "a#b", "a\nb", "."],
)
def test_what_is_given_leads_nowhere_else(
    server: FakeServer, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert server.run("signal", "run_1", name) == Code.USAGE
    assert server.asked == []
    assert "an id or a name" in capsys.readouterr().err


def test_a_signal_that_is_refused_says_why(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    detail = "Bank version 1 has no signal 'confrim'; it has confirm."
    server.on("POST /api/runs/run_1/signals/confrim", problem("not-possible", 409, detail=detail))
    assert server.run("signal", "run_1", "confrim", "{}") == Code.REFUSED
    assert detail in capsys.readouterr().err
    assert server.run("signal", "run_1", "confirm", "Ann") == Code.USAGE
    said = capsys.readouterr().err
    assert said.startswith("The payload: no JSON")
    assert len(server.asked) == 1


def test_a_step_shows_its_attempts(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    attempt = {
        "generation": 1,
        "attempt": 1,
        "startedAt": "2026-03-01T09:00:00Z",
        "error": {"summary": "no answer"},
    }
    found = {
        "name": "pay",
        "outcome": "retrying",
        "input": [{"amount": 1}],
        "output": None,
        "attempts": [attempt],
    }
    server.on("GET /api/runs/run_1/steps/pay", ok(found))
    assert server.run("step", "run_1", "pay") == Code.DONE
    said = capsys.readouterr().out
    assert said.startswith('pay: retrying\ninput: [{"amount": 1}]\n')
    assert "no answer" in said


def test_a_query_is_answered_in_json(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    found = {"runId": "run_1", "name": "progress", "result": {"pages": 2}}
    server.on("GET /api/runs/run_1/queries/progress", ok(found))
    assert server.run("query", "run_1", "progress") == Code.DONE
    assert json.loads(capsys.readouterr().out) == {"pages": 2}
    assert server.run("query", "run_1", "progress", "--json") == Code.DONE
    assert json.loads(capsys.readouterr().out) == found


def test_runs_are_found_by_what_they_have(server: FakeServer) -> None:
    server.on("GET /api/runs", ok({"items": [], "nextCursor": None}))
    assert (
        server.run(
            "runs", "--kind", "leg", "--failure-class", "read_failed", "--from", "2026-03-01"
        )
        == Code.DONE
    )
    asked = dict(server.asked[0].url.params)
    assert asked == {
        "kind": "leg",
        "failureClass": "read_failed",
        "from": "2026-03-01",
        "limit": "20",
    }
