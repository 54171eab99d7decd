"""The jobs of the cron, from a terminal."""

from typing import Any

import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

_JOB: dict[str, Any] = {
    "name": "claims",
    "database": "DB",
    "periodSeconds": 0,
    "dueAt": "2026-03-01T09:00:00.000Z",
    "isOverdue": False,
    "beganAt": "2026-03-01T09:00:00.000Z",
    "endedAt": "2026-03-01T09:00:00.000Z",
    "outcome": "done",
    "statements": 1,
    "error": None,
    "behindSince": None,
    "setAside": 0,
}
_RUNS: dict[str, Any] = {"cronStandsSince": None, "cronStandsIn": []}


def test_each_job_is_shown(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    behind = {
        **_JOB,
        "name": "inbound",
        "outcome": "more",
        "behindSince": "2026-03-01T08:00:00.000Z",
        "setAside": 7,
    }
    server.on("GET /api/jobs", ok({"items": [_JOB, behind], **_RUNS}))
    assert server.run("jobs") == Code.DONE
    said = capsys.readouterr().out
    assert "claims" in said
    assert "2026-03-01T08:00" in said


def test_it_fails_where_a_job_is_overdue_and_says_why(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    late = {
        **_JOB,
        "name": "payments",
        "isOverdue": True,
        "outcome": "failed",
        "error": "DatabaseError",
    }
    server.on("GET /api/jobs", ok({"items": [_JOB, late], **_RUNS}))
    assert server.run("jobs") == Code.FAILED
    told = capsys.readouterr()
    assert "overdue: DatabaseError" in told.out
    assert "Overdue: payments." in told.err


def test_it_says_that_the_cron_stands_still(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    standing = {
        "items": [_JOB],
        "cronStandsSince": "2026-03-01T09:00:03.000Z",
        "cronStandsIn": ["DB"],
    }
    server.on("GET /api/jobs", ok(standing))
    assert server.run("jobs") == Code.FAILED
    sentence = capsys.readouterr().err
    assert "The cron has not run since 2026-03-01 09:00 UTC (DB)" in sentence
    assert "Overdue" not in sentence


def test_each_job_says_its_database_where_there_are_several(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    items = [_JOB, {**_JOB, "database": "DB_2"}]
    server.on("GET /api/jobs", ok({"items": items, **_RUNS}))
    assert server.run("jobs") == Code.DONE
    said = capsys.readouterr().out
    assert "claims (DB)" in said
    assert "claims (DB_2)" in said
