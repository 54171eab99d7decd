"""The command answers shells and `--help` at once."""

import os
import subprocess
import sys

import pytest

from local.places import ROOT

# Entry points, by which others add commands, take importlib.metadata, and so email. What names one
# of several databases is one small module of the core's, and `databases` a command. Python 3.11.2
# loads one more than 3.11.7, and the locale C one more than others.
_MOST_MODULES = 513


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_complete_commands(shell: str) -> None:
    words = "tillroll re"
    variables = {"_TILLROLL_COMPLETE": f"complete_{shell}", "COMP_WORDS": words, "COMP_CWORD": "1"}
    completing = {"_TYPER_COMPLETE_ARGS": words, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    said = run("-m", "cli", environment={**variables, **completing}).stdout
    assert "review" in said
    assert "restore" in said


def test_help_is_there_at_once_and_without_colours() -> None:
    """Almost all of its time goes into imports: it loads what shows help, and neither the core nor
    HTTP.
    """
    asked = (["--help"], ["upload", "--help"], ["rates", "import", "--help"])
    code = (
        "import contextlib, sys\nfrom tillroll_command.main import main\n"
        f"for asked in {asked!r}:\n    with contextlib.suppress(SystemExit):\n        main(asked)\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = run("-c", code)
    loaded = done.stderr.split()
    assert not {"httpx", "tillroll", "local", "fastapi"} & {*loaded}
    assert len(loaded) < _MOST_MODULES, "import what a command needs inside of it"
    assert done.stdout.count("Usage:") == len(asked)
    assert "upload" in done.stdout
    assert "\x1b" not in done.stdout


def run(
    *arguments: str, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
