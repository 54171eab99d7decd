"""What the doctor finds, and what it says to do."""

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from cli.diagnosis.service import NEEDS_NOBODY
from local.places import ROOT
from tests.unit.cli.client.fake_server import FakeServer, ok, page, problem, silent
from tillroll.observability.alert_rules import Rule
from tillroll_command.endings import Code

WHO = {
    "user": {"id": "usr_1", "name": "Ann", "roles": ["owner"], "isOperator": True},
    "account": {"id": "acc_1", "name": "Books Ltd"},
}
LACKING = {"reason": "rates_missing", "date": "2026-02-13", "currency": "MYR"}


def date(ahead: timedelta = timedelta()) -> str:
    return format_datetime(datetime.now(UTC) + ahead, usegmt=True)


@pytest.fixture
def well(server: FakeServer) -> FakeServer:
    server.on("GET /api/health", ok({"status": "ok"}, date=date()))
    server.on("GET /api/openapi.json", ok({"info": {"version": "0.1.0"}}))
    server.on("GET /api/session", ok(WHO))
    server.on("GET /api/runs", page())
    server.on("GET /api/account", ok({"baseCurrency": "EUR"}))
    server.on("GET /api/expenses", page({"id": "exp_1", "baseMissing": None}))
    server.on("GET /api/alerts", page())
    return server


def examine(
    server: FakeServer, capsys: pytest.CaptureFixture[str], code: Code
) -> dict[str, dict[str, Any]]:
    assert server.run("doctor", "--json") == code
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is (code is Code.DONE)
    return {found["about"]: found for found in told["findings"]}


