"""Tests of the trees that projects are made of, one of each module: `python -m tests.projects` runs them. Each cuts all
sources, which takes too long for a unit test."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from posixpath import dirname, join, normpath

import pytest

from cli.making.projects.modules import chosen_of, load_modules
from cli.making.projects.tree import committed, tree_of
from local.places import ROOT
from tests.projects.words import OF_RECEIPTS, is_there, links_of, paths_named_by

MODULES = load_modules(ROOT / "modules")


@pytest.mark.parametrize("name", MODULES)
def test_a_project_of_it_stands_by_itself(name: str, tmp_path: Path) -> None:
    """What a module owns imports what it needs and no more: only seams are cut, or there is no tree. What is left names
    no file that is not there, and its commands nothing of receipts."""
    with committed(ROOT) as sources:
        tree = tree_of(sources, "mine", chosen_of([name], MODULES))
    if name != "receipts":  # with which it is all of Tillroll
        assert dead_references(tree) == []
        told = help_of(tree, tmp_path)
        assert "Usage:" in told
        assert [line for line in told.splitlines() if any(word in line.lower() for word in OF_RECEIPTS)] == []


def dead_references(tree: Mapping[str, bytes]) -> list[tuple[str, str]]:
    """Each as the file that names it, and what it names."""
    found: list[tuple[str, str]] = []
    for path, content in tree.items():
        if b"\0" in content or path.endswith(("-lock.json", ".woff2")):
            continue
        text = content.decode()
        links = links_of(text) if path.endswith(".md") else ()
        named = [*((link, normpath(join(dirname(path), link))) for link in links)]
        named += [(word, word) for word in paths_named_by(text)]
        found += [(path, word) for word, target in named if not is_there(target, tree)]
    return found


def help_of(tree: Mapping[str, bytes], folder: Path) -> str:
    """What `--help` shows of the project's command and of each below it."""
    for path, content in tree.items():
        if path.startswith(("cli/", "local/", "src/")) or path == "wrangler.jsonc":
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
    command = [sys.executable, "-c", _EVERY_HELP]
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{folder / 'src'}", "COLUMNS": "200"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


_EVERY_HELP = """
import typer.main
from cli.app import app

def shown(command, context):
    print(command.get_help(context))
    for name, each in getattr(command, "commands", {}).items():
        shown(each, type(context)(each, info_name=name, parent=context))

whole = typer.main.get_command(app)
shown(whole, whole.context_class(whole, info_name="tillroll"))
"""
