"""Which server a command finds, and to whom it gives which token."""

import json
from pathlib import Path
from typing import Any

import pytest

from cli.client.server import ServerOptions, find_server
from tests.unit.cli.client.fake_server import FakeServer, page
from tillroll_command.endings import Code, Stopped

LOCAL: dict[str, Any] = {"url": "http://localhost:8787", "token": "till_local", "pid": 1}
_GONE = 2**22 + 1  # more than Linux gives
NAMED = {"TILLROLL_URL": "https://books.test/", "TILLROLL_TOKEN": "till_named"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder in which `make dev` runs."""
    (tmp_path / ".tillroll").mkdir()
    (tmp_path / ".tillroll" / "dev.json").write_text(json.dumps(LOCAL), encoding="utf-8")
    return tmp_path


def test_it_is_what_make_dev_wrote_down_here_or_above(project: Path) -> None:
    below = project / "papers" / "2026"
    below.mkdir(parents=True)
    found = find_server(ServerOptions(), {}, below)
    assert (found.url, found.token) == ("http://localhost:8787", "till_local")
    assert "till_local" not in repr(found)


def run_in(project: Path, state: Path, url: str, pid: int = 1) -> None:
    """As `make dev STATE=…` writes itself down."""
    state.mkdir(exist_ok=True)
    information = {"url": url, "token": f"till_{state.name}", "pid": pid}
    (state / "dev.json").write_text(json.dumps(information), encoding="utf-8")
    servers = project / ".build" / "servers"
    servers.mkdir(parents=True, exist_ok=True)
    (servers / f"{state.name}.json").write_text(json.dumps({"state": str(state)}), encoding="utf-8")


def test_a_state_folder_of_any_name_and_place_is_found(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "below").mkdir(parents=True)
    run_in(project, tmp_path / "other", "http://localhost:8788")
    found = find_server(ServerOptions(), {}, project / "below")
    assert (found.url, found.token) == ("http://localhost:8788", "till_other")


def test_one_that_was_killed_is_passed_over(project: Path) -> None:
    run_in(project, project / ".tillroll", LOCAL["url"], pid=_GONE)
    run_in(project, project / "other", "http://localhost:8788")
    assert find_server(ServerOptions(), {}, project).url == "http://localhost:8788"


def test_one_that_was_killed_is_named_where_none_runs(project: Path) -> None:
    """A command then says that nobody answers there, and the doctor why."""
    run_in(project, project / ".tillroll", LOCAL["url"], pid=_GONE)
    assert find_server(ServerOptions(), {}, project).url == LOCAL["url"]


def test_several_are_told_and_chosen_from(project: Path) -> None:
    run_in(project, project / ".tillroll", LOCAL["url"])
    run_in(project, project / "other", "http://localhost:8788")
    with pytest.raises(Stopped) as stopped:
        find_server(ServerOptions(), {}, project)
    assert stopped.value.code is Code.USAGE
    assert str(stopped.value).splitlines() == [
        "Several servers run here. Say which, by --state or TILLROLL_URL:",
        "  http://localhost:8787  --state .tillroll",
        "  http://localhost:8788  --state other",
    ]
    assert find_server(ServerOptions(state=project / "other"), {}, project).token == "till_other"
    by_url = find_server(ServerOptions(), {"TILLROLL_URL": "http://localhost:8788"}, project)
    assert (by_url.url, by_url.token) == ("http://localhost:8788", "till_other")


def test_the_environment_goes_before_it_and_options_before_that(project: Path) -> None:
    assert find_server(ServerOptions(), NAMED, project).url == "https://books.test"
    assert find_server(ServerOptions(), NAMED, project).token == "till_named"
    file = project / "token"
    file.write_text("till_of_a_file\n", encoding="utf-8")
    found = find_server(ServerOptions(url="https://other.test", token_file=file), NAMED, project)
    assert (found.url, found.token, found.found_by) == (
        "https://other.test",
        "till_of_a_file",
        "--url",
    )


def test_the_token_of_make_dev_goes_to_no_other_server(project: Path) -> None:
    assert find_server(ServerOptions(url="https://elsewhere.test"), {}, project).token is None
    assert (
        find_server(ServerOptions(url="http://localhost:8787/"), {}, project).token == "till_local"
    )


@pytest.mark.parametrize(
    ("asked", "environment", "code"),
    [
        (ServerOptions(), {}, Code.UNREACHABLE),
        (ServerOptions(url="books.test"), {}, Code.USAGE),
        (ServerOptions(url="ftp://books.test"), {}, Code.USAGE),
        (ServerOptions(url="https://books.test", token_file=Path("none")), {}, Code.NOT_ALLOWED),
    ],
)
def test_what_names_no_server_or_token_is_said(
    asked: ServerOptions, environment: dict[str, str], code: Code, tmp_path: Path
) -> None:
    with pytest.raises(Stopped) as stopped:
        find_server(asked, environment, tmp_path)
    assert stopped.value.code is code


@pytest.mark.parametrize(
    "url", ["http://ann:hidden@books.test", "http://hidden@books.test", "ann:hidden@books.test"]
)
@pytest.mark.parametrize("by_option", [True, False])
@pytest.mark.parametrize("command", ["runs", "doctor"])
def test_a_password_in_an_address_is_refused_and_not_repeated(
    server: FakeServer,
    url: str,
    command: str,
    capsys: pytest.CaptureFixture[str],
    *,
    by_option: bool,
) -> None:
    server.environment["TILLROLL_URL"] = url
    assert server.run(command, *(("--url", url) if by_option else ())) == Code.USAGE
    said = "".join(capsys.readouterr())
    assert "--token-file" in said
    assert "hidden" not in said
    assert not server.asked


def test_a_broken_file_of_make_dev_is_said(project: Path) -> None:
    (project / ".tillroll" / "dev.json").write_text("{", encoding="utf-8")
    with pytest.raises(Stopped, match="Start `make dev` again"):
        find_server(ServerOptions(), {}, project)


@pytest.mark.parametrize("by_option", [True, False])
def test_requests_say_which_account_they_are_meant_for(
    server: FakeServer, *, by_option: bool
) -> None:
    server.on("GET /api/runs", page())
    if by_option:
        assert server.run("runs", "--account", "acc_1") == Code.DONE
    else:
        server.environment["TILLROLL_ACCOUNT"] = "acc_1"
        assert server.run("runs") == Code.DONE
    assert server.asked[0].headers["x-account"] == "acc_1"
    assert server.asked[0].headers["authorization"] == "Bearer till_x"
