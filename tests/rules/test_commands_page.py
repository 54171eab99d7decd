"""docs/cli.md is made from the command, and what pip installs of the command needs nothing of the
project.
"""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from cli.pages.commands_page import commands_page
from cli.pages.docs import CLI_PAGE
from local.places import ROOT
from tests.rules.sources import nodes
from tillroll_command.app import application

# What a pip installation has beside Python, as cli/pyproject.toml asks for it.
_ALLOWED = {"typer", "rich", "httpx", "tillroll_command"}


def test_the_page_is_made_from_the_command() -> None:
    assert CLI_PAGE.read_text(encoding="utf-8") == commands_page(), (
        "run `make docs` and commit the page"
    )


def test_no_token_is_an_option() -> None:
    assert "--token " not in re.sub(
        r"### `tillroll token revoke.*?(?=###)", "", commands_page(), flags=re.DOTALL
    )


def test_no_command_has_one_option_twice() -> None:
    """The later one would be heard, and the other never."""
    twice = [
        (name, option)
        for name, command in _commands("tillroll", typer.main.get_command(application()))
        for option, count in Counter(
            each for param in command.params for each in param.opts
        ).items()
        if count > 1
    ]
    assert twice == []


def _commands(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    """A command and all below it, each with its whole name."""
    yield name, command
    for below, each in getattr(command, "commands", {}).items():
        yield from _commands(f"{name} {below}", each)


def test_what_pip_installs_needs_nothing_of_the_project() -> None:
    """Also inside of functions: what is imported when a command runs must be there, too."""
    foreign: dict[str, set[str]] = {}
    for path in _wheel():
        for found in _imported(path) - sys.stdlib_module_names - _ALLOWED:
            foreign.setdefault(found, set()).add(path.relative_to(ROOT).as_posix())
    # Both stand behind IN_PROJECT, which is false there.
    assert foreign == {"cli": {"cli/app.py"}, "local": {"cli/diagnosis/machine.py"}}


def _imported(path: Path) -> set[str]:
    """The first names of all modules that a file imports by their names."""
    found: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def _wheel() -> list[Path]:
    """The files of the wheel, as cli/pyproject.toml includes and excludes them."""
    building = tomllib.loads((ROOT / "cli" / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "hatch"
    ]["build"]
    wheel = building["targets"]["wheel"]
    assert wheel["exclude"] == ["/commands/operations"]
    patterns = [each.strip("/") for each in wheel["include"]]
    found = [
        path
        for each in patterns
        for path in (ROOT / "cli").glob(each if "*" in each else f"{each}/*.py")
    ]
    assert len(found) > 20
    return found
