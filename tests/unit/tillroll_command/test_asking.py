"""The commands that ask a deployment send what its HTTP takes, and end as it answers."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import Any

import pytest

from tests.support.http_server import Answer, LocalServer, Request
from tillroll_command.app import authors_own
from tillroll_command.commands import asking
from tillroll_command.commands.asking import Until
from tillroll_command.deployment import deployment, wait_for_saves
from tillroll_command.endings import Code, Stopped
from tillroll_command.shared_options import TOKEN_VARIABLE
from tillroll_command.standings import BESIDE
from tillroll_durable.explanation.effects import is_outcome_unknown, must_not_repeat_of
from tillroll_durable.platform.bindings.database import Row
from tillroll_local.runtime.loaded import digest_of
from tillroll_local.saves import Loaded

SCHEDULE = {
    "id": "sch_1",
    "name": "nightly",
    "kind": "etl",
    "inWords": "at 03:00",
    "paused": True,
    "nextTick": None,
    "last": None,
}
RUN: dict[str, Any] = {
    "id": "run_1",
    "status": "processing",
    "whatHappened": "The step charge failed.",
    "mustNotRepeat": [],
    "outcomeUnknown": False,
    "failureClass": None,
    "nextSafeAction": "none",
    "paused": False,
}
UNKNOWN = "charge (idempotency key k1) was sent, its outcome is unknown"
SIGNAL = {"kind": "signal", "name": "confirm", "until": "2026-12-02T09:00:00.000Z"}
REFUSED = {"detail": "Correct what `errors` names.", "errors": [{"field": "a", "message": "no"}]}


class Deployed(LocalServer):
    """Answers as the routes of a deployment do, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.status = "needs_operator"
        self.was: list[str] = []
        self.run: dict[str, Any] = {}

    def answer(self, request: Request) -> Answer:
        """What to answer."""
        self.asked.append(request)
        if request.headers["authorization"] != "Bearer trd_here":
            return Answer(401, json.dumps({"detail": "There is no such token."}))
        if request.target.endswith("/broken/trigger"):
            return Answer(422, json.dumps(REFUSED))
        if request.target.endswith("/trigger"):
            return Answer(202, json.dumps({"id": "run_1", "status": "started"}))
        if "/status/" in request.target:
            status = self.was.pop(0) if self.was else self.status
            body = {"id": "run_1", "status": status, "output": None, "error": None}
            return Answer(content=json.dumps(body))
        if request.target.startswith("/api/schedules"):
            return Answer(content=json.dumps(SCHEDULE))
        found: dict[str, Any] = {"items": [], "nextCursor": None}
        if request.target.startswith("/api/runs/"):
            found = {**RUN, **self.run}
        return Answer(content=json.dumps(found))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setenv(TOKEN_VARIABLE, "trd_here")
    with Deployed() as server:
        yield server


def test_a_trigger_sends_the_params_and_the_key(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    asking.trigger("order", '{"amount": 5}', key="one", url=deployed.url)
    [request] = deployed.asked
    assert (request.method, request.target) == ("POST", "/api/workflows/order/trigger")
    assert request.headers["idempotency-key"] == "one"
    assert json.loads(request.body) == {"amount": 5}
    assert "run_1: started" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("completed", Code.DONE),
        ("failed", Code.FAILED),
        ("waiting", Code.WAITS),
        ("paused", Code.NEEDS_PERSON),
        ("needs_operator", Code.NEEDS_PERSON),
    ],
)
def test_the_exit_code_says_where_a_run_stands(deployed: Deployed, status: str, code: Code) -> None:
    deployed.status = status
    assert asking.status("order", "run_1", url=deployed.url) is code


@pytest.mark.parametrize(
    ("until", "was", "ends_as", "code"),
    [
        (Until.ENDED, ["started", "running", "waiting", "running"], "completed", Code.DONE),
        (Until.ENDED, ["running"], "failed", Code.FAILED),
        (Until.ENDED, ["running"], "needs_operator", Code.NEEDS_PERSON),
        (Until.WAITING, ["started", "running"], "waiting", Code.WAITS),
        (Until.WAITING, ["running"], "failed", Code.FAILED),
    ],
)
def test_a_run_is_waited_for(
    deployed: Deployed,
    monkeypatch: pytest.MonkeyPatch,
    *,
    until: Until,
    was: list[str],
    ends_as: str,
    code: Code,
) -> None:
    monkeypatch.setattr(asking, "_LOOK_SECONDS", 0)
    deployed.was = [*was]
    deployed.status = ends_as
    assert asking.status("order", "run_1", until=until, url=deployed.url) is code
    assert len(deployed.asked) == len(was) + 2


