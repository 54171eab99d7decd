"""In a project, too, a run says what happened to it, and is decided, operated and asked."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
import typer

from tests.support.http_server import Answer, LocalServer, Request
from tillroll_command.app import application, authors_own
from tillroll_command.commands import operating
from tillroll_command.endings import Code
from tillroll_command.run_options import Act
from tillroll_command.shared_options import TOKEN_VARIABLE

REVIEW: Final = {
    "sentences": ["Was the card charged?"],
    "deadline": "2026-12-02T09:00:00.000Z",
    "decision": None,
}
STEP: Final = {"name": "charge", "outcome": "failed", "attempts": 3, "error": "no answer"}
RUN: Final[dict[str, Any]] = {
    "id": "run_1",
    "kind": "seat",
    "status": "failed",
    "message": "It did not work.",
    "createdAt": "2026-11-20T09:47:44.543Z",
    "whatHappened": "The step charge failed for good.",
    "tried": [],
    "mustNotRepeat": ["charge (idempotency key k1) was sent, its outcome is unknown"],
    "review": None,
    "nextRetryAt": None,
    "nextSafeAction": "retry_from_step",
    "paused": False,
    "steps": [STEP],
}


class Deployed(LocalServer):
    """Answers as the routes of a run do."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.runs: list[dict[str, Any]] = [RUN]

    def answer(self, request: Request) -> Answer:
        """What to answer."""
        self.asked.append(request)
        path = request.target.partition("?")[0]
        if path == "/api/runs/run_1":
            run = self.runs.pop(0) if len(self.runs) > 1 else self.runs[0]
            return Answer(content=json.dumps(run))
        if path.endswith("/queries/progress"):
            return Answer(content=json.dumps({"runId": "run_1", "result": {"left": 3}}))
        if path.endswith("/steps"):
            step = {**STEP, "externalId": None, "mustNotRepeat": None, "tried": "tried 3 times"}
            return Answer(content=json.dumps({"items": [step], "nextCursor": None}))
        if request.method == "POST":
            return Answer(202, json.dumps({"runId": "run_1", "status": "processing"}))
        return Answer(content=json.dumps({"items": [], "nextCursor": None}))


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Deployed]:
    monkeypatch.setenv(TOKEN_VARIABLE, "trd_here")
    monkeypatch.setattr(operating, "_LOOK_SECONDS", 0)
    with Deployed() as server:
        yield server


def test_a_run_says_what_happened_and_what_is_safe(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert operating.run("run_1", url=deployed.url) is Code.DONE
    said = capsys.readouterr().out
    assert "✗ charge  failed, attempt 3: no answer\n" in said
    assert "What happened: The step charge failed for good.\n" in said
    assert "do not do it again by hand: charge (idempotency key k1)" in said
    assert "Next: Let it go on from the step that failed: `tillroll operate run_1 retry`\n" in said
    operating.run("run_1", url=deployed.url, as_json=True)
    assert json.loads(capsys.readouterr().out) == RUN


def test_a_run_is_followed_until_it_rests(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    running = {**RUN, "status": "processing", "message": "It is under way."}
    deployed.runs = [running, running, RUN]
    assert operating.run("run_1", follow=True, url=deployed.url) is Code.FAILED
    assert capsys.readouterr().out.count("It is under way.") == 1


def test_a_run_is_operated_with_a_reason(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    operating.operate("run_1", Act.RETRY, reason="the card is paid", url=deployed.url)
    operating.restart("run_1", "charge", repeat=["mail"], reason="again", url=deployed.url)
    first, second = deployed.asked
    assert first.target == "/api/runs/run_1/retry"
    assert json.loads(first.body) == {"reason": "the card is paid"}
    assert second.target == "/api/runs/run_1/restart"
    assert json.loads(second.body)["repeats"] == ["mail"]
    assert "retry is accepted. The run is processing now." in capsys.readouterr().out


def test_a_person_sees_what_is_asked_and_decides(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    assert operating.review("run_1", url=deployed.url) is Code.DONE
    deployed.runs = [{**RUN, "review": REVIEW}]
    assert operating.review("run_1", url=deployed.url) is Code.NEEDS_PERSON
    assert "Asked: Was the card charged?" in capsys.readouterr().out
    operating.review("run_1", approve=True, values=["id=ch_1"], reason="seen", url=deployed.url)
    sent = json.loads(deployed.asked[-1].body)
    assert sent == {"decision": "approve", "values": {"id": "ch_1"}, "comment": "seen"}
    operating.review(url=deployed.url)
    assert deployed.asked[-1].target == "/api/runs?status=needs_review&limit=20"
    with pytest.raises(typer.BadParameter, match="one of"):
        operating.review("run_1", approve=True, reject=True, url=deployed.url)


def test_steps_and_queries_are_asked(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    operating.steps("run_1", url=deployed.url)
    assert "charge\tfailed\t\ttried 3 times" in capsys.readouterr().out
    operating.query("run_1", "progress", url=deployed.url)
    assert json.loads(capsys.readouterr().out) == {"left": 3}


def test_each_command_of_a_run_has_the_options_of_the_products() -> None:
    """But for the pieces of a photo, what server is asked, and waiting for a receipt."""
    products: Any = typer.main.get_command(application())
    own: Any = typer.main.get_command(authors_own())
    for name in ("run", "steps", "review", "operate", "restart", "query"):
        given = {option for each in own.commands[name].params for option in each.opts}
        known = {option for each in products.commands[name].params for option in each.opts}
        assert given <= known, name
