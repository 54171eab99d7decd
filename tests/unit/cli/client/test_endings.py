"""Exit codes, and the sentences with which a command ends."""

import json

import httpx
import pytest

from tests.unit.cli.client.fake_server import FakeServer, page, problem, silent
from tillroll_command.endings import MEANINGS, Code, gravest


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (problem("unauthenticated", 401), Code.NOT_ALLOWED),
        (problem("owner-only", 403), Code.NOT_ALLOWED),
        (problem("quota-reached", 403), Code.REFUSED),
        (problem("not-found", 404), Code.NOT_FOUND),
        (problem("other-account", 409), Code.REFUSED),
        (problem("invalid-request", 422), Code.REFUSED),
        (problem("internal", 500), Code.UNREACHABLE),
        (problem("misconfigured", 503), Code.UNREACHABLE),
        (httpx.Response(200, text="<html>"), Code.UNREACHABLE),
    ],
)
def test_each_answer_has_its_exit_code(
    server: FakeServer, answer: httpx.Response, code: Code, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs", answer)
    assert server.run("runs", "--json") == code
    said = capsys.readouterr()
    assert json.loads(said.out)["exitCode"] == code
    assert "Traceback" not in said.err


def test_a_problem_is_printed_as_sentences(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = [{"field": "frm", "message": "No such parameter here: did you mean from?"}]
    server.on("GET /api/runs", problem("invalid-request", 422, errors=errors))
    assert server.run("runs") == Code.REFUSED
    assert (
        capsys.readouterr().err
        == "A title. Do this.\n  frm: No such parameter here: did you mean from?\n"
    )


def test_what_is_no_tillroll_is_said(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs", httpx.Response(403, text="<html>Access denied</html>"))
    assert server.run("runs") == Code.NOT_ALLOWED
    assert "tillroll.test answered 403 Forbidden, and is no Tillroll." in capsys.readouterr().err


def test_silence_is_asked_again_and_then_said(
    server: FakeServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.on("GET /api/runs", silent)
    assert server.run("runs") == Code.UNREACHABLE
    assert len(server.asked) == 3
    assert "https://tillroll.test does not answer (Connection refused)" in capsys.readouterr().err


def test_a_moments_silence_is_nothing(server: FakeServer) -> None:
    server.on("GET /api/runs", silent, httpx.Response(502), page())
    assert server.run("runs") == Code.DONE


def test_ctrl_c_is_clean(server: FakeServer, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    server.on("GET /api/runs", interrupted)
    assert server.run("runs") == Code.INTERRUPTED
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["runs", "--limit", "0"],
        ["runs", "--status", "lost"],
        ["nothing"],
        ["upload"],
        ["upload", "a.jpg", "--watch", "."],
        ["review", "--approve"],
        ["review", "run_1", "--approve", "--reject"],
        ["review", "run_1", "--set", "total=1"],
        ["review", "run_1", "--approve", "--set", "total"],
        ["review", "run_1", "--approve", "--set", "total=1", "--set", "total=2"],
        ["review", "run_1", "--reject", "--set", "total=1"],
        ["export"],
        ["export", "--format", "csv", "--id", "xpt_1"],
    ],
)
def test_what_is_not_understood_asks_nothing(server: FakeServer, arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        server.run(*arguments)
    assert server.asked == []


def test_the_gravest_ending_is_the_whole_commands() -> None:
    assert gravest(set()) is Code.DONE
    assert gravest({Code.DONE, Code.NEEDS_PERSON}) is Code.NEEDS_PERSON
    assert gravest({Code.NEEDS_PERSON, Code.REFUSED, Code.FAILED}) is Code.REFUSED


def test_each_code_has_a_meaning() -> None:
    assert set(MEANINGS) == set(Code)
