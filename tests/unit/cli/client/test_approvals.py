"""Approval from a terminal."""

from typing import Any

import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

CHAIN: dict[str, Any] = {
    "rule": "From 500",
    "steps": [{}, {}],
    "current": 0,
    "waitsFor": ["Ben"],
    "isMine": True,
    "forPerson": "Ann",
    "fell": False,
}
OUTCOME: dict[str, Any] = {
    "id": "exp_1",
    "outcome": "done",
    "status": "ready",
    "reason": None,
    "chain": CHAIN,
}
EXPENSE: dict[str, Any] = {
    "id": "exp_1",
    "version": 3,
    "merchant": "TEO HENG",
    "total": "12.00",
    "currency": "EUR",
    "person": {"id": "usr_sue", "name": "Sue"},
}


def test_the_queue_is_listed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    queued = {"expense": EXPENSE, "approval": OUTCOME, "waitsSince": "2026-05-02T00:00:00.000Z"}
    server.on("GET /api/approvals/queue", ok({"items": [queued], "count": 1}))
    assert server.run("approvals", "list") == Code.DONE
    assert "step 1 of 2, for Ann" in capsys.readouterr().out


def test_a_step_is_approved_and_says_whom_it_waits_for_then(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/expenses/approve", ok({"items": [OUTCOME]}))
    assert server.run("approvals", "approve", "exp_1@3") == Code.DONE
    assert server.bodies() == [{"ids": ["exp_1"], "versions": [3]}]
    assert "exp_1: done, waits for Ben" in capsys.readouterr().out
    refused = {**OUTCOME, "outcome": "refused", "reason": "It waits for Ben."}
    server.on("POST /api/expenses/approve", ok({"items": [refused]}))
    assert server.run("approvals", "approve", "exp_1@3") != Code.DONE
    with pytest.raises(SystemExit) as ended:
        server.run("approvals", "approve", "exp_1")
    assert ended.value.code == Code.USAGE


def test_who_waits_for_whom(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    waiting: dict[str, Any] = {
        "person": "usr_ben",
        "role": None,
        "name": "Ben",
        "substitutes": ["Cy"],
        "count": 2,
        "expenses": ["exp_1", "exp_2"],
        "since": "2026-05-02T00:00:00.000Z",
        "people": ["Sue"],
        "total": "612.90",
        "currency": "EUR",
        "unconverted": 0,
        "reminded": None,
        "isStuck": False,
    }
    server.on("GET /api/approvals/waiting", ok({"items": [waiting]}))
    assert server.run("approvals", "waiting") == Code.DONE
    said = capsys.readouterr().out
    assert "Ben (Cy too)" in said
    assert "612.90 EUR" in said
    server.on("POST /api/approvals/reassign", ok({"items": [OUTCOME]}))
    assert server.run("approvals", "reassign", "--from", "usr_ben", "--to", "usr_cy") == Code.DONE
    assert server.bodies() == [{"ids": ["exp_1", "exp_2"], "to": "usr_cy"}]
    assert server.run("approvals", "reassign", "--from", "usr_sue", "--to", "usr_cy") == Code.DONE
    assert "Nothing waits for usr_sue." in capsys.readouterr().out
    with pytest.raises(SystemExit) as ended:
        server.run("approvals", "reassign", "--to", "usr_cy")
    assert ended.value.code == Code.USAGE
    server.on("POST /api/approvals/remind", ok({"wasSent": True}))
    assert server.run("approvals", "remind", "usr_ben") == Code.DONE