@pytest.mark.parametrize(
    ("status", "run", "code", "says"),
    [
        (
            "waiting",
            {"nextSafeAction": "review"},
            Code.NEEDS_PERSON,
            "run_1: waiting for a person, who has to decide\nNext: Decide what it asks",
        ),
        (
            "waiting",
            {"nextSafeAction": "wait", "waitsFor": SIGNAL},
            Code.WAITS,
            "run_1: waiting for the signal confirm\nNext: Nothing: it waits for confirm until",
        ),
        (
            "failed",
            {"mustNotRepeat": [UNKNOWN], "outcomeUnknown": True},
            Code.NOT_KNOWN,
            "run_1: failed, and whether the other side did it is not known\nWhat happened: The",
        ),
        (
            "failed",
            {"mustNotRepeat": [f"{UNKNOWN}, and was undone"], "outcomeUnknown": False},
            Code.FAILED,
            "run_1: failed\nWhat happened: The step charge failed.\nMay have happened elsewhere",
        ),
    ],
)
def test_a_status_tells_what_is_safe_next(
    deployed: Deployed,
    capsys: pytest.CaptureFixture[str],
    *,
    status: str,
    run: dict[str, Any],
    code: Code,
    says: str,
) -> None:
    deployed.status = status
    deployed.run = run
    assert asking.status("order", "run_1", url=deployed.url) is code
    assert capsys.readouterr().out.startswith(says)
    asking.status("order", "run_1", url=deployed.url, as_json=True)
    document = json.loads(capsys.readouterr().out)
    expected = {**RUN, "waitsFor": None, **run}
    for name in BESIDE:
        assert document[name] == expected[name]


def test_what_is_not_known_is_said_as_the_record_says_it() -> None:
    intent: Row = {
        "step": "charge",
        "idempotency_key": "k1",
        "outcome": None,
        "sends": 1,
        "external_id": None,
        "when_unknown": "investigate",
    }
    assert must_not_repeat_of([], [intent]) == [UNKNOWN]
    assert is_outcome_unknown([], [intent])
    undone: Row = {"step": "rollback: charge", "outcome": "completed"}
    assert not is_outcome_unknown([undone], [intent])
    assert not is_outcome_unknown([], [{**intent, "outcome": "refused"}])


def test_the_list_names_only_what_was_asked(deployed: Deployed) -> None:
    asking.runs(kind="order", external_id="ch 1", url=deployed.url)
    asking.runs(unresolved=True, attribute=["a:1", "b:2"], url=deployed.url)
    first, second = deployed.asked
    assert first.target == "/api/runs?kind=order&externalId=ch+1&limit=20"
    assert second.target == "/api/runs?unresolved=true&attribute=a%3A1&attribute=b%3A2&limit=20"


def test_a_schedule_is_paused(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    asking.pause_schedule("sch_1", url=deployed.url)
    [request] = deployed.asked
    assert (request.method, request.target) == ("PATCH", "/api/schedules/sch_1")
    assert json.loads(request.body) == {"paused": True}
    assert "nightly (etl, at 03:00): paused" in capsys.readouterr().out


def test_what_is_refused_is_told_with_its_faults(deployed: Deployed) -> None:
    with pytest.raises(Stopped, match="a: no") as stopped:
        asking.trigger("broken", url=deployed.url)
    assert stopped.value.code is Code.REFUSED


def test_a_wrong_token_is_not_allowed(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, "trd_other")
    with pytest.raises(Stopped, match="no such token") as stopped:
        asking.runs(url=deployed.url)
    assert stopped.value.code is Code.NOT_ALLOWED


def test_a_deployment_is_the_one_here_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.tillroll]\npackage = "shop"\n')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Stopped, match="start `tillroll dev`"):
        deployment(None)
    (tmp_path / ".tillroll").mkdir()
    information = {"url": "http://127.0.0.1:8787", "token": "trd_dev", "pid": 1}
    (tmp_path / ".tillroll" / "dev.json").write_text(json.dumps(information))
    assert deployment(None).token == "trd_dev"
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with pytest.raises(Stopped, match=TOKEN_VARIABLE):
        deployment("https://shop.example")
    with pytest.raises(Stopped, match="https://"):
        deployment("file:///etc/passwd")


def test_the_worker_here_is_asked_once_it_has_what_was_saved(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sources = tmp_path / "src"
    sources.mkdir()
    module = sources / "order.py"
    module.write_text("one = 1\n", encoding="utf-8")
    file = tmp_path / "workerd-loaded"
    loaded = Loaded(file, sources)
    wait_for_saves(loaded, 0)  # nothing says what was loaded
    file.write_text(f"{digest_of(module.read_bytes())} order.py\n", encoding="utf-8")
    wait_for_saves(loaded, 0)
    assert capsys.readouterr().err == ""
    module.write_text("one = 2\n", encoding="utf-8")
    with pytest.raises(Stopped, match="has not taken up") as stopped:
        wait_for_saves(loaded, 0)
    assert stopped.value.code is Code.UNREACHABLE

    def reload() -> None:
        file.write_text(f"{digest_of(module.read_bytes())} order.py\n", encoding="utf-8")

    timer = Timer(0.3, reload)
    timer.start()
    wait_for_saves(loaded, 30)
    timer.join()
    assert "Waiting for it" in capsys.readouterr().err


def test_the_command_has_them() -> None:
    names = {each.callback.__name__ for each in authors_own().registered_commands if each.callback}
    assert {"trigger", "signal", "runs", "status"} <= names
