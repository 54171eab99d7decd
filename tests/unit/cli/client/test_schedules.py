"""What is begun by time, kept from a terminal."""

from typing import Any

import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

SCHEDULE: dict[str, Any] = {
    "id": "sch_1",
    "kind": "export",
    "name": "Monthly",
    "cron": "0 6 3 * *",
    "inWords": "At 06:00 on the third day of every month",
    "timeZone": "Europe/Berlin",
    "params": {"format": "csv"},
    "overlap": "skip",
    "paused": False,
    "nextTick": "2026-05-03T04:00:00.000Z",
    "last": {
        "tick": "2026-04-03T04:00:00.000Z",
        "reason": "There was no expense.",
        "runId": None,
        "runStatus": None,
    },
    "createdBy": "usr_ann",
}


def test_they_are_listed_with_what_became_of_the_last(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/schedules",
        ok({"items": [SCHEDULE, {**SCHEDULE, "paused": True, "nextTick": None, "last": None}]}),
    )
    assert server.run("schedules", "list") == Code.DONE
    said = capsys.readouterr().out
    assert "Monthly" in said
    assert "paused" in said
    assert "overlap skip" in said


def test_what_overlaps_is_changed_by_its_id(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("PATCH /api/schedules/sch_1", ok({**SCHEDULE, "overlap": "queue-one"}))
    assert server.run("schedules", "change", "sch_1", "--overlap", "queue-one") == Code.DONE
    assert "queue-one" in capsys.readouterr().out


def test_what_the_code_declares_is_told_apart(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = {**SCHEDULE, "id": "sch_export", "createdBy": "code"}
    server.on("GET /api/schedules", ok({"items": [SCHEDULE, declared]}))
    assert server.run("schedules", "list") == Code.DONE
    assert capsys.readouterr().out.count("(in the code)") == 1


def test_one_is_paused_resumed_and_run_by_its_id(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("PATCH /api/schedules/sch_1", ok(SCHEDULE))
    server.on("POST /api/schedules/sch_1/run", ok(SCHEDULE))
    for word, says in (("pause", "paused"), ("resume", "next on 2026-05-03"), ("run", "begun")):
        assert server.run("schedules", word, "sch_1") == Code.DONE
        assert says in capsys.readouterr().out
