"""What is done with many runs, from a terminal."""

from typing import Any

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

OPERATION: dict[str, Any] = {
    "id": "bop_1",
    "act": "retry",
    "reason": "the outage is over",
    "found": 12,
    "done": 8,
    "leftOut": 1,
    "runId": "run_9",
    "status": "processing",
    "inLine": False,
    "finishedAt": None,
}


def test_without_a_reason_they_are_counted(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    run = {
        "id": "run_1",
        "kind": "export",
        "createdAt": "2026-04-03T04:00:00.000Z",
        "message": "It failed.",
    }
    server.on(
        "POST /api/bulk-operations/preview", ok({"count": 12, "isMore": False, "sample": [run]})
    )
    assert server.run("bulk", "retry", "--kind", "export", "--from", "2026-04-01") == Code.DONE
    assert server.bodies() == [{"act": "retry", "filter": {"kind": "export", "from": "2026-04-01"}}]
    said = capsys.readouterr().out
    assert "12 runs" in said
    assert "run_1" in said


def test_with_one_it_is_done(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/bulk-operations", httpx.Response(202, json=OPERATION))
    assert (
        server.run("bulk", "cancel", "--status", "needs_review", "--reason", "not wanted")
        == Code.DONE
    )
    assert server.bodies() == [
        {"act": "cancel", "filter": {"status": "needs_review"}, "reason": "not wanted"}
    ]
    assert "8 done, 1 left out, of 12" in capsys.readouterr().out


def test_one_command_resumes_all_that_stands_still(server: FakeServer) -> None:
    server.on("POST /api/bulk-operations", httpx.Response(202, json={**OPERATION, "act": "resume"}))
    reason = "the deploy is mended"
    assert server.run("bulk", "resume", "--unresolved", "--reason", reason) == Code.DONE
    assert server.bodies() == [{"act": "resume", "filter": {"unresolved": True}, "reason": reason}]


def test_they_are_listed_and_one_says_what_it_left_out(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    page = {"items": [OPERATION, {**OPERATION, "inLine": True}], "nextCursor": "older"}
    server.on("GET /api/bulk-operations", ok(page))
    server.on(
        "GET /api/bulk-operations/bop_1",
        ok({**OPERATION, "finishedAt": "2026-04-03T04:00:00.000Z"}),
    )
    left_out = {"runId": "run_7", "reason": "Nobody else may."}
    server.on(
        "GET /api/bulk-operations/bop_1/left-out", ok({"items": [left_out], "nextCursor": None})
    )
    assert server.run("bulks", "--limit", "2") == Code.DONE
    listed = capsys.readouterr()
    assert "in line behind another" in listed.out
    assert "--cursor older" in listed.err
    assert server.run("bulks", "bop_1") == Code.DONE
    said = capsys.readouterr().out
    assert "finished; 8 done, 1 left out, of 12; 3 runs were in another status by then" in said
    assert "run_7" in said


def test_one_run_that_matches_is_one(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, Any] = {"count": 1, "isMore": False, "sample": []}
    server.on("POST /api/bulk-operations/preview", ok(found))
    assert server.run("bulk", "resume", "--unresolved") == Code.DONE
    assert "1 run matches, the newest first." in capsys.readouterr().out
