"""What is begun by time, kept from a terminal."""

from typing import Any

import httpx
import pytest

from cli.endings import Code
from tests.unit.cli.client.fake_server import FakeServer, ok

SCHEDULE: dict[str, Any] = {
    "id": "sch_1",
    "kind": "export",
    "name": "Monthly",
    "cron": "0 6 3 * *",
    "inWords": "At 06:00 on the third day of every month",
    "timeZone": "Europe/Berlin",
    "params": {"format": "csv"},
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
    assert server.run("schedules") == Code.DONE
    said = capsys.readouterr().out
    assert "Monthly" in said
    assert "paused" in said


def test_what_the_code_declares_is_told_apart(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    declared = {**SCHEDULE, "id": "sch_export", "createdBy": "code"}
    server.on("GET /api/schedules", ok({"items": [SCHEDULE, declared]}))
    server.on("GET /api/schedules/sch_export", ok(declared))
    assert server.run("schedules") == Code.DONE
    assert capsys.readouterr().out.count("(in the code)") == 1
    assert server.run("reschedule", "sch_export") == Code.DONE
    assert "The code of its kind declares it" in capsys.readouterr().out


def test_a_new_one_is_tried_before_it_is_made(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    times = {
        "inWords": "At 08:00 on Monday through Friday",
        "nextTicks": ["2026-05-04T06:00:00.000Z"],
    }
    server.on("POST /api/schedules/preview", ok(times))
    assert (
        server.run("schedules", "preview", "0 8 * * 1-5", "--time-zone", "Europe/Berlin")
        == Code.DONE
    )
    assert server.bodies() == [{"cron": "0 8 * * 1-5", "timeZone": "Europe/Berlin"}]
    said = capsys.readouterr().out
    assert "Monday through Friday, Europe/Berlin" in said
    assert "2026-05-04T06:00" in said


def test_what_became_of_its_times_is_shown(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "GET /api/schedules/sch_1/ticks",
        ok({"items": [{**SCHEDULE["last"], "outcome": "refused"}]}),
    )
    assert server.run("schedules", "history", "sch_1") == Code.DONE
    assert "There was no expense." in capsys.readouterr().out
    assert server.run("schedules", "preview") == Code.USAGE


def test_one_is_made(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("POST /api/schedules", httpx.Response(201, json=SCHEDULE))
    made = server.run(
        "schedule",
        "export",
        "Monthly",
        "0 6 3 * *",
        "--time-zone",
        "Europe/Berlin",
        "--params",
        '{"format": "csv"}',
    )
    assert made == Code.DONE
    assert server.bodies() == [
        {
            "kind": "export",
            "name": "Monthly",
            "cron": "0 6 3 * *",
            "timeZone": "Europe/Berlin",
            "params": {"format": "csv"},
            "catchUp": "latest",
            "forAllAccounts": False,
        }
    ]
    assert "next at 2026-05-03T04:00 UTC" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "asked", "body"),
    [
        (["pause"], "PATCH /api/schedules/sch_1", {"paused": True}),
        (
            ["resume", "--cron", "0 7 3 * *"],
            "PATCH /api/schedules/sch_1",
            {"cron": "0 7 3 * *", "paused": False},
        ),
        (["--catch-up", "each"], "PATCH /api/schedules/sch_1", {"catchUp": "each"}),
    ],
)
def test_one_is_changed(
    server: FakeServer, given: list[str], asked: str, body: dict[str, Any]
) -> None:
    server.on(asked, ok(SCHEDULE))
    assert server.run("reschedule", "sch_1", *given) == Code.DONE
    assert server.bodies() == [body]


def test_one_is_run_now_and_removed(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/schedules/sch_1", ok(SCHEDULE))
    server.on("POST /api/schedules/sch_1/run", httpx.Response(202, json=SCHEDULE))
    server.on("DELETE /api/schedules/sch_1", httpx.Response(204))
    assert server.run("reschedule", "sch_1", "run") == Code.DONE
    assert server.run("reschedule", "sch_1", "remove") == Code.DONE
    assert "Monthly is removed" in capsys.readouterr().out
