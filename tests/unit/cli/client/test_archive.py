"""What is old is moved out of the database, and back, from a terminal."""

from typing import Any

import pytest

from tests.unit.cli.client.fake_server import FakeServer, ok
from tillroll_command.endings import Code

STANDING: dict[str, Any] = {
    "ranges": {"archived": 12},
    "events": 23110,
    "runs": 2890,
    "nextSeals": 300,
    "nextEvents": 1877,
    "oldRuns": 41,
    "flaws": [],
}
ROUND: dict[str, Any] = {
    "before": "2026-02-01T00:00:00.000Z",
    "begun": 0,
    "verified": 0,
    "taken": 1,
    "events": 9,
    "runs": 150,
    "isIdle": False,
}


def test_zero_days_are_zero_days(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    server.on("GET /api/archive", ok(STANDING))
    assert server.run("archive", "--older-than", "0", "--dry-run") == Code.DONE
    assert server.asked[-1].url.params["olderThanDays"] == "0"
    assert "Older than 0 days" in capsys.readouterr().out


@pytest.mark.parametrize("words", [(), ("--older-than", "30", "--dry-run")])
def test_it_is_only_looked_at(
    server: FakeServer, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    server.on("GET /api/archive", ok(STANDING))
    assert server.run("archive", *words) == Code.DONE
    said = capsys.readouterr().out
    assert "2890 runs" in said
    assert "41 ended runs" in said


def test_it_goes_on_until_nothing_is_left(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/archive/rounds", ok(ROUND), ok(ROUND), ok({**ROUND, "isIdle": True}))
    assert server.run("archive", "--older-than", "30") == Code.DONE
    assert server.bodies() == [{"olderThanDays": 30}, *[{"before": ROUND["before"]}] * 2]
    assert "300 runs, 2 ranges" in capsys.readouterr().out


def test_runs_and_ranges_are_brought_back(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on(
        "POST /api/archive/restore",
        ok({"runs": ["run_a"], "events": 0}),
        ok({"runs": [], "events": 7}),
    )
    assert server.run("archive", "restore", "run_a", "run_b") == Code.DONE
    assert server.run("archive", "restore", "3") == Code.DONE
    assert server.bodies() == [{"runs": ["run_a", "run_b"]}, {"range": 3}]
    said = capsys.readouterr().out
    assert "Brought back: run_a." in said
    assert "Range 3: 7 events" in said


@pytest.mark.parametrize("what", [(), ("3", "run_a")])
def test_restore_wants_runs_or_one_range(server: FakeServer, what: tuple[str, ...]) -> None:
    assert server.run("archive", "restore", *what) == Code.USAGE


FLAW: dict[str, Any] = {
    "held": "range 3",
    "objectKey": "audit/archive/3.gz",
    "wrong": "missing",
    "says": "The file audit/archive/3.gz of range 3 is not in the object store.",
    "foundAt": "2026-03-01T09:00:00.000Z",
}


def test_files_that_are_wrong_are_shown_and_looked_at_again(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/archive", ok({**STANDING, "flaws": [FLAW]}))
    server.on(
        "POST /api/archive/verify",
        ok({"files": 1, "flaws": [FLAW], "otherFlaws": 0}),
        ok({"files": 1, "flaws": [], "otherFlaws": 0}),
        ok({"files": 1, "flaws": [], "otherFlaws": 2}),
        ok({"files": 0, "flaws": [], "otherFlaws": 0}),
    )
    assert server.run("archive") == Code.DONE
    assert "of range 3 is not in the object store" in capsys.readouterr().out
    assert server.run("archive", "verify") == Code.FAILED
    assert server.run("archive", "verify", "3") == Code.DONE
    assert server.run("archive", "verify", "run_a", "run_b") == Code.DONE
    assert "2 other files of the archive are not as they were written" in capsys.readouterr().out
    assert server.run("archive", "verify", "run_c") == Code.DONE
    assert "none of these lies in the archive" in capsys.readouterr().out
    assert server.bodies() == [{}, {"range": 3}, {"runs": ["run_a", "run_b"]}, {"runs": ["run_c"]}]


def test_without_names_it_fails_while_any_file_is_wrong(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("POST /api/archive/verify", ok({"files": 50, "flaws": [], "otherFlaws": 2}))
    assert server.run("archive", "verify") == Code.FAILED
    assert server.run("archive", "verify", "--json") == Code.FAILED
    assert "2 files of the archive are not as they were written." in capsys.readouterr().err
