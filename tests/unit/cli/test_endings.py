"""How a command ends: its version, errors as JSON, a receipt on stdin, and an output that takes
nothing.
"""

import io
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from cli import VERSION
from cli.upload.gathering import kept_from
from local.places import ROOT
from tests.unit.cli.client.fake_server import FakeServer, problem
from tillroll_command.endings import Code, Stopped
from tillroll_command.main import main


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    for path in (ROOT / "pyproject.toml", ROOT / "cli" / "pyproject.toml"):
        assert tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"] == VERSION
    assert main(["--version"]) == Code.DONE
    assert capsys.readouterr().out == f"tillroll {VERSION}\n"


def test_an_error_is_json_where_json_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["runs", "--url", "http://127.0.0.1:9"]
    assert main([*arguments, "--json"]) == Code.UNREACHABLE
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert said["type"] == "urn:tillroll:command:unreachable"
    assert said["exitCode"] == Code.UNREACHABLE
    assert "does not answer" in said["detail"]
    assert "does not answer" in captured.err
    assert main(arguments) == Code.UNREACHABLE
    assert capsys.readouterr().out == ""


def test_a_problem_of_the_server_keeps_its_type(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server = FakeServer(tmp_path)
    server.on("GET /api/runs/run_1", problem("not-found", 404, requestId="req_1"))
    assert server.run("run", "run_1", "--json") == Code.NOT_FOUND
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["type"], said["requestId"], said["exitCode"]) == (
        "urn:tillroll:problem:not-found",
        "req_1",
        3,
    )


def test_a_command_that_is_not_understood_is_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["runs", "--json", "--nothing-like-this"])
    said = json.loads(capsys.readouterr().out)
    assert (said["type"], said["exitCode"]) == ("urn:tillroll:command:usage", 2)


def test_what_comes_on_stdin_is_a_file(tmp_path: Path) -> None:
    path = kept_from(io.BytesIO(b"%PDF-1.4"), tmp_path)
    assert path.read_bytes() == b"%PDF-1.4"
    with pytest.raises(Stopped, match="Nothing came on stdin"):
        kept_from(io.BytesIO(), tmp_path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_said_in_a_sentence() -> None:
    environment = {"PATH": os.environ["PATH"]}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "cli", "--version"],
            cwd=ROOT,
            env=environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == Code.FAILED
    assert "There is no room left" in done.stderr
    assert "Traceback" not in done.stderr