def test_all_is_well(well: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    found = examine(well, capsys, Code.DONE)
    assert (
        found["token"]["says"]
        == "It is Ann's (owner, the deployment's operator), in the account Books Ltd (acc_1)."
    )
    assert {
        found[about]["health"]
        for about in ("address", "server", "clock", "token", "rates", "alerts")
    } == {"ok"}


def test_an_overdue_job_and_a_lost_key_are_no_tick(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    well.on(
        "GET /api/health",
        ok({"status": "ok", "jobs": "overdue", "secrets": "unreadable"}, date=date()),
    )
    found = examine(well, capsys, Code.FAILED)
    assert {about: found[about]["health"] for about in ("server", "cron", "secrets")} == {
        "server": "ok",
        "cron": "bad",
        "secrets": "bad",
    }
    assert "tillroll jobs" in found["cron"]["remedy"]
    assert "tillroll secrets status" in found["secrets"]["remedy"]


def test_a_part_that_fails_is_named_though_health_answers_503(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = {"database": "failing", "objects": "ok", "queue": "ok"}
    failing = httpx.Response(503, json={"status": "failing", "parts": parts})
    well.on("GET /api/health", failing)
    found = examine(well, capsys, Code.FAILED)
    assert found["server"]["health"] == "bad"
    assert "It says of itself: failing." in found["server"]["says"]
    assert "What does not answer as it must: database." in found["server"]["says"]
    assert found["token"]["health"] == "ok"


def test_a_clock_that_could_not_be_compared_gets_no_tick(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    well.on("GET /api/health", ok({"status": "ok"}))
    clock = examine(well, capsys, Code.DONE)["clock"]
    assert clock["health"] == "warning"
    assert "was not compared" in clock["says"]
    assert clock["remedy"]


def test_a_server_without_a_date_header_is_compared_by_its_own_look(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make dev` sends no Date."""
    at = datetime.now(UTC) - timedelta(seconds=9)
    well.on("GET /api/health", ok({"status": "ok", "checkedAt": at.isoformat()}))
    assert examine(well, capsys, Code.DONE)["clock"]["health"] == "ok"
    at -= timedelta(minutes=2)
    well.on("GET /api/health", ok({"status": "ok", "checkedAt": at.isoformat()}))
    assert "seconds apart" in examine(well, capsys, Code.DONE)["clock"]["says"]


@pytest.mark.parametrize(
    ("rule", "look"),
    [
        ("secrets_unreadable", "`tillroll secrets status`"),
        ("database_filling", "`tillroll databases`"),
        ("payout_refused", "`tillroll payouts show run_1`"),
        ("run_not_undone", "`tillroll run run_1`"),
    ],
)
def test_an_alert_names_the_command_that_shows_more(
    well: FakeServer, rule: str, look: str, capsys: pytest.CaptureFixture[str]
) -> None:
    well.on("GET /api/alerts", page({"sentence": "It is so.", "rule": rule, "runId": "run_1"}))
    alert = examine(well, capsys, Code.FAILED)["alert"]
    assert alert["remedy"].startswith(f"{rule}: {look} shows more")


@pytest.mark.parametrize(
    ("rule", "code", "mark"),
    [
        ("run_failed", Code.FAILED, "✗"),
        ("a_rule_of_a_newer_server", Code.FAILED, "✗"),
        ("cron_gap", Code.DONE, "!"),
    ],
)
def test_an_open_alert_that_needs_a_person_ends_with_1(
    well: FakeServer, rule: str, code: Code, mark: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An operator's script goes by the exit code."""
    well.on("GET /api/alerts", page({"sentence": "It is so.", "rule": rule}))
    assert well.run("doctor") == code
    assert f"{mark} alert: It is so." in capsys.readouterr().out


def test_the_alerts_that_need_nobody_are_those_of_the_table() -> None:
    """docs/operations.md has a row for each rule; its third cell says what to do at night."""
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| `")]
    to_do = {cells[0].strip("| `"): cells[2] for cells in rows if len(cells) == 4}
    waits = {rule for rule in Rule if to_do[rule].startswith("nothing")}
    assert waits == NEEDS_NOBODY


def test_a_state_on_which_nothing_runs_is_named(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.environment.clear()
    assert server.run("runs", "--state", str(server.folder)) == Code.UNREACHABLE
    assert (
        f"No server runs on {server.folder}. `make dev STATE={server.folder}`"
        in capsys.readouterr().err
    )


def test_what_waits_or_is_missing_is_a_warning_with_a_remedy(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    well.on("GET /api/health", ok({"status": "ok"}, date=date(timedelta(minutes=5))))
    well.on("GET /api/runs", page({"id": "run_1"}))
    well.on("GET /api/expenses", page({"id": "exp_1", "baseMissing": LACKING}))
    well.on("GET /api/alerts", page({"sentence": "A run failed.", "rule": "run_escalated"}))
    found = examine(well, capsys, Code.FAILED)
    warned = {about: each["remedy"] for about, each in found.items() if each["health"] == "warning"}
    assert "--status needs_review" in warned["reviews"]
    assert "--unresolved" in warned["runs that failed or stand still"]
    asked = [dict(each.url.params) for each in well.asked if each.url.path == "/api/runs"]
    assert [each.get("status") or each.get("unresolved") for each in asked] == [
        "needs_review",
        "true",
    ]
    assert "rates import" in warned["rates"]
    assert "clock" in warned["clock"]
    assert "run_escalated" in found["alert"]["remedy"]


@pytest.mark.parametrize(
    ("path", "answer", "code", "about"),
    [
        ("GET /api/health", silent, Code.UNREACHABLE, "server"),
        ("GET /api/health", httpx.Response(200, text="<html>"), Code.UNREACHABLE, "server"),
        ("GET /api/health", ok({"status": "misconfigured"}), Code.FAILED, "server"),
        ("GET /api/session", problem("unauthenticated", 401), Code.NOT_ALLOWED, "token"),
    ],
)
def test_what_keeps_it_from_working_is_bad(
    well: FakeServer,
    path: str,
    answer: Any,
    code: Code,
    about: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    well.on(path, answer)
    found = examine(well, capsys, code)
    assert found[about]["health"] == "bad"
    assert found[about]["remedy"]


def test_without_a_server_it_says_how_to_get_one(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.environment.clear()
    found = examine(server, capsys, Code.UNREACHABLE)
    assert "make dev" in found["server"]["says"]


def test_what_a_killed_make_dev_left_behind_is_said(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.environment.clear()
    (server.folder / ".tillroll").mkdir()
    left = {"url": "http://localhost:8787", "token": "till_x", "pid": 2**22 + 1}
    (server.folder / ".tillroll" / "dev.json").write_text(json.dumps(left), encoding="utf-8")
    server.on("GET /api/health", silent)
    found = examine(server, capsys, Code.UNREACHABLE)
    assert found["make dev"]["remedy"] == "Start it again: make dev"


def test_a_token_on_an_open_line_is_warned_of(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    well.environment["TILLROLL_URL"] = "http://books.test"
    assert "https" in examine(well, capsys, Code.DONE)["address"]["remedy"]


def test_for_people_each_finding_is_a_line(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    well.on("GET /api/session", problem("unauthenticated", 401))
    assert well.run("doctor") == Code.NOT_ALLOWED
    said = capsys.readouterr().out
    assert "✗ token: A title. Do this." in said
    assert "\x1b" not in said


def test_everything_that_waits_is_counted_and_every_day_named(
    well: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The newest hundred were looked at: what was older was not seen."""
    runs = [{"id": f"run_{number}"} for number in range(100)]
    well.on("GET /api/runs", page(*runs, cursor="more"), page(*runs[:50]), page())
    expenses = [{"id": f"exp_{number}", "baseMissing": None} for number in range(100)]
    well.on(
        "GET /api/expenses",
        page(*expenses, cursor="more"),
        page({"id": "exp_1", "baseMissing": LACKING}),
    )
    found = examine(well, capsys, Code.DONE)
    assert found["reviews"]["says"] == "150 wait for a person."
    assert "2026-02-13" in found["rates"]["says"]
    asked = next(request for request in well.asked if request.url.path == "/api/expenses")
    assert asked.url.params["missing"] == "rate"
